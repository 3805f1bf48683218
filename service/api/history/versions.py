"""A skill as it was: the shape of its page, from the fold of its revisions."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from service.api.context import Info
from service.api.node import Node, find_row
from service.api.people.types import Person
from service.catalogue.content import Fields, numbers
from service.catalogue.models import Necessity, Proficiency, SkillStatus
from service.history.queries import Version

if TYPE_CHECKING:
    from service.api.catalogue.types import Group, Level, Role, Skill

_Role = Annotated["Role", strawberry.lazy("service.api.catalogue.types")]
_Level = Annotated["Level", strawberry.lazy("service.api.catalogue.types")]
_Group = Annotated["Group", strawberry.lazy("service.api.catalogue.types")]
_Skill = Annotated["Skill", strawberry.lazy("service.api.catalogue.types")]


@strawberry.type(description="What a role asked of a skill at a level.")
class RequirementVersion:
    """Of a skill as it was."""

    fields: strawberry.Private[Fields]
    role: _Role | None = strawberry.field(description="The role; null where it is no more.")
    level: _Level | None = strawberry.field(description="The level; null where it is no more.")
    revision: int = strawberry.field(description="The skill's revision that had last changed it.")

    @strawberry.field(description="Whether it must be covered.")
    def necessity(self) -> Necessity:
        """Always said."""
        return Necessity(str(self.fields["necessity"]))

    @strawberry.field(description="How deep it goes, where that was said.")
    def proficiency(self) -> Proficiency | None:
        """Often left unsaid."""
        found = self.fields.get("proficiency")
        return None if found is None else Proficiency(str(found))

    @strawberry.field(description="The expectation, in words.")
    def description(self) -> str:
        """Never empty."""
        return str(self.fields["description"])


@strawberry.type(description="What a skill asked for at a level.")
class SkillVersionLevel:
    """Of a skill as it was."""

    level: _Level | None = strawberry.field(description="The level; null where it is no more.")
    requirements: list[RequirementVersion] = strawberry.field(
        description="What each role asked for at the level, in the roles' order."
    )


@strawberry.type(description="A skill as it was at one of its revisions, in the shape of its page.")
class SkillVersion:
    """Roles, levels and groups bear their present names."""

    version: strawberry.Private[Version]

    @strawberry.field(description="The skill as it is now.")
    async def skill(self, info: Info) -> _Skill:
        """It is there as long as its history."""
        found: Skill = await find_row(info, "Skill", self.version.revision.skill_id)
        return found

    @strawberry.field(description="The human key.")
    def slug(self) -> str:
        """It may be another's only where the skill is gone."""
        return str(self._field("slug"))

    @strawberry.field(description="The name to show.")
    def name(self) -> str:
        """A single line."""
        return str(self._field("name"))

    @strawberry.field(description="What the skill was, in a sentence or two.")
    def summary(self) -> str:
        """May be empty."""
        return str(self._field("summary") or "")

    @strawberry.field(description="Names of tools and ideas that belonged to it.")
    def keywords(self) -> list[str]:
        """In their order."""
        found: Any = self._field("keywords")
        return list(found or ())

    @strawberry.field(description="Where it stood in its life.")
    def status(self) -> SkillStatus:
        """Published or not."""
        return SkillStatus(str(self._field("status")))

    @strawberry.field(description="The skill that took its place, as that is now; null for none.")
    async def replaced_by(self, info: Info) -> _Skill | None:
        """By its id, whatever it is called now."""
        found: Skill | None = await find_row(info, "Skill", self._field("replaced_by_id"))
        return found

    @strawberry.field(description="The group that it stood in; null where that is no more.")
    async def group(self, info: Info) -> _Group | None:
        """By its id, whatever it is called now."""
        found: Group | None = await find_row(info, "Group", self._field("group_id"))
        return found

    @strawberry.field(description="The revision's number: how many changes had been applied.")
    def revision(self) -> int:
        """Of the skill."""
        return self.version.revision.number

    @strawberry.field(description="When the revision was applied.")
    def last_updated_at(self) -> datetime:
        """Of the revision."""
        return self.version.revision.changed_at

    @strawberry.field(
        description="Whose change the revision was; null for an import, and where the account is gone."
    )
    async def last_updated_by(self, info: Info) -> Person | None:
        """Its author, not the reviewer."""
        found: Person | None = await find_row(info, "Person", self.version.revision.person_id)
        return found

    @strawberry.field(description="Roles with at least one requirement.")
    def role_count(self) -> int:
        """Counted from the version's own rows."""
        return numbers(self.version.content).role_count

    @strawberry.field(description="Levels with at least one requirement.")
    def level_count(self) -> int:
        """Counted from the version's own rows."""
        return numbers(self.version.content).level_count

    @strawberry.field(description="Requirements that had to be covered.")
    def mandatory_requirement_count(self) -> int:
        """Counted from the version's own rows."""
        return numbers(self.version.content).mandatory_requirement_count

    @strawberry.field(description="Requirements that were good to have.")
    def optional_requirement_count(self) -> int:
        """Counted from the version's own rows."""
        return numbers(self.version.content).optional_requirement_count

    @strawberry.field(description="The levels with at least one requirement, in ascending rank.")
    async def levels(self, info: Info) -> list[SkillVersionLevel]:
        """One statement for all levels and one for all roles; what is no more comes last."""
        requirements = self.version.content.requirements
        levels, roles = await asyncio.gather(
            _find_all(info, "Level", (place.level_id for place in requirements)),
            _find_all(info, "Role", (place.role_id for place in requirements)),
        )
        shown: dict[int, list[RequirementVersion]] = {key: [] for key in sorted(levels, key=_by_rank(levels))}
        order = _by_position(roles)
        for place in sorted(requirements, key=lambda place: order(place.role_id)):
            row = RequirementVersion(
                fields=requirements[place],
                role=roles[place.role_id],
                level=levels[place.level_id],
                revision=self.version.revisions[place],
            )
            shown[place.level_id].append(row)
        return [SkillVersionLevel(level=levels[key], requirements=rows) for key, rows in shown.items()]

    def _field(self, name: str) -> Any:
        return self.version.content.fields.get(name)


async def _find_all(info: Info, kind: str, row_ids: Iterable[int]) -> dict[int, Any]:
    ids = list(dict.fromkeys(row_ids))
    return dict(zip(ids, await asyncio.gather(*(find_row(info, kind, each) for each in ids)), strict=True))


def _by_rank(levels: Mapping[int, Node | None]) -> Callable[[int], tuple[Any, ...]]:
    def order(level_id: int) -> tuple[Any, ...]:
        level = levels[level_id]
        return (True, level_id) if level is None else (False, level.record.rank)

    return order


def _by_position(roles: Mapping[int, Node | None]) -> Callable[[int], tuple[Any, ...]]:
    def order(role_id: int) -> tuple[Any, ...]:
        role = roles[role_id]
        if role is None:
            return (True, role_id)
        return (False, role.record.position, role.record.name, role_id)

    return order
