"""What the rules find in texts, by example, in anything, and in a published framework."""

import random
from collections import Counter

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from service.catalogue.content import Place
from service.catalogue.search import any_of
from service.database import Database
from service.proposals import lint
from service.proposals.lint import (
    LintKind,
    Text,
    bare,
    equal_texts,
    is_sparse,
    level_gaps,
    sparse_texts,
)
from tests.real_data.uk_gdad import STEPS, mapped, uk_gdad_rows

JUNIOR, SENIOR = 1, 3
BAKER, COOK = 1, 2
SKILLS = ("Sourdough", "Rye Bread")
NAMES = {BAKER: "Baker", COOK: "Pastry Cook"}


def text(description: str, *, skill: str = "Sourdough", role: int = BAKER, level: int = SENIOR) -> Text:
    """What the role is asked at the level."""
    names = (skill, NAMES[role], {JUNIOR: "Junior", SENIOR: "Senior"}[level])
    return Text(SKILLS.index(skill), Place(level, role), description, names)


SAID = text("A senior Baker keeps the sourdough alive, and says why.")


@pytest.mark.parametrize(
    ("other", "kinds"),
    [
        (text("A senior pastry cook keeps the sourdough alive and says why!", role=COOK), ["SAME_TEXT"]),
        (text("A senior baker keeps the Rye Bread alive – and says why.", skill="Rye Bread"), ["SAME_TEXT"]),
        (text("A junior baker keeps the sourdough alive, and says why.", level=JUNIOR), ["DUPLICATE"]),
        (text("A senior baker keeps the sourdough warm, and says why.", role=COOK), []),
        (text("A senior pastry cook keeps the rye bread alive, and says why.", role=COOK), []),
    ],
)
def test_a_text_that_another_says_but_for_the_names(other: Text, kinds: list[str]) -> None:
    found = equal_texts([SAID], [other])
    assert [(one.kind.value, one.place, one.other) for one in found] == [
        (kind, SAID.place, other) for kind in kinds
    ]


def test_a_text_is_not_the_same_as_itself() -> None:
    assert equal_texts([SAID], [SAID]) == []


def test_two_touched_texts_that_say_the_same_are_both_found() -> None:
    other = text("The baker keeps sourdough alive.", level=JUNIOR)
    said = text("The baker keeps sourdough alive.")
    assert [one.place for one in equal_texts([said, other], [])] == [said.place, other.place]


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("…", True),
        ("Bakes.", True),
        ("Senior baker: sourdough.", True),
        ("Knows sourdough well.", True),
        ("Feeds the starter.", False),
        ("能够部署", False),
    ],
)
def test_what_says_next_to_nothing(description: str, expected: bool) -> None:
    assert is_sparse(text(description)) is expected
    assert [one.kind for one in sparse_texts([text(description)])] == [LintKind.SPARSE_TEXT] * expected


LADDER = [10, 20, 30, 40, 50]


@pytest.mark.parametrize(
    ("levels", "gaps"),
    [
        ([10, 30], [20]),
        ([10, 20, 30], []),
        ([10, 40], []),
        ([10, 30, 50], [20, 40]),
        ([], []),
        ([20, 40, 50], [30]),
    ],
)
def test_a_role_that_skips_one_level(levels: list[int], gaps: list[int]) -> None:
    places = [Place(level, BAKER) for level in levels]
    found = level_gaps(1, places, LADDER, [BAKER])
    assert [(one.kind, one.place) for one in found] == [
        (LintKind.LEVEL_GAP, Place(level, BAKER)) for level in gaps
    ]
    assert level_gaps(1, places, LADDER, [COOK]) == []


@given(st.text(max_size=80), st.lists(st.text(max_size=10), max_size=3))
def test_any_text_has_words_and_no_finding_with_itself(description: str, names: list[str]) -> None:
    found = Text(1, Place(1, 1), description, tuple(names))
    assert all(word == word.casefold() for word in bare(found))
    assert equal_texts([found], [found]) == []
    louder = Text(2, Place(1, 1), f"  {description}!  ", tuple(names))
    assert bool(equal_texts([found], [louder])) is not is_sparse(found)


def test_the_rules_in_a_published_framework() -> None:
    document = mapped(uk_gdad_rows()).document
    steps = [level["slug"] for level in document["levels"]]
    names = {role["slug"]: role["name"] for role in document["roles"]}
    roles = list(names)
    found: Counter[LintKind] = Counter()
    texts = []
    for number, skill in enumerate(document["skills"]):
        places = [Place(steps.index(row["level"]), roles.index(row["role"])) for row in skill["requirements"]]
        texts += [
            Text(number, place, row["description"], (skill["name"], names[row["role"]], row["level"]))
            for place, row in zip(places, skill["requirements"], strict=True)
        ]
        gaps = level_gaps(number, places, range(len(STEPS)), [place.role_id for place in places])
        found.update(one.kind for one in gaps)
    found.update(one.kind for one in (*equal_texts(texts, []), *sparse_texts(texts)))
    # The framework has one text for each skill and proficiency, whatever the role and its level, and this ladder has
    # steps that many roles lack.
    assert found == {LintKind.SAME_TEXT: 1_322, LintKind.DUPLICATE: 905, LintKind.LEVEL_GAP: 448}


@pytest.mark.parametrize(
    ("description", "words"),
    [
        (
            "A senior Baker keeps dough alive, and says why.",
            ["A", "and", "why", "says", "keeps", "dough", "alive"],
        ),
        ("(Keeps “dough”) alive: every day!", ["day", "Keeps", "alive", "every"]),
        # Glued together, PostgreSQL takes them for one word.
        ("Teaches Node.js hooks to all", ["to", "all", "hooks", "Teaches"]),
        ("Sees www.example.org/hooks", ["Sees"]),
        ("Says <b>bold things</b> and more", ["and", "Says", "more"]),
        # Signs before a number belong to it there, and not here.
        ("Keeps -5 degrees", ["Keeps", "degrees"]),
        ("パンを焼く人の仕事", []),
        ("Dough dough, dough.", ["Dough", "dough"]),
        (
            "one two three four fifth sixth seventh eighth ninth",
            ["two", "four", "three", "fifth", "sixth", "ninth", "eighth", "seventh"],
        ),
    ],
)
def test_a_text_is_looked_for_by_its_longest_words_that_an_index_knows(
    description: str, words: list[str]
) -> None:
    assert list(lint.index_words(text(description))) == words


@pytest.mark.parametrize(
    ("description", "phrase"),
    [
        ("A senior Baker keeps dough alive, and says why.", "keeps dough alive"),
        ("パンを焼く人の仕事", "パンを焼く人の仕事"),
        ("Dough", ""),
        ("Ab" * 80, "Ab" * 50),
        ("ten words " * 20, ("ten words " * 10).strip()),
    ],
)
def test_a_text_that_no_index_knows_is_looked_for_by_a_run_of_words(description: str, phrase: str) -> None:
    assert lint.phrase(text(description)) == phrase


async def test_the_index_holds_the_words_of_each_text_by_which_it_is_looked_for(database: Database) -> None:
    pieces = "keeps all Dough/Salt e-mail (why) ÆRØ naïve <b> </b> Straße, 3rd 5% a@b.org x_y -so- _it_ “Öl” 焼く .NET"
    draw = random.Random(7)
    texts = [text(" ".join(draw.choices(pieces.split(), k=draw.randint(2, 12)))) for _ in range(400)]
    sought = {one.description: lint.index_words(one) for one in texts if lint.index_words(one)}
    assert len(sought) > 200
    given = {"texts": list(sought), "queries": [any_of([words]) for words in sought.values()]}
    statement = sa.text(
        "SELECT description FROM unnest(CAST(:texts AS text[]), CAST(:queries AS text[])) AS said (description, query) "
        "WHERE NOT to_tsvector('simple', description) @@ to_tsquery('simple', query)"
    )
    async with database.read_session() as session:
        assert (await session.execute(statement, given)).all() == []
