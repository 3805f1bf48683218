"""The viewer's plan. Each mutation is one transaction around one action."""

import asyncio
from collections.abc import Sequence

import strawberry

from service.api.catalogue.types import Requirement
from service.api.context import Info
from service.api.node import row_id
from service.api.payloads import payload
from service.api.permissions import Given, mutation, signed_in
from service.api.plan.reading import rows_by
from service.api.plans.inputs import (
    ExpectationInput,
    SetPlanInput,
    TickExpectationsInput,
    UntickExpectationsInput,
)
from service.api.plans.types import Plan
from service.catalogue.sources import REQUIREMENTS
from service.errors import InvalidInput, below
from service.people.models import PersonRole
from service.plans import actions
from service.plans.rules import Place


@payload("What came of choosing a role and levels.")
class SetPlanPayload:
    """Of `setPlan`."""

    plan: Plan | None = strawberry.field(
        default=None, description="The plan; null where there is none any more."
    )


@strawberry.type
class _TicksPayload:
    """What the mutations of ticks answer."""

    requirements: list[Requirement] = strawberry.field(
        default_factory=list,
        description="The requirements that stand there, each once, with the viewer's ticks as they now are.",
    )


@payload("What came of ticking expectations.")
class TickExpectationsPayload(_TicksPayload):
    """Of `tickExpectations`."""


@payload("What came of taking ticks away.")
class UntickExpectationsPayload(_TicksPayload):
    """Of `untickExpectations`."""


@strawberry.type
class PlanMutation:
    """The viewer's own affair."""

    @mutation(
        needs=PersonRole.READER,
        description="Say where one stands and what one aims for: a role and levels. Nobody else sees it.",
    )
    async def set_plan(self, info: Info, input: Given[SetPlanInput]) -> SetPlanPayload:
        """In the place of what was said before."""
        viewer, context = signed_in(info.context), info.context
        chosen = [
            _row(input.role_id, "Role", "roleId"),
            _row(input.level_id, "Level", "levelId"),
            _row(input.goal_id, "Level", "goalId"),
        ]
        async with context.transaction() as session:
            match chosen:
                case [int(role), level, goal]:
                    await actions.set_plan(session, role, level, goal, by=viewer.id, at=context.now())
                case _:
                    await actions.end_plan(session, by=viewer.id)
        return SetPlanPayload(plan=await Plan.find(info, (viewer.id,)))

    @mutation(
        needs=PersonRole.READER,
        description="Tick expectations that one covers. One that is ticked already is so as its requirement now reads.",
    )
    async def tick_expectations(
        self, info: Info, input: Given[TickExpectationsInput]
    ) -> TickExpectationsPayload:
        """All of them or, where one is wrong, none."""
        viewer, context = signed_in(info.context), info.context
        _places(input.expectations)
        wishes = [each.wish() for each in input.expectations]
        async with context.transaction() as session:
            await actions.tick(session, wishes, by=viewer.id, at=context.now())
        return TickExpectationsPayload(requirements=await _standing(info, [wish.place for wish in wishes]))

    @mutation(needs=PersonRole.READER, description="Take ticks away.")
    async def untick_expectations(
        self, info: Info, input: Given[UntickExpectationsInput]
    ) -> UntickExpectationsPayload:
        """Without fault where one is not ticked."""
        viewer, places = signed_in(info.context), _places(input.expectations)
        texts = [each.text for each in input.expectations]
        async with info.context.transaction() as session:
            await actions.untick(session, list(zip(places, texts, strict=True)), by=viewer.id)
        return UntickExpectationsPayload(requirements=await _standing(info, places))


def _row(node_id: str | None, kind: str, name: str) -> int | None:
    """The row's id. Raises InvalidInput for an id of something else."""
    if node_id is None:
        return None
    found = row_id(node_id, kind)
    if found is None:
        raise InvalidInput(f"There is no such {kind.lower()}: take an id from the API.", path=(name,))
    return found


def _places(expectations: Sequence[ExpectationInput]) -> list[Place]:
    """The places of the inputs. Raises PlaceNotFound, with the way to the input at fault."""
    places = []
    for number, each in enumerate(expectations):
        with below("expectations", str(number)):
            places.append(each.place())
    return places


async def _standing(info: Info, places: Sequence[Place]) -> list[Requirement]:
    """The requirements at the places, found at the same time so that one statement reads them."""
    names, seen, get = Place._fields, info.context.viewpoint, info.context.get
    wanted = [tuple(place) for place in dict.fromkeys(places)]
    found = await asyncio.gather(*(get(rows_by, key, REQUIREMENTS, seen, names) for key in wanted))
    return [Requirement.of(row) for rows in found for row in rows]
