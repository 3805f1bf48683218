"""The catalogue's types, from the framework down to the requirement.

A field is a column of the row that `of` reads, or a method that asks a query of `service.catalogue` for more.
"""

from datetime import datetime
from typing import Annotated, Any, Self

import strawberry

from service.api.catalogue.inputs import Filter, OrderBy, skill_order, wanted_skills
from service.api.connection import After, Before, Connection, First, Last, connect, page_of
from service.api.context import Info
from service.api.enums import describe_enum
from service.api.node import Key, Node
from service.api.people.types import Person
from service.api.proposals.types import SkillProposals
from service.api.watches.types import SkillWatches
from service.catalogue import queries
from service.catalogue.models import Necessity, Proficiency, SkillStatus

describe_enum(
    Necessity,
    "Whether a requirement must be covered.",
    MANDATORY="It must.",
    OPTIONAL="It is good to have.",
)
describe_enum(
    Proficiency,
    "How deep a requirement goes.",
    AWARENESS="Knows of it.",
    WORKING="Does it with help.",
    ADVANCED="Does it alone and well.",
    EXPERT="Leads others in it.",
)


@strawberry.type(description="One published body of competencies, with its own ladder, roles and domains.")
class Framework(Node):
    """The widest thing."""

    slug: str = strawberry.field(description="The human key.")
    name: str = strawberry.field(description="The name to show.")
    version: str | None = strawberry.field(description="The version of what was published.")
    licence: str | None = strawberry.field(description="The licence of its texts.")
    attribution: str | None = strawberry.field(description="Whom to name when its texts are used.")
    source: str | None = strawberry.field(description="Where it was published.")
    is_default: bool = strawberry.field(description="Whether it is this instance's own.")

    @strawberry.field(description="The ladder, the first step first.")
    async def levels(self, info: Info) -> list["Level"]:
        """In ascending rank."""
        return [Level.of(row) for row in await info.context.get(queries.levels_by_framework, self.key[0])]

    @strawberry.field(description="The roles in their order.")
    async def roles(self, info: Info) -> list["Role"]:
        """As the catalogue's files order them."""
        return [Role.of(row) for row in await info.context.get(queries.roles_by_framework, self.key[0])]

    @strawberry.field(description="The domains in their order.")
    async def domains(self, info: Info) -> list["Domain"]:
        """As the catalogue's files order them."""
        return [Domain.of(row) for row in await info.context.get(queries.domains_by_framework, self.key[0])]

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Public."""
        row = await info.context.load(queries.frameworks_by_id, key[0])
        return None if row is None else cls.of(row)


@strawberry.type(description="The widest division of a framework.")
class Domain(Node):
    """Above the groups."""

    slug: str = strawberry.field(description="The human key.")
    name: str = strawberry.field(description="The name to show.")
    framework_id: strawberry.Private[int]

    @strawberry.field(description="The framework that it divides.")
    async def framework(self, info: Info) -> Framework:
        """By foreign key."""
        return Framework.of(await info.context.get(queries.frameworks_by_id, self.framework_id))

    @strawberry.field(description="The groups in their order.")
    async def groups(self, info: Info) -> list["Group"]:
        """As the catalogue's files order them."""
        return [Group.of(row) for row in await info.context.get(queries.groups_by_domain, self.key[0])]

    @strawberry.field(description="How many skills stand in it, drafts left out.")
    async def skill_count(self, info: Info) -> int:
        """Of all its groups."""
        return await info.context.get(queries.skill_counts_by_domain, self.key[0])

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Public."""
        row = await info.context.load(queries.domains_by_id, key[0])
        return None if row is None else cls.of(row)


@strawberry.type(description="A division of a domain; every skill stands in one.")
class Group(Node):
    """Between domain and skill."""

    slug: str = strawberry.field(description="The human key.")
    name: str = strawberry.field(description="The name to show.")
    domain_id: strawberry.Private[int]

    @strawberry.field(description="The domain that it divides.")
    async def domain(self, info: Info) -> Domain:
        """By foreign key."""
        return Domain.of(await info.context.get(queries.domains_by_id, self.domain_id))

    @strawberry.field(description="Its skills.")
    async def skills(
        self,
        info: Info,
        filter: Filter = None,
        order_by: OrderBy = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection["Skill"]:
        """One statement for the pages of all groups that are asked at once."""
        wanted, order = wanted_skills(filter), skill_order(order_by)
        page = page_of(str(order), order.keys, first, after, last, before)
        context, group = info.context, self.key[0]
        cut = await context.get(queries.skills_by_group, group, wanted, order, page)

        async def count() -> int:
            return await context.get(queries.skill_counts_by_group, group, wanted)

        return connect(cut, str(order), order.keys, Skill.of, count)

    @strawberry.field(description="How many skills stand in it, drafts left out.")
    async def skill_count(self, info: Info) -> int:
        """As the unfiltered list counts."""
        return await info.context.get(queries.skill_counts_by_group, self.key[0], queries.SkillFilter())

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Public."""
        row = await info.context.load(queries.groups_by_id, key[0])
        return None if row is None else cls.of(row)


@strawberry.type(description="A step of a framework's ladder.")
class Level(Node):
    """Data with a rank."""

    slug: str = strawberry.field(description="The human key within the framework.")
    name: str = strawberry.field(description="The name to show.")
    rank: int = strawberry.field(description="The place on the ladder; the lowest is the first step.")
    framework_id: strawberry.Private[int]

    @strawberry.field(description="The framework whose ladder it is a step of.")
    async def framework(self, info: Info) -> Framework:
        """By foreign key."""
        return Framework.of(await info.context.get(queries.frameworks_by_id, self.framework_id))

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Public."""
        row = await info.context.load(queries.levels_by_id, key[0])
        return None if row is None else cls.of(row)


@strawberry.type(description="A kind of work that asks for skills.")
class Role(Node):
    """Its matrix is `skills` × the levels of each."""

    slug: str = strawberry.field(description="The human key.")
    name: str = strawberry.field(description="The name to show.")
    family: str | None = strawberry.field(description="The family of roles that it belongs to.")
    framework_id: strawberry.Private[int]

    @strawberry.field(description="The framework that it belongs to.")
    async def framework(self, info: Info) -> Framework:
        """By foreign key."""
        return Framework.of(await info.context.get(queries.frameworks_by_id, self.framework_id))

    @strawberry.field(description="How many skills it asks for, drafts left out.")
    async def skill_count(self, info: Info) -> int:
        """At any level."""
        return (await self._total(info)).skill_count

    @strawberry.field(
        description="How many requirements it has that must be covered, over all skills and levels."
    )
    async def mandatory_requirement_count(self, info: Info) -> int:
        """Rows of (skill, level)."""
        return (await self._total(info)).mandatory_requirement_count

    @strawberry.field(
        description="How many requirements it has that are good to have, over all skills and levels."
    )
    async def optional_requirement_count(self, info: Info) -> int:
        """Rows of (skill, level)."""
        return (await self._total(info)).optional_requirement_count

    @strawberry.field(
        description="The totals of each level at which it asks for anything, in ascending rank."
    )
    async def levels(self, info: Info) -> list["RoleLevel"]:
        """The foot of the matrix."""
        rows = await info.context.get(queries.counts_by_role, self.key[0])
        return [RoleLevel.of_counts(row) for row in rows if row.level_id is not None]

    @strawberry.field(description="The rows of its matrix: the skills that it asks for, by name.")
    async def skills(
        self,
        info: Info,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection["RoleSkill"]:
        """One statement for the pages of all roles that are asked at once."""
        order = queries.SkillOrder()
        page = page_of(str(order), order.keys, first, after, last, before)
        cut = await info.context.get(queries.skills_by_role, self.key[0], page)

        async def count() -> int:
            return (await self._total(info)).skill_count

        return connect(cut, str(order), order.keys, RoleSkill.of_pair, count)

    async def _total(self, info: Info) -> queries.RoleCounts:
        return (await info.context.get(queries.counts_by_role, self.key[0]))[-1]

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Public."""
        row = await info.context.load(queries.roles_by_id, key[0])
        return None if row is None else cls.of(row)


@strawberry.type(description="What a role asks for at a level, in numbers.")
class RoleLevel(Node):
    """Keyed by role and level."""

    skill_count: int = strawberry.field(description="Skills asked for at the level.")
    mandatory_requirement_count: int = strawberry.field(description="Requirements that must be covered.")
    optional_requirement_count: int = strawberry.field(description="Requirements that are good to have.")

    @strawberry.field(description="The level.")
    async def level(self, info: Info) -> Level:
        """By key."""
        return Level.of(await info.context.get(queries.levels_by_id, self.key[1]))

    @classmethod
    def of_counts(cls, row: queries.RoleCounts) -> Self:
        """Of a row of `counts_by_role`."""
        return cls(
            key=(row.role_id, row.level_id or 0),
            skill_count=row.skill_count,
            mandatory_requirement_count=row.mandatory_requirement_count,
            optional_requirement_count=row.optional_requirement_count,
        )

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Public; None where the role asks for nothing at the level."""
        rows = await info.context.get(queries.counts_by_role, key[0]) if len(key) == 2 else []
        return next((cls.of_counts(row) for row in rows if row.level_id == key[1]), None)


@strawberry.type(
    description="A row of a role's matrix: a skill, with what the role asks of it at each level."
)
class RoleSkill(Node):
    """Keyed by role and skill."""

    @strawberry.field(description="The skill.")
    async def skill(self, info: Info) -> "Skill":
        """By key."""
        return Skill.of(await info.context.get(queries.skills_by_id, self.key[1]))

    @strawberry.field(description="The role's requirements of the skill, in ascending rank of level.")
    async def requirements(self, info: Info) -> list["Requirement"]:
        """One statement for all rows of the matrix."""
        rows = await info.context.get(queries.requirements_by_role_and_skill, (self.key[0], self.key[1]))
        return [Requirement.of(row) for row in rows]

    @classmethod
    def of_pair(cls, row: Any) -> Self:
        """Of a row of `skills_by_role`."""
        return cls(key=(row.role_id, row.id))

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Public; None where the role asks nothing of the skill."""
        if len(key) != 2:
            return None
        rows = await info.context.get(queries.requirements_by_role_and_skill, (key[0], key[1]))
        return cls(key=key) if rows else None


@strawberry.type(
    description="A skill: what each role must cover at each level, with the numbers of its page."
)
class Skill(SkillProposals, SkillWatches, Node):
    """The product's main noun."""

    slug: str = strawberry.field(description="The human key. A former slug still leads to the skill.")
    name: str = strawberry.field(description="The name to show.")
    summary: str = strawberry.field(description="What the skill is, in a sentence or two.")
    keywords: list[str] = strawberry.field(description="Names of tools and ideas that belong to it.")
    status: SkillStatus = strawberry.field(description="Where it stands in its life.")
    revision: int = strawberry.field(description="How many changes of its content have been applied.")
    last_updated_at: datetime = strawberry.field(description="When accepted content last changed.")
    role_count: int = strawberry.field(description="Roles with at least one requirement.")
    level_count: int = strawberry.field(description="Levels with at least one requirement.")
    mandatory_requirement_count: int = strawberry.field(description="Requirements that must be covered.")
    optional_requirement_count: int = strawberry.field(description="Requirements that are good to have.")
    group_id: strawberry.Private[int]
    replaced_by_id: strawberry.Private[int | None]
    last_updated_by_id: strawberry.Private[int | None]

    @strawberry.field(description="The group that it stands in.")
    async def group(self, info: Info) -> Group:
        """By foreign key."""
        return Group.of(await info.context.get(queries.groups_by_id, self.group_id))

    @strawberry.field(description="The skill that takes the place of a deprecated one.")
    async def replaced_by(self, info: Info) -> Annotated["Skill", strawberry.lazy(__name__)] | None:
        """By foreign key."""
        return None if self.replaced_by_id is None else await Skill.find(info, (self.replaced_by_id,))

    @strawberry.field(description="Whose change was last applied; null for an import.")
    async def last_updated_by(self, info: Info) -> Person | None:
        """The author of the text, not the reviewer who accepted it."""
        return await Person.find_by_id(info, self.last_updated_by_id)

    @strawberry.field(description="The levels with at least one requirement, in ascending rank.")
    async def levels(self, info: Info) -> list["SkillLevel"]:
        """One statement for the requirements of all skills that are asked at once."""
        rows = await info.context.get(queries.requirements_by_skill, self.key[0])
        return [
            SkillLevel(key=(self.key[0], level_id)) for level_id in dict.fromkeys(r.level_id for r in rows)
        ]

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Public."""
        row = await info.context.load(queries.skills_by_id, key[0])
        return None if row is None else cls.of(row)


@strawberry.type(description="What a skill asks for at a level.")
class SkillLevel(Node):
    """Keyed by skill and level."""

    @strawberry.field(description="The level.")
    async def level(self, info: Info) -> Level:
        """By key."""
        return Level.of(await info.context.get(queries.levels_by_id, self.key[1]))

    @strawberry.field(description="What each role asks for at the level, in the roles' order.")
    async def requirements(self, info: Info) -> list["Requirement"]:
        """From the rows that the skill's levels were read from."""
        rows = await info.context.get(queries.requirements_by_skill, self.key[0])
        return [Requirement.of(row) for row in rows if row.level_id == self.key[1]]

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Public; None where the skill asks for nothing at the level."""
        rows = await info.context.get(queries.requirements_by_skill, key[0]) if len(key) == 2 else []
        return cls(key=key) if any(row.level_id == key[1] for row in rows) else None


@strawberry.type(description="What a role asks of a skill at a level.")
class Requirement(Node):
    """At most one per skill, role and level."""

    necessity: Necessity = strawberry.field(description="Whether it must be covered.")
    proficiency: Proficiency | None = strawberry.field(description="How deep it goes, where that is said.")
    description: str = strawberry.field(description="The expectation, in words.")
    revision: int = strawberry.field(description="The skill's revision that last changed it.")
    skill_id: strawberry.Private[int]
    role_id: strawberry.Private[int]
    level_id: strawberry.Private[int]

    @strawberry.field(description="The skill.")
    async def skill(self, info: Info) -> Skill:
        """By foreign key."""
        return Skill.of(await info.context.get(queries.skills_by_id, self.skill_id))

    @strawberry.field(description="The role.")
    async def role(self, info: Info) -> Role:
        """By foreign key."""
        return Role.of(await info.context.get(queries.roles_by_id, self.role_id))

    @strawberry.field(description="The level.")
    async def level(self, info: Info) -> Level:
        """By foreign key."""
        return Level.of(await info.context.get(queries.levels_by_id, self.level_id))

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Public."""
        row = await info.context.load(queries.requirements_by_id, key[0])
        return None if row is None else cls.of(row)
