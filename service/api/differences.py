"""One field's old and new value and the words in which they differ: the form in which every change is shown."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import strawberry

from service import difference
from service.api.context import Info
from service.api.enums import describe_enum
from service.api.errors import as_text
from service.api.failures import Code, RequestError
from service.api.node import find_row
from service.catalogue.content import Change, ChangeKind, FieldChange, Place, Value

if TYPE_CHECKING:
    from service.api.catalogue.types import Level, Role, Skill

# Of all texts that one operation compares, each up to 30 ms of work: see `service.difference`.
_CHARACTERS_MAX = 500_000

describe_enum(
    difference.SegmentKind,
    "What became of a piece of text.",
    EQUAL="It stayed.",
    INSERT="It came.",
    DELETE="It went.",
)

describe_enum(
    ChangeKind,
    "What a change does.",
    EDIT_SKILL="New values of the skill's own fields.",
    ADD_REQUIREMENT="A requirement where none stands.",
    EDIT_REQUIREMENT="New values of a requirement's fields.",
    REMOVE_REQUIREMENT="The end of a requirement.",
)

_Role = Annotated["Role", strawberry.lazy("service.api.catalogue.types")]
_Level = Annotated["Level", strawberry.lazy("service.api.catalogue.types")]
_Skill = Annotated["Skill", strawberry.lazy("service.api.catalogue.types")]

# A column that holds the id of another row is shown as that row's slug.
_REFERENCES = {"group_id": ("group", "Group"), "replaced_by_id": ("replacedBy", "Skill")}


@strawberry.type(description="A piece of a text that stayed, came or went.")
class DifferenceSegment:
    """EQUAL and DELETE together are the old text, EQUAL and INSERT the new one."""

    kind: difference.SegmentKind = strawberry.field(description="What became of it.")
    text: str = strawberry.field(description="The piece, never empty.")


@strawberry.type(description="One field that differs: its old and its new value, and the words in between.")
class FieldDifference:
    """Of a skill itself, or of what a role asks at a level."""

    skill_id: strawberry.Private[int]
    place: strawberry.Private[Place | None]
    edit: strawberry.Private[FieldChange]
    kind: ChangeKind = strawberry.field(description="What the change does that it is part of.")

    @strawberry.field(description="The field's name, as the skill or the requirement has it.")
    def field(self) -> str:
        """Where a column holds an id, the name of what it refers to."""
        return name_of(self.edit.field)

    @strawberry.field(description="The skill.")
    async def skill(self, info: Info) -> _Skill:
        """It is there as long as its history."""
        found: Skill = await find_row(info, "Skill", self.skill_id)
        return found

    @strawberry.field(
        description="The requirement's role; null for the skill itself, and where the role is no more."
    )
    async def role(self, info: Info) -> _Role | None:
        """A history outlives its roles."""
        found: Role | None = None if self.place is None else await find_row(info, "Role", self.place.role_id)
        return found

    @strawberry.field(
        description="The requirement's level; null for the skill itself, and where the level is no more."
    )
    async def level(self, info: Info) -> _Level | None:
        """A history outlives its levels."""
        found: Level | None = (
            None if self.place is None else await find_row(info, "Level", self.place.level_id)
        )
        return found

    @strawberry.field(description="The old value, a list with one item a line; null where there was none.")
    async def before(self, info: Info) -> str | None:
        """As text, whatever its kind."""
        return await value_of(info, self.edit.field, self.edit.before)

    @strawberry.field(description="The new value, a list with one item a line; null where it goes.")
    async def after(self, info: Info) -> str | None:
        """As text, whatever its kind."""
        return await value_of(info, self.edit.field, self.edit.after)

    @strawberry.field(
        description="The way from the old text to the new: EQUAL and DELETE are the old, EQUAL and INSERT the new."
    )
    async def segments(self, info: Info) -> list[DifferenceSegment]:
        """Word by word; in a thread, so that the loop goes on meanwhile.

        Raises:
            RequestError: COST_EXCEEDED where the operation compares more than 500,000 characters in all.
        """
        name, edit = self.edit.field, self.edit
        before, after = [await value_of(info, name, value) or "" for value in (edit.before, edit.after)]
        _spend(info, len(before) + len(after))
        found = await asyncio.to_thread(difference.segments, before, after)
        return [DifferenceSegment(kind=one.kind, text=one.text) for one in found]


def differences(skill_id: int, changes: Iterable[Change]) -> list[FieldDifference]:
    """The fields of the changes, in their order."""
    return [
        FieldDifference(skill_id=skill_id, place=change.place, edit=edit, kind=change.kind)
        for change in changes
        for edit in change.fields
    ]


def name_of(column: str) -> str:
    """The name of a field as its readers know it: of what a column refers to, where it holds an id."""
    return _REFERENCES.get(column, (column, None))[0]


def column_of(name: str) -> str:
    """The column behind such a name."""
    return next((column for column, (known, _) in _REFERENCES.items() if known == name), name)


async def value_of(info: Info, field: str, value: Value) -> str | None:
    """A column's value as text: an id as the slug of what it refers to, null where that is gone."""
    if field not in _REFERENCES or not isinstance(value, int):
        return as_text(value)
    found = await find_row(info, _REFERENCES[field][1], value)
    return None if found is None else str(found.record.slug)


def _spend(info: Info, characters: int) -> None:
    info.context.compared += characters
    if info.context.compared > _CHARACTERS_MAX:
        raise RequestError(
            f"The answer would compare texts of more than {_CHARACTERS_MAX:,} characters: "
            "ask for segments of fewer changes at a time.",
            Code.COST_EXCEEDED,
        )
