"""What may be ticked, and how far a person is: pure rules."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalogue.models import Requirement
from service.errors import InvalidInput, NotFound
from service.plans.rules import Place, Wish, progress, revision_ticked

PLACE = Place(1, 2, 3)
TEXT = "Reads maps. Draws maps."


@dataclass(frozen=True)
class Row:
    skill_id: int
    level_id: int
    description: str


@dataclass(frozen=True)
class Ticked:
    skill_id: int
    level_id: int
    text: str
    is_changed_since: bool = False


def kept(text: str, revision: int | None, *, is_asked: bool = True) -> int:
    """The revision that a tick keeps, of a requirement at revision 4 of a skill at revision 6."""
    row = Requirement(description=TEXT, revision=4) if is_asked else None  # type: ignore[call-arg]
    return revision_ticked(Wish(PLACE, text, revision), row, skill_revision=6)


@pytest.mark.parametrize("revision", [None, 4, 5, 6])
def test_a_tick_is_of_the_requirement_as_it_stands(revision: int | None) -> None:
    assert kept("Draws maps.", revision) == 4


def test_words_of_an_earlier_revision_are_kept_as_of_then() -> None:
    assert kept("Eats maps.", 3) == 3
    assert kept("Eats maps.", 6, is_asked=False) == 6


@pytest.mark.parametrize(
    ("text", "revision"), [("Eats maps.", None), ("Eats maps.", 5), ("Reads maps", None)]
)
def test_words_that_do_not_stand_there_are_refused(text: str, revision: int | None) -> None:
    with pytest.raises(InvalidInput, match="no such sentence"):
        kept(text, revision)


@pytest.mark.parametrize("revision", [0, -1, 7])
def test_a_revision_that_never_was_is_refused(revision: int) -> None:
    with pytest.raises(InvalidInput, match="no such revision"):
        kept("Reads maps.", revision)


def test_where_nothing_is_asked_nothing_is_ticked_anew() -> None:
    with pytest.raises(NotFound, match="asks nothing"):
        kept("Reads maps.", None, is_asked=False)


def test_progress_counts_skills_and_expectations_of_the_wanted_levels() -> None:
    rows = [Row(1, 1, TEXT), Row(1, 2, "Prints maps."), Row(2, 2, "Folds maps."), Row(2, 3, "Sells maps.")]
    ticks = [
        Ticked(1, 1, "Reads maps."),
        Ticked(1, 1, "Eats maps.", is_changed_since=True),
        Ticked(2, 2, "Folds maps.", is_changed_since=True),
        Ticked(2, 3, "Sells maps.", is_changed_since=True),
    ]
    found = progress(rows, ticks, [1, 2])
    assert (found.skill_count, found.covered_skill_count) == (2, 1)
    assert (found.expectation_count, found.ticked_count, found.changed_count) == (4, 2, 2)


@given(
    asked=st.sets(st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=9),
    ticked=st.sets(
        st.tuples(st.integers(1, 3), st.integers(1, 3), st.sampled_from(["Reads maps.", "Gone."]))
    ),
    levels=st.sets(st.integers(1, 3)),
)
def test_nobody_covers_more_than_is_asked(
    asked: set[tuple[int, int]], ticked: set[tuple[int, int, str]], levels: set[int]
) -> None:
    found = progress(
        [Row(*place, TEXT) for place in asked], [Ticked(*tick) for tick in ticked], sorted(levels)
    )
    assert 0 <= found.covered_skill_count <= found.skill_count <= found.expectation_count
    assert found.ticked_count <= found.expectation_count
    everything = [Ticked(*place, text) for place in asked for text in ("Reads maps.", "Draws maps.")]
    whole = progress([Row(*place, TEXT) for place in asked], everything, sorted(levels))
    assert (whole.ticked_count, whole.covered_skill_count) == (whole.expectation_count, whole.skill_count)
