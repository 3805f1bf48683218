"""Expectations in a text, and what of them is new: pure rules."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.catalogue.expectations import (
    AdvanceState,
    Asked,
    ExpectationChange,
    advance,
    compared,
    expectations_of,
    sideways,
    similarity,
)
from service.errors import InvalidInput

NEW, RAISED, CARRIED = ExpectationChange.NEW, ExpectationChange.RAISED, ExpectationChange.CARRIED
LADDER = (1, 2, 3)
ASKED = Asked(7, LADDER, {1: "Reads maps.", 3: "Reads maps. Draws maps of whole towns."})


def test_a_text_is_split_at_sentences_and_items() -> None:
    text = "You can:\n- read maps\n- draw them, e.g. by hand\n\nKnows two scales. Names them! And version 1.5 too."
    assert expectations_of(text) == (
        "read maps",
        "draw them, e.g. by hand",
        "Knows two scales.",
        "Names them!",
        "And version 1.5 too.",
    )


@pytest.mark.parametrize("text", ["", "   \n ", "You can:"])
def test_a_text_without_an_expectation(text: str) -> None:
    assert expectations_of(text) == ()


@given(st.text(max_size=300))
def test_no_letter_is_lost_or_made_up(text: str) -> None:
    whole = "".join(text.split())
    assert all("".join(one.split()) in whole for one in expectations_of(text))


@given(st.text(max_size=80), st.text(max_size=80))
def test_similarity_is_a_share_and_has_no_side(one: str, other: str) -> None:
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, other) == similarity(other, one)
    assert similarity(one, one) == 1


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("reads the maps", CARRIED),
        ("Reads maps of the town, its harbour and rivers.", RAISED),
        ("Leads an expedition.", NEW),
    ],
)
def test_each_expectation_is_new_raised_or_carried(text: str, change: ExpectationChange) -> None:
    [found] = compared([text], ["Sings.", "Reads maps of the town."] if change is RAISED else ["Reads maps."])
    assert found.change is change
    assert (found.before is None) is (change is NEW)


def test_the_skills_own_name_makes_nothing_alike() -> None:
    [found] = compared(["Map making: plans."], ["Map making: draws."], {"map", "making", "mak"})
    assert found.change is NEW


def test_the_next_level_by_default() -> None:
    found = advance(ASKED, start=1, goal=None, skill_name="Cartography")
    assert found.state is AdvanceState.STEPS
    assert [(step.role_id, step.level_id, step.expectations) for step in found.steps] == [(7, 2, ())]


def test_several_steps_where_levels_are_skipped() -> None:
    found = advance(ASKED, start=None, goal=3, skill_name="Cartography")
    assert found.state is AdvanceState.NOT_YET
    assert [[(one.text, one.change) for one in step.expectations] for step in found.steps] == [
        [("Reads maps.", NEW)],
        [],
        [("Reads maps.", CARRIED), ("Draws maps of whole towns.", NEW)],
    ]


def test_the_top_says_so() -> None:
    found = advance(ASKED, start=3, goal=None, skill_name="Cartography")
    assert (found.state, found.steps) == (AdvanceState.TOP, ())


@pytest.mark.parametrize("goal", [1, 2])
def test_the_goal_stands_above(goal: int) -> None:
    with pytest.raises(InvalidInput, match="above"):
        advance(ASKED, start=2, goal=goal, skill_name="Cartography")


def test_sideways_is_against_ones_own_role_at_the_level() -> None:
    other = Asked(8, LADDER, {1: "Reads maps. Sails by them."})
    found = sideways(ASKED, other, level=1, skill_name="Cartography")
    assert found.state is AdvanceState.SIDEWAYS
    [step] = found.steps
    assert (step.role_id, [one.change for one in step.expectations]) == (8, [CARRIED, NEW])


def test_the_seeds_platform_engineer_learns_all_anew_for_middle(shared_data: Path) -> None:
    facts = json.loads((shared_data / "seed" / "progressive-delivery.json").read_text("utf-8"))
    ladder = [level["slug"] for level in facts["levels"]]
    texts = {
        ladder.index(row["level"]): row["description"]
        for row in facts["requirements"]
        if row["role"] == "platform-engineer"
    }
    asked = Asked(1, range(len(ladder)), texts)
    [step] = advance(asked, start=0, goal=1, skill_name=facts["skill"]["name"]).steps
    assert [(one.text, one.change) for one in step.expectations] == [
        ("Independently creates and maintains Progressive Delivery pipelines.", NEW),
        ("Configures CI/CD pipelines.", NEW),
        ("Automates routine operations.", NEW),
    ]
