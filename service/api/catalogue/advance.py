"""What to cover next in a skill: the way from a level to a higher one, or to another role."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from service.api.context import Info
from service.api.enums import describe_enum
from service.api.node import NODE_TYPES
from service.api.plan.reading import rows_by
from service.catalogue import expectations, sources
from service.catalogue.expectations import AdvanceState, Asked, ExpectationChange
from service.errors import InvalidInput

if TYPE_CHECKING:
    from service.api.catalogue.types import Level, Requirement, Role

_Level = Annotated["Level", strawberry.lazy("service.api.catalogue.types")]
_Requirement = Annotated["Requirement", strawberry.lazy("service.api.catalogue.types")]
_Role = Annotated["Role", strawberry.lazy("service.api.catalogue.types")]

describe_enum(
    AdvanceState,
    "Where the way begins, and whether it leads on.",
    NOT_YET="Below the first level: the steps begin with it.",
    STEPS="From a level to a higher one.",
    TOP="At the top of the ladder: there is no step above.",
    SIDEWAYS="To another role at the same level.",
)
describe_enum(
    ExpectationChange,
    "What an expectation is against what was asked before.",
    NEW="Nothing like it was asked.",
    RAISED="The same matter, but more of it.",
    CARRIED="The same again.",
)


@strawberry.type(description="One thing to cover: a sentence or a list item of a requirement.")
class Expectation:
    """Made anew for each answer; it has no id."""

    text: str = strawberry.field(description="In the words of the requirement.")
    change: ExpectationChange = strawberry.field(description="What it is against what was asked before.")
    before: str | None = strawberry.field(description="What it raises or carries on; null for a new one.")


@strawberry.type(description="What a role asks at one level of the way.")
class AdvanceStep:
    """In the ladder's order."""

    role: _Role = strawberry.field(description="The role that asks.")
    level: _Level = strawberry.field(description="The level at which it asks.")
    requirement: _Requirement | None = strawberry.field(
        description="The requirement behind it; null where the role passes the level over."
    )
    expectations: list[Expectation] = strawberry.field(description="In the order of the text.")


@strawberry.type(description="What to cover next in a skill.")
class Advance:
    """Worked out from the requirements as they stand."""

    state: AdvanceState = strawberry.field(description="Where the way begins, and whether it leads on.")
    steps: list[AdvanceStep] = strawberry.field(description="One for each level up to the goal.")


_OwnRole = Annotated[str, strawberry.argument(description="A role's slug.")]
_From = Annotated[
    str | None,
    strawberry.argument(name="from", description="The slug of the level reached; null for none yet."),
]
_To = Annotated[
    str | None,
    strawberry.argument(description="The slug of the level to reach; the next one where left out."),
]
_ToRole = Annotated[
    str | None,
    strawberry.argument(description="Another role's slug, to move sideways at the level reached."),
]


@strawberry.type
class SkillAdvance:
    """The part of Skill that says what comes next."""

    @strawberry.field(
        description="What to cover to reach a higher level, or to change to another role at the same one. Each "
        "expectation is new, raised or carried against the level before, by the words that both share."
    )
    async def advance(
        self, info: Info, role: _OwnRole, from_: _From = None, to: _To = None, to_role: _ToRole = None
    ) -> Advance:
        """Three statements, whatever is asked; a slug of nothing is a fault of the request."""
        way = await _Way.of(self, info)
        own, start, goal = way.asked(role, "role"), way.level(from_, "from"), way.level(to, "to")
        if to_role is None:
            found = expectations.advance(own, start=start, goal=goal, skill_name=way.name)
        elif start is None or goal is not None:
            raise InvalidInput("To move sideways, give the level that you are at as `from`, and no `to`.")
        else:
            other = way.asked(to_role, "toRole")
            found = expectations.sideways(own, other, level=start, skill_name=way.name)
        return Advance(state=found.state, steps=[way.step(step) for step in found.steps])


class _Way:
    """The rows that an answer is made of."""

    def __init__(self, name: str, levels: list[Any], roles: list[Any], requirements: list[Any]) -> None:
        self.name = name
        self._levels, self._roles = levels, roles
        self._requirements = {(row.role_id, row.level_id): row for row in requirements}

    @classmethod
    async def of(cls, skill: Any, info: Info) -> "_Way":
        row, context = skill.record, info.context
        seen, framework = context.viewpoint, (row.framework_id,)
        levels = await context.get(rows_by, framework, sources.LEVELS, seen, ("framework_id",))
        roles = await context.get(rows_by, framework, sources.ROLES, seen, ("framework_id",))
        requirements = await context.get(rows_by, (row.id,), sources.REQUIREMENTS, seen, ("skill_id",))
        return cls(row.name, levels, roles, requirements)

    def asked(self, slug: str, argument: str) -> Asked:
        role = next((row for row in self._roles if row.slug == slug), None)
        if role is None:
            raise InvalidInput("The skill's framework has no such role.", path=(argument,))
        texts = {
            level: row.description
            for (role_id, level), row in self._requirements.items()
            if role_id == role.id
        }
        return Asked(role.id, [level.id for level in self._levels], texts)

    def level(self, slug: str | None, argument: str) -> int | None:
        if slug is None:
            return None
        found = next((row.id for row in self._levels if row.slug == slug), None)
        if found is None:
            raise InvalidInput("The skill's framework has no such level.", path=(argument,))
        return int(found)

    def step(self, step: expectations.Step) -> AdvanceStep:
        role = next(row for row in self._roles if row.id == step.role_id)
        level = next(row for row in self._levels if row.id == step.level_id)
        row = self._requirements.get((step.role_id, step.level_id))
        return AdvanceStep(
            role=_object("Role", role),
            level=_object("Level", level),
            requirement=None if row is None else _object("Requirement", row),
            expectations=[
                Expectation(text=one.text, change=one.change, before=one.before) for one in step.expectations
            ],
        )


def _object(type_name: str, row: Any) -> Any:
    """By the type's name, since Skill's module builds on this one."""
    return NODE_TYPES[type_name].of(row)
