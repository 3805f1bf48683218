"""A skill's content and its changes, as plain values: compare, apply, and merge field by field.

Everything that alters a skill (an import, an accepted proposal, a revert) is a tuple of `Change`s; a Revision keeps
them, and a skill's content is the fold of its revisions from `EMPTY`. Nothing here touches the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Value = str | int | list[str] | None
Fields = Mapping[str, Value]

SKILL_FIELDS = ("slug", "name", "summary", "keywords", "status", "group_id", "replaced_by_id")
REQUIREMENT_FIELDS = ("necessity", "proficiency", "description")


class ChangeKind(StrEnum):
    """What a change does."""

    EDIT_SKILL = "EDIT_SKILL"
    ADD_REQUIREMENT = "ADD_REQUIREMENT"
    EDIT_REQUIREMENT = "EDIT_REQUIREMENT"
    REMOVE_REQUIREMENT = "REMOVE_REQUIREMENT"


@dataclass(frozen=True, order=True)
class Place:
    """Where a requirement stands: a level and a role, by their ids. At most one requirement stands in a place."""

    level_id: int
    role_id: int


@dataclass(frozen=True)
class FieldChange:
    """One field's value before and after; a value that is not there is None."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True)
class Change:
    """The fields that change in the skill itself (`place` is None) or in the requirement at a place."""

    kind: ChangeKind
    fields: tuple[FieldChange, ...]
    place: Place | None = None


@dataclass(frozen=True)
class Content:
    """All that can change in a skill."""

    fields: Fields = field(default_factory=dict)
    requirements: Mapping[Place, Fields] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldConflict:
    """A field that has moved since the change was written: its value then, now, and as wished."""

    place: Place | None
    field: str
    base: Value
    current: Value
    proposed: Value


@dataclass(frozen=True)
class Numbers:
    """What a skill's page counts; the names are those of the stored counters."""

    role_count: int
    level_count: int
    mandatory_requirement_count: int
    optional_requirement_count: int


EMPTY = Content()


def diff(before: Content, after: Content) -> tuple[Change, ...]:
    """The changes that lead from one content to the other: the skill first, then places in order."""
    changes = []
    if edits := _field_changes(SKILL_FIELDS, before.fields, after.fields):
        changes.append(Change(ChangeKind.EDIT_SKILL, edits))
    for place in sorted(before.requirements.keys() | after.requirements.keys()):
        old, new = before.requirements.get(place), after.requirements.get(place)
        if edits := _field_changes(REQUIREMENT_FIELDS, old or {}, new or {}):
            changes.append(Change(_requirement_kind(old, new), edits, place))
    return tuple(changes)


def apply(content: Content, changes: Iterable[Change]) -> Content:
    """The content after the changes; what a change says of the value before is not looked at."""
    fields = dict(content.fields)
    requirements = {place: dict(values) for place, values in content.requirements.items()}
    for change in changes:
        after = {edit.field: edit.after for edit in change.fields}
        if change.place is None:
            fields |= after
        elif change.kind is ChangeKind.REMOVE_REQUIREMENT:
            requirements.pop(change.place, None)
        else:
            requirements[change.place] = requirements.get(change.place, {}) | after
    return Content(fields, requirements)


def undo(content: Content, changes: Sequence[Change]) -> Content:
    """The content before the changes, which led to the given one."""
    return apply(content, inverse(changes))


def inverse(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The changes that lead back."""
    return tuple(_inverse(change) for change in reversed(tuple(changes)))


def conflicts(changes: Iterable[Change], current: Content) -> tuple[FieldConflict, ...]:
    """Every field whose current value is neither the one before the change nor already the one wished."""
    found = []
    for change in changes:
        values = _current_values(change, current)
        for edit in touched(change):
            now = values.get(edit.field)
            gone = change.kind is ChangeKind.EDIT_REQUIREMENT and not values
            if gone or now not in (edit.before, edit.after):
                found.append(FieldConflict(change.place, edit.field, edit.before, now, edit.after))
    return tuple(found)


def touched(change: Change) -> tuple[FieldChange, ...]:
    """The fields that the change touches; whoever removes a requirement touches those that were empty as well."""
    if change.kind is not ChangeKind.REMOVE_REQUIREMENT:
        return change.fields
    named = {edit.field for edit in change.fields}
    return change.fields + tuple(
        FieldChange(name, None, None) for name in REQUIREMENT_FIELDS if name not in named
    )


def numbers(content: Content) -> Numbers:
    """The numbers of the skill's page, by their definitions."""
    necessities = [fields.get("necessity") for fields in content.requirements.values()]
    return Numbers(
        role_count=len({place.role_id for place in content.requirements}),
        level_count=len({place.level_id for place in content.requirements}),
        mandatory_requirement_count=necessities.count("MANDATORY"),
        optional_requirement_count=necessities.count("OPTIONAL"),
    )


def settle(changes: Iterable[Change], current: Content) -> tuple[Change, ...]:
    """The same wishes written against the current content, without what is already so."""
    changes = tuple(changes)
    return diff(current, apply(current, changes))


def change_to_json(change: Change) -> dict[str, Any]:
    """The form in which a Revision keeps a change."""
    document: dict[str, Any] = {"kind": change.kind.value}
    if change.place is not None:
        document |= {"levelId": change.place.level_id, "roleId": change.place.role_id}
    return document | {"fields": fields_to_json(change.fields)}


def change_from_json(document: Mapping[str, Any]) -> Change:
    """The change that `change_to_json` wrote."""
    place = Place(document["levelId"], document["roleId"]) if "roleId" in document else None
    return Change(ChangeKind(document["kind"]), fields_from_json(document["fields"]), place)


def fields_to_json(edits: Iterable[FieldChange]) -> list[dict[str, Any]]:
    """A list of `{field, before, after}`."""
    return [{"field": edit.field, "before": edit.before, "after": edit.after} for edit in edits]


def fields_from_json(documents: Sequence[Mapping[str, Any]]) -> tuple[FieldChange, ...]:
    """The field changes that `fields_to_json` wrote."""
    return tuple(FieldChange(item["field"], item["before"], item["after"]) for item in documents)


def _field_changes(names: Sequence[str], before: Fields, after: Fields) -> tuple[FieldChange, ...]:
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return tuple(FieldChange(name, old, new) for name, old, new in pairs if old != new)


def _requirement_kind(old: Fields | None, new: Fields | None) -> ChangeKind:
    if old is None:
        return ChangeKind.ADD_REQUIREMENT
    return ChangeKind.REMOVE_REQUIREMENT if new is None else ChangeKind.EDIT_REQUIREMENT


def _inverse(change: Change) -> Change:
    opposite = {
        ChangeKind.ADD_REQUIREMENT: ChangeKind.REMOVE_REQUIREMENT,
        ChangeKind.REMOVE_REQUIREMENT: ChangeKind.ADD_REQUIREMENT,
    }
    edits = tuple(FieldChange(edit.field, edit.after, edit.before) for edit in change.fields)
    return Change(opposite.get(change.kind, change.kind), edits, change.place)


def _current_values(change: Change, current: Content) -> Fields:
    if change.place is None:
        return current.fields
    return current.requirements.get(change.place, {})
