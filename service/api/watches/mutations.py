"""Watching and no longer watching. Both may be sent twice: the second time changes nothing."""

import strawberry

from service.api.catalogue.types import Skill
from service.api.context import Info
from service.api.errors import UserError
from service.api.node import row_id
from service.api.permissions import Given, mutation, signed_in
from service.catalogue.queries import SkillNotFound, get_skill
from service.people.models import PersonRole
from service.watches import actions


@strawberry.input(description="A skill to watch.")
class WatchSkillInput:
    """By the viewer."""

    skill_id: strawberry.ID = strawberry.field(description="The skill's id.")


@strawberry.input(description="A skill to watch no longer.")
class UnwatchSkillInput:
    """By the viewer."""

    skill_id: strawberry.ID = strawberry.field(description="The skill's id.")


@strawberry.type
class _WatchPayload:
    """What every watch mutation answers."""

    skill: Skill | None = strawberry.field(
        default=None, description="The skill, with the viewer's watch as it now stands."
    )
    user_errors: list[UserError] = strawberry.field(
        default_factory=list, description="What was wrong; empty when it was done."
    )


@strawberry.type(description="What came of watching a skill.")
class WatchSkillPayload(_WatchPayload):
    """Of `watchSkill`."""


@strawberry.type(description="What came of no longer watching a skill.")
class UnwatchSkillPayload(_WatchPayload):
    """Of `unwatchSkill`."""


@strawberry.type
class WatchMutation:
    """The viewer's own watches."""

    @mutation(needs=PersonRole.READER, description="Hear by mail when a change of the skill is accepted.")
    async def watch_skill(self, info: Info, input: Given[WatchSkillInput]) -> WatchSkillPayload:
        """Once, however often it is sent."""
        skill_id, viewer = row_id(input.skill_id, "Skill"), signed_in(info.context)
        async with info.context.database.transaction() as session:
            skill = await get_skill(session, _existing(skill_id))
            await actions.watch_skill(session, skill.id, by=viewer.id, at=info.context.now())
        return WatchSkillPayload(skill=await Skill.find(info, (skill.id,)))

    @mutation(needs=PersonRole.READER, description="Hear no more about the skill.")
    async def unwatch_skill(self, info: Info, input: Given[UnwatchSkillInput]) -> UnwatchSkillPayload:
        """Without fault where it is not watched."""
        skill_id, viewer = row_id(input.skill_id, "Skill"), signed_in(info.context)
        async with info.context.database.transaction() as session:
            skill = await get_skill(session, _existing(skill_id))
            await actions.unwatch_skill(session, skill.id, by=viewer.id, at=info.context.now())
        return UnwatchSkillPayload(skill=await Skill.find(info, (skill.id,)))


def _existing(skill_id: int | None) -> int:
    if skill_id is None:
        raise SkillNotFound
    return skill_id
