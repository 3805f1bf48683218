"""No field of a skill's content is lost on the way to a file: two contents never have the same document."""

from datetime import date

import pytest

from service.catalogue.content import REQUIREMENT_FIELDS, SKILL_FIELDS, Content, Fields, Place
from service.catalogue.files.entries import Kind
from service.catalogue.files.exporting.documents import Document, document_of
from service.catalogue.files.exporting.stating import state
from service.catalogue.files.reading import forms
from service.catalogue.files.stored import Stored, StoredRow, StoredSkill

# Another value for the fields that hold an id or a list; a new field is taken to hold a text.
OTHER: Fields = {"keywords": ["other"], "group_id": 2, "replaced_by_id": 2}
SKILL: Fields = dict.fromkeys(SKILL_FIELDS, "one") | {
    "status": "DEPRECATED",
    "keywords": ["one"],
    "group_id": 1,
    "replaced_by_id": 1,
}
REQUIREMENT: Fields = dict.fromkeys(REQUIREMENT_FIELDS, "one")


def exported(fields: Fields, requirement: Fields) -> Document:
    """The skill of a framework that has no other, as a file has it."""
    content = Content(fields, {Place(level_id=1, role_id=1): requirement})
    skill = StoredSkill(1, 1, date(2026, 3, 17), content, frozenset())
    groups = {
        slug: StoredRow(turn, slug, {"name": slug, "domain": "all"}) for turn, slug in enumerate("ab", 1)
    }
    single = {kind: {"all": StoredRow(1, "all", {"name": "All"})} for kind in Kind}
    stored = Stored(single[Kind.FRAMEWORK]["all"], True, single | {Kind.GROUPS: groups}, {"one": skill}, {})
    [document] = document_of(state(stored, {1: "first", 2: "second"}))["skills"]
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize("name", SKILL_FIELDS)
def test_every_field_of_a_skill_is_in_the_file(name: str) -> None:
    other: Fields = {**SKILL, name: OTHER.get(name, "other")}
    assert exported(other, REQUIREMENT) != exported(SKILL, REQUIREMENT)


@pytest.mark.parametrize("name", REQUIREMENT_FIELDS)
def test_every_field_of_a_requirement_is_in_the_file(name: str) -> None:
    other = {**REQUIREMENT, name: "other"}
    assert exported(SKILL, other) != exported(SKILL, REQUIREMENT)


def test_every_key_of_the_file_is_one_that_is_read() -> None:
    document = exported(SKILL, REQUIREMENT)
    assert set(document) <= set(forms.SKILL.checks)
    assert set(document["requirements"][0]) <= set(forms.REQUIREMENT.checks)
