"""Private plans in the API, and what ticks add to requirements and roles. Seen by their own person alone."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from service.api.connection import Connection
from service.api.context import Info
from service.api.node import Node
from service.api.plan.fields import column, one, page, viewer_field
from service.api.plan.marks import Asked
from service.api.plan.reading import rows_by
from service.catalogue import sources as catalogue
from service.catalogue.expectations import levels_above
from service.errors import InvalidInput
from service.plans import rules, sources
from service.plans.queries import asked_by_role, ticks_by_place, ticks_by_role
from service.plans.rules import Place

if TYPE_CHECKING:
    from service.api.catalogue.types import Level, Requirement, Role, Skill

_TYPES = "service.api.catalogue.types"
_Skill = Annotated["Skill", strawberry.lazy(_TYPES)]
_Role = Annotated["Role", strawberry.lazy(_TYPES)]
_Level = Annotated["Level", strawberry.lazy(_TYPES)]
_Requirement = Annotated["Requirement", strawberry.lazy(_TYPES)]
_PLACE = {"skill_id": "skill_id", "role_id": "role_id", "level_id": "level_id"}


@strawberry.type(description="How far the viewer is with what a role asks at some of its levels.")
class Progress:
    """Counted anew for each answer; it has no id."""

    skill_count: int = strawberry.field(description="Skills of which anything is asked there.")
    covered_skill_count: int = strawberry.field(description="Skills whose every expectation is ticked.")
    expectation_count: int = strawberry.field(description="Expectations in all.")
    ticked_count: int = strawberry.field(description="Expectations that are ticked, in the words of now.")
    changed_count: int = strawberry.field(description="Ticks whose requirement has changed since.")


@strawberry.type(
    description="An expectation that the viewer says they cover: a sentence or list item of a requirement. It stays "
    "when the requirement says something else, and when it is removed."
)
class Tick(Node, source=sources.TICKS):
    """Keyed by a row of its own; the place and the words tell it from others."""

    text: str = column("In the words of the requirement, as they were when it was ticked.")
    revision: int = column("The revision that had last changed the requirement when it was ticked.")
    at: datetime = column("When it was ticked.", name="ticked_at")
    is_changed_since: bool = column(
        "Whether an accepted change has changed or removed the requirement since."
    )
    skill: _Skill | None = one("The skill; null never, while the tick is there.", on={"id": "skill_id"})
    role: _Role | None = one("The role that asks.", on={"id": "role_id"})
    level: _Level | None = one("The level at which it asks.", on={"id": "level_id"})
    requirement: _Requirement | None = one(
        "What the role asks there now; null where it asks nothing any more.", on=_PLACE
    )


@strawberry.type(description="Where the viewer stands and what they aim for.")
class Plan(Node, source=sources.PLANS):
    """One for each person."""

    role: _Role | None = one("The role.", on={"id": "role_id"})
    level: _Level | None = one("The level reached; null for none yet.", on={"id": "level_id"})
    goal: _Level | None = one("The level to reach; null for the next one.", on={"id": "goal_id"})
    changed_at: datetime = column("When it was last chosen.")


async def _viewer_ticks(root: Any, info: Info) -> list[Tick] | None:
    """One statement for all requirements that are asked at once."""
    viewer, row = info.context.viewer, root.record
    if viewer is None:
        return None
    place = Place(row.skill_id, row.role_id, row.level_id)
    found = await info.context.load(ticks_by_place, place, person_id=viewer.id)
    return [Tick.of(tick) for tick in found or ()]


_From = Annotated[
    str | None,
    strawberry.argument(name="from", description="The slug of the level reached; null for none yet."),
]
_To = Annotated[
    str | None,
    strawberry.argument(description="The slug of the level to reach; the next one where left out."),
]


async def _viewer_progress(root: Any, info: Info, from_: _From = None, to: _To = None) -> Progress | None:
    """Three statements, however many roles are asked for."""
    context, role = info.context, root.record
    if context.viewer is None:
        return None
    ladder = await context.get(
        rows_by, (role.framework_id,), catalogue.LEVELS, context.viewpoint, ("framework_id",)
    )
    ids = [level.id for level in ladder]
    levels = levels_above(ids, start=_level(ladder, from_, "from"), goal=_level(ladder, to, "to"))
    asked = await context.get(asked_by_role, role.id)
    ticks = await context.load(ticks_by_role, role.id, person_id=context.viewer.id)
    found = rules.progress(asked, ticks or (), levels)
    return Progress(
        skill_count=found.skill_count,
        covered_skill_count=found.covered_skill_count,
        expectation_count=found.expectation_count,
        ticked_count=found.ticked_count,
        changed_count=found.changed_count,
    )


def _level(ladder: list[Any], slug: str | None, argument: str) -> int | None:
    if slug is None:
        return None
    found = next((level.id for level in ladder if level.slug == slug), None)
    if found is None:
        raise InvalidInput("The role's framework has no such level.", path=(argument,))
    return int(found)


@strawberry.type
class RequirementTicks:
    """What ticks add to a requirement."""

    viewer_ticks: list[Tick] | None = viewer_field(
        "The viewer's ticks there, of words that have gone too, the oldest first; null where nobody is signed in.",
        _viewer_ticks,
        reads=("skill_id", "role_id", "level_id"),
    )


@strawberry.type
class RoleProgress:
    """What ticks add to a role."""

    viewer_progress: Progress | None = viewer_field(
        "How far the viewer is with what the role asks above one level, up to another; null where nobody is signed "
        "in.",
        _viewer_progress,
        reads=("id", "framework_id"),
    )


_Since = Annotated[
    bool | None,
    strawberry.argument(
        description="True for those whose requirement has changed since, false for the others; null for all."
    ),
]


def _newest_first(changed_since: _Since = None) -> Asked:
    return Asked(sources.Ticked(changed_since), sources.NEWEST_FIRST)


@strawberry.type
class ViewerPlan:
    """What plans add to the viewer."""

    plan: Plan | None = one(
        "Where the person stands and what they aim for; null where they have not said.",
        on={"person_id": "id"},
    )
    ticks: Connection[Tick] = page(
        "All that the person has ticked, the newest first.",
        on={"person_id": "id"},
        narrow=sources.ticks_shown,
        ask=_newest_first,
    )
