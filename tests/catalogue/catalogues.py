"""Generated catalogues, full of texts that are hard to write down."""

from typing import Any

from hypothesis import strategies as st

from service.catalogue.files.reading.checks import FIRST_DAY, LAST_DAY
from service.catalogue.models import DESCRIPTION_MAX, KEYWORD_MAX, NAME_MAX, SUMMARY_MAX
from tests.factories.catalogue_files import Document

HARD = [
    "yes", "null", "~", "2026-03-17", "1.10", "0x1F", "12:30:00", "<<", "=", "- a", "? b", "a: b", "a #b", "# a",
    "*a", "&a", "!a", "%a", "@a", "`a", "'a'", '"a"', "{a}", "[a]", "a,b", "|", ">", "---", "...", " a", "a ", "\ta",
    "a\t", "a\n", "\na", "a\n\n", "a\n b\n", "a \nb", "a\n\n\nb\n", "a\r\nb", "a\rb", "a\u0085b", "a\u2028b",
    "a\u2029b", "\ufeffa", "\x07", "\x7f", "\ufffe", "😀", "a\\b", "\\n", "é\u0301", "\u202eabc", "\ud7ff\ue000",
    "\U0010ffff", "word " * 40 + "end", "word " * 40 + " end", "word " * 40 + "\nend", ("x" * 90 + " ") * 3 + "y",
    "# no comment\n" * 20, "- no list " * 20,
]  # fmt: skip


def texts(most: int, *, is_line: bool = False, is_blank_allowed: bool = False) -> st.SearchStrategy[str]:
    """Texts of at most so many characters, hard ones among them."""

    def keep_the_rules(text: str) -> str:
        line = text.translate({10: None, 13: None}) if is_line else text
        return line[:most] if is_blank_allowed or line[:most].strip() else "blank"

    characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    words = st.lists(st.sampled_from([*HARD, "word", "a longer word", "Überblick"]), max_size=12).map(
        " ".join
    )
    return st.one_of(st.sampled_from(HARD), st.text(characters, max_size=40), words).map(keep_the_rules)


names = texts(NAME_MAX, is_line=True)
descriptions = texts(DESCRIPTION_MAX)
summaries = texts(SUMMARY_MAX, is_blank_allowed=True)
keyword_lists = st.lists(texts(KEYWORD_MAX), max_size=5, unique_by=str.casefold)
days = st.dates(FIRST_DAY, LAST_DAY).map(lambda day: day.isoformat())


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A whole catalogue in which every optional field is there or not."""

    def entry(slug: str, optional: dict[str, st.SearchStrategy[Any]]) -> Document:
        given = {key: draw(values) for key, values in optional.items() if draw(st.booleans())}
        return {"slug": slug, "name": draw(names)} | given

    def entries(stem: str, least: int, optional: dict[str, st.SearchStrategy[Any]]) -> list[Document]:
        numbers = draw(st.permutations(range(draw(st.integers(least, 3)))))
        return [entry(f"{stem}-{number}", optional) for number in numbers]

    remark = st.none() | summaries
    levels = entries("level", 0, {})
    ranks = draw(st.lists(st.integers(1, 1_000_000), min_size=len(levels), max_size=len(levels), unique=True))
    roles = entries("role", 0, {"family": st.none() | names})
    domains = entries("domain", 1, {})
    groups = entries("group", 1, {})
    for group in groups:
        domains[draw(st.integers(0, len(domains) - 1))].setdefault("groups", []).append(group)
    framework = entry("house", dict.fromkeys(("version", "licence", "attribution", "source"), remark))
    levels = [level | {"rank": rank} for level, rank in zip(levels, ranks, strict=True)]
    optional: dict[str, st.SearchStrategy[Any]] = {
        "summary": summaries,
        "keywords": keyword_lists,
        "lastUpdatedOn": days,
    }
    skills = entries("skill", 0, optional)
    for skill in skills:
        skill["group"] = draw(st.sampled_from(groups))["slug"]
        _draw_life(draw, skill, [other["slug"] for other in skills if other is not skill])
        if draw(st.booleans()):
            skill["requirements"] = _draw_requirements(draw, roles, levels)
    sections = {"levels": levels, "roles": roles, "domains": domains, "skills": skills}
    return {"framework": framework} | {key: section for key, section in sections.items() if section}


def _draw_life(draw: st.DrawFn, skill: Document, others: list[str]) -> None:
    if draw(st.booleans()):
        skill["status"] = draw(st.sampled_from(["DRAFT", "PUBLISHED", "DEPRECATED"]))
    if skill.get("status") == "DEPRECATED" and draw(st.booleans()):
        skill["replacedBy"] = draw(st.sampled_from([None, *others]))
    if draw(st.booleans()):
        skill["formerSlugs"] = [f"{skill['slug']}-{number}" for number in range(draw(st.integers(0, 2)))]


def _draw_requirements(draw: st.DrawFn, roles: list[Document], levels: list[Document]) -> list[Document]:
    places = [(role["slug"], level["slug"]) for role in roles for level in levels]
    found = []
    for role, level in draw(st.lists(st.sampled_from(places), unique=True, max_size=5)) if places else []:
        row = {"role": role, "level": level, "necessity": draw(st.sampled_from(["MANDATORY", "OPTIONAL"]))}
        row["description"] = draw(descriptions)
        if draw(st.booleans()):
            row["proficiency"] = draw(st.sampled_from([None, "AWARENESS", "WORKING", "ADVANCED", "EXPERT"]))
        found.append(row)
    return found
