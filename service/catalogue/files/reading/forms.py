"""Turns the nodes of one file into entries, noting every fault of shape on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from service.catalogue.files.entries import DomainEntry, Entry, Origin, RequirementEntry, SkillEntry
from service.catalogue.files.faults import Notebook, quoted
from service.catalogue.files.reading import checks
from service.catalogue.files.reading.checks import Form, fill_in, or_nothing
from service.catalogue.files.reading.nodes import Listing, Node, Record, Scalar, ScalarKind, describe
from service.catalogue.models import Necessity, Proficiency, SkillStatus

FRAMEWORK = Form(
    "framework",
    {
        "slug": checks.slug,
        "name": checks.name,
        "version": or_nothing(checks.remark),
        "licence": or_nothing(checks.remark),
        "attribution": or_nothing(checks.remark),
        "source": or_nothing(checks.remark),
    },
    required=("slug",),
)
LEVEL = Form(
    "level",
    {"slug": checks.slug, "name": checks.name, "rank": checks.rank},
    required=("slug", "name", "rank"),
)
ROLE = Form(
    "role",
    {"slug": checks.slug, "name": checks.name, "family": or_nothing(checks.family)},
    required=("slug", "name"),
)
GROUP = Form("group", {"slug": checks.slug, "name": checks.name}, required=("slug", "name"))
DOMAIN = Form("domain", {**GROUP.checks, "groups": checks.as_it_is}, required=("slug", "name"))
SKILL = Form(
    "skill",
    {
        "slug": checks.slug,
        "formerSlugs": checks.slugs,
        "group": checks.plain_text,
        "name": checks.name,
        "status": checks.choice(SkillStatus),
        "replacedBy": or_nothing(checks.plain_text),
        "summary": checks.summary,
        "keywords": checks.keywords,
        "lastUpdatedOn": checks.day,
        "requirements": checks.as_it_is,
    },
    required=("slug", "group", "name"),
)
REQUIREMENT = Form(
    "requirement",
    {
        "role": checks.plain_text,
        "level": checks.plain_text,
        "necessity": checks.choice(Necessity),
        "proficiency": or_nothing(checks.choice(Proficiency)),
        "description": checks.description,
    },
    required=("role", "level", "necessity", "description"),
)
FILE = Form(
    "catalogue file",
    dict.fromkeys(("framework", "levels", "roles", "domains", "skills"), checks.as_it_is),
)

Made = TypeVar("Made")


@dataclass(frozen=True)
class Part:
    """What one file states; None for a section that it does not have."""

    framework: Entry | None
    levels: list[Entry] | None
    roles: list[Entry] | None
    domains: list[DomainEntry] | None
    skills: list[SkillEntry] | None


def examine(root: Node, notebook: Notebook) -> Part | None:
    """The entries of a file; None where it is no catalogue file at all."""
    filled = fill_in(FILE, root, notebook)
    if filled is None:
        notebook.is_whole = False
        return None
    sections, _ = filled

    def section(key: str, make: Callable[[Node, Notebook], Made | None]) -> list[Made] | None:
        return _entries(key, sections[key], make, notebook) if key in sections else None

    return Part(
        framework=_framework(sections["framework"], notebook) if "framework" in sections else None,
        levels=section("levels", _level),
        roles=section("roles", _role),
        domains=section("domains", _domain),
        skills=section("skills", _skill),
    )


def _entries(
    key: str, node: Node, make: Callable[[Node, Notebook], Made | None], notebook: Notebook
) -> list[Made] | None:
    if isinstance(node, Listing):
        return [made for item in node.items if (made := make(item, notebook)) is not None]
    if isinstance(node, Scalar) and node.kind is ScalarKind.NOTHING:
        notebook.give_up(node.line, f"{key}: Nothing follows: write [] for none, or take the key out.")
    else:
        notebook.give_up(node.line, f"{key}: A list is needed; this is {describe(node)}.")
    return None


def _framework(node: Node, notebook: Notebook) -> Entry | None:
    return _entry(FRAMEWORK, node, notebook)


def _level(node: Node, notebook: Notebook) -> Entry | None:
    return _entry(LEVEL, node, notebook)


def _role(node: Node, notebook: Notebook) -> Entry | None:
    return _entry(ROLE, node, notebook)


def _group(node: Node, notebook: Notebook) -> Entry | None:
    return _entry(GROUP, node, notebook)


def _entry(form: Form, node: Node, notebook: Notebook) -> Entry | None:
    if (filled := _fill_in(form, node, notebook)) is None:
        return None
    slug, values, origin = filled
    return Entry(slug=slug, fields=values, origin=origin)


def _domain(node: Node, notebook: Notebook) -> DomainEntry | None:
    if (filled := _fill_in(DOMAIN, node, notebook)) is None:
        return None
    slug, values, origin = filled
    groups = _nested("groups", values, _group, notebook)
    return DomainEntry(slug=slug, fields=values, origin=origin, groups=groups)


def _skill(node: Node, notebook: Notebook) -> SkillEntry | None:
    if (filled := _fill_in(SKILL, node, notebook)) is None:
        return None
    slug, values, origin = filled
    if "replacedBy" in values:
        values["replaced_by"] = values.pop("replacedBy")
    skill = SkillEntry(
        slug=slug,
        origin=origin,
        former_slugs=tuple(values.pop("formerSlugs", ())),
        last_updated_on=values.pop("lastUpdatedOn", None),
        requirements=_nested("requirements", values, _requirement, notebook),
        fields=values,
    )
    _note_own_faults(skill, notebook)
    return skill


def _requirement(node: Node, notebook: Notebook) -> RequirementEntry | None:
    filled = fill_in(REQUIREMENT, node, notebook)
    if filled is None:
        return None
    values, origin = filled
    role, level = values.pop("role", None), values.pop("level", None)
    if role is None or level is None:
        return None
    values.setdefault("proficiency", None)
    return RequirementEntry(role=role, level=level, fields=values, origin=origin)


def _nested(
    key: str, values: dict[str, Any], make: Callable[[Node, Notebook], Made | None], notebook: Notebook
) -> tuple[Made, ...] | None:
    if key not in values:
        return None
    made = _entries(key, values.pop(key), make, notebook)
    return None if made is None else tuple(made)


def _fill_in(form: Form, node: Node, notebook: Notebook) -> tuple[str, dict[str, Any], Origin] | None:
    """The slug, the other values, and where they stand; None where there is no slug to speak of.

    The slug is taken as it is written even where it breaks the rule: what refers to it is then not at fault as well.
    """
    filled = fill_in(form, node, notebook)
    if filled is None:
        return None
    values, origin = filled
    values.pop("slug", None)
    assert isinstance(node, Record)
    slug = node.values.get("slug")
    return (slug.text, values, origin) if isinstance(slug, Scalar) and slug.text else None


def _note_own_faults(skill: SkillEntry, notebook: Notebook) -> None:
    """Faults between the parts of one skill."""
    lines = skill.origin.lines
    if skill.slug in skill.former_slugs:
        notebook.note(
            lines["formerSlugs"], "formerSlugs: The skill's present slug is among them: take it out."
        )
    if skill.fields.get("replaced_by") == skill.slug:
        notebook.note(lines["replacedBy"], "replacedBy: A skill cannot replace itself: name another.")
    first: dict[tuple[str, str], RequirementEntry] = {}
    for requirement in skill.requirements or ():
        same = first.setdefault((requirement.role, requirement.level), requirement)
        if same is not requirement:
            notebook.note(
                requirement.origin.line,
                f"The role {quoted(requirement.role)} has a requirement at the level {quoted(requirement.level)} "
                f"already, on line {same.origin.line}: a skill has at most one for each role and level.",
            )
