"""From changes that the catalogue has moved away under to such as fit it again, field by field. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from service.catalogue.content import (
    Change,
    ChangeKind,
    Content,
    FieldChange,
    Place,
    Value,
    apply,
    diff,
    touched,
)
from service.catalogue.models import Necessity, Proficiency, SkillStatus
from service.catalogue.rules import ensure_fields
from service.errors import InvalidInput


class FieldSide(StrEnum):
    """What is to stand in a field."""

    MINE = "MINE"
    THEIRS = "THEIRS"
    TEXT = "TEXT"


@dataclass(frozen=True)
class Choice:
    """The proposed value, the catalogue's own, or (TEXT) this one."""

    side: FieldSide
    value: Value = None


# A field of a skill, or of the requirement in a place of it.
Choices = Mapping[tuple[Place | None, str], Choice]

_KEEP = Choice(FieldSide.MINE)
_WORDS = {"status": SkillStatus, "necessity": Necessity, "proficiency": Proficiency}
_REFERENCES = ("group_id", "replaced_by_id")


def resolved(
    changes: tuple[Change, ...], base: Content, current: Content, choices: Choices
) -> tuple[Change, ...]:
    """The changes written against the current content, with the chosen value in each field; MINE where none is.

    `base` is the content that they were written against. A requirement that is gone comes back whole where any of its
    fields is wanted, and stays gone where none is; one that was to go stays where any of its fields is to.
    """
    wanted = [_resolved(change, base, current, choices) for change in changes]
    return diff(current, apply(current, [change for change in wanted if change is not None]))


def value_of(field: str, text: str) -> Value:
    """The value that a text means in the field: one item a line of a list, and the name of an enum's value.

    Raises:
        InvalidInput: it means none.
    """
    if field in _REFERENCES:
        raise InvalidInput("This field names something else in the catalogue: choose MINE or THEIRS.")
    if field in _WORDS and text not in {word.value for word in _WORDS[field]}:
        raise InvalidInput(f"Give one of {', '.join(word.value for word in _WORDS[field])}.")
    value = text.splitlines() if field == "keywords" else text
    ensure_fields({field: value})
    return value


def _resolved(change: Change, base: Content, current: Content, choices: Choices) -> Change | None:
    """The change with the chosen values; None where nothing is left of it."""
    chosen = [(edit, choices.get((change.place, edit.field), _KEEP)) for edit in touched(change)]
    sides = {choice.side for _, choice in chosen}
    if change.place is None or change.place in current.requirements:
        if change.kind is ChangeKind.REMOVE_REQUIREMENT:
            return (
                change
                if sides <= {FieldSide.MINE}
                else _with(ChangeKind.EDIT_REQUIREMENT, change, _texts(chosen))
            )
        return _with(change.kind, change, _kept(chosen))
    if change.kind is ChangeKind.REMOVE_REQUIREMENT:
        return None
    kept = _kept(chosen)
    if change.kind is ChangeKind.ADD_REQUIREMENT or not kept:
        return None if FieldSide.THEIRS in sides else _with(change.kind, change, kept)
    before = base.requirements[change.place]
    whole = {name: FieldChange(name, None, value) for name, value in before.items()}
    return _with(
        ChangeKind.ADD_REQUIREMENT, change, [*(whole | {edit.field: edit for edit in kept}).values()]
    )


def _kept(chosen: list[tuple[FieldChange, Choice]]) -> list[FieldChange]:
    """What is wished still: not where the catalogue's own value is to stay."""
    return [
        edit if choice.side is FieldSide.MINE else FieldChange(edit.field, edit.before, choice.value)
        for edit, choice in chosen
        if choice.side is not FieldSide.THEIRS
    ]


def _texts(chosen: list[tuple[FieldChange, Choice]]) -> list[FieldChange]:
    return _kept([pair for pair in chosen if pair[1].side is FieldSide.TEXT])


def _with(kind: ChangeKind, change: Change, edits: list[FieldChange]) -> Change | None:
    return Change(kind, tuple(edits), change.place) if edits else None
