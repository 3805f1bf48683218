"""Watching and no longer watching. Each may be sent twice: the second time changes nothing."""

from datetime import datetime
from typing import Any

import strawberry

from service.api.catalogue.types import Level, Role, Skill
from service.api.context import Info
from service.api.node import Node, find_node, row_id
from service.api.payloads import payload
from service.api.permissions import Given, mutation, signed_in
from service.api.watches.types import SUBJECT_COLUMNS, Watch
from service.catalogue.queries import SkillNotFound, get_skill
from service.catalogue.rules import ensure_same_framework
from service.errors import InvalidInput
from service.people.models import PersonRole
from service.watches import actions
from service.watches.actions import Subject
from service.watches.models import WatchEvent, WatchFrequency
from service.watches.rules import Choices, SubjectNotFound


@strawberry.input(description="Something to watch, and how. What is left out stays as it is.")
class WatchInput:
    """By the viewer."""

    subject_id: strawberry.ID = strawberry.field(
        description="The id of a skill, a group, a domain, a role or a proposal."
    )
    events: strawberry.Maybe[list[WatchEvent]] = strawberry.field(
        description="What to hear of. At first: of a proposal everything, else what is applied."
    )
    frequency: strawberry.Maybe[WatchFrequency] = strawberry.field(
        description="How to hear. At first: immediately."
    )
    is_muted: strawberry.Maybe[bool] = strawberry.field(
        description="Whether to hear nothing of the subject at all, whatever else is watched."
    )
    snoozed_until: strawberry.Maybe[datetime | None] = strawberry.field(
        description="Until when mails wait, at most a year; null for no more waiting."
    )
    expires_at: strawberry.Maybe[datetime | None] = strawberry.field(
        description="When the watch ends by itself; null for never."
    )
    own_role_id: strawberry.Maybe[strawberry.ID | None] = strawberry.field(
        description="The id of the viewer's own role, given together with the level; null for none."
    )
    own_level_id: strawberry.Maybe[strawberry.ID | None] = strawberry.field(
        description="The id of the viewer's own level, given together with the role; null for none."
    )
    only_own_levels: strawberry.Maybe[bool] = strawberry.field(
        description="Whether to hear only when the viewer's own level or the next one changed."
    )


@strawberry.input(description="Something to watch no longer.")
class UnwatchInput:
    """By the viewer."""

    subject_id: strawberry.ID = strawberry.field(
        description="The id of a skill, a group, a domain, a role or a proposal."
    )


@strawberry.input(description="A skill to watch.")
class WatchSkillInput:
    """By the viewer."""

    skill_id: strawberry.ID = strawberry.field(description="The skill's id.")


@strawberry.input(description="A skill to watch no longer.")
class UnwatchSkillInput:
    """By the viewer."""

    skill_id: strawberry.ID = strawberry.field(description="The skill's id.")


@payload("What came of watching something.")
class WatchPayload:
    """Of `watch`."""

    watch: Watch | None = strawberry.field(default=None, description="The watch as it now stands.")
    subject: Node | None = strawberry.field(default=None, description="What is watched.")


@payload("What came of no longer watching something.")
class UnwatchPayload:
    """Of `unwatch`."""

    subject: Node | None = strawberry.field(default=None, description="What is watched no longer.")


@strawberry.type
class _SkillWatchPayload:
    """What the mutations of a skill's watch answer."""

    skill: Skill | None = strawberry.field(
        default=None, description="The skill, with the viewer's watch as it now stands."
    )


@payload("What came of watching a skill.")
class WatchSkillPayload(_SkillWatchPayload):
    """Of `watchSkill`."""


@payload("What came of no longer watching a skill.")
class UnwatchSkillPayload(_SkillWatchPayload):
    """Of `unwatchSkill`."""


@strawberry.type
class WatchMutation:
    """The viewer's own watches."""

    @mutation(
        needs=PersonRole.READER,
        description="Watch a skill, a group, a domain, a role or a proposal, or say otherwise how to watch it.",
    )
    async def watch(self, info: Info, input: Given[WatchInput]) -> WatchPayload:
        """Begun unless there is one; then the choices."""
        viewer, subject = signed_in(info.context), await _subject(info, input.subject_id)
        choices = await _choices(info, input)
        async with info.context.transaction() as session:
            watch = await actions.watch(
                session, subject, by=viewer.id, at=info.context.now(), choices=choices
            )
        return WatchPayload(watch=Watch.of(watch), subject=await find_node(info, input.subject_id))

    @mutation(needs=PersonRole.READER, description="Hear no more by the watch on the subject.")
    async def unwatch(self, info: Info, input: Given[UnwatchInput]) -> UnwatchPayload:
        """Without fault where it is not watched."""
        viewer, subject = signed_in(info.context), await _subject(info, input.subject_id)
        async with info.context.transaction() as session:
            await actions.unwatch(session, subject, by=viewer.id, at=info.context.now())
        return UnwatchPayload(subject=await find_node(info, input.subject_id))

    @mutation(needs=PersonRole.READER, description="Hear by mail when a change of the skill is accepted.")
    async def watch_skill(self, info: Info, input: Given[WatchSkillInput]) -> WatchSkillPayload:
        """Once, however often it is sent."""
        skill_id, viewer = row_id(input.skill_id, "Skill"), signed_in(info.context)
        async with info.context.transaction() as session:
            skill = await get_skill(session, _existing(skill_id))
            subject = Subject("skill_id", skill.id)
            await actions.watch(session, subject, by=viewer.id, at=info.context.now())
        return WatchSkillPayload(skill=await Skill.find(info, (skill.id,)))

    @mutation(needs=PersonRole.READER, description="Hear no more about the skill.")
    async def unwatch_skill(self, info: Info, input: Given[UnwatchSkillInput]) -> UnwatchSkillPayload:
        """Without fault where it is not watched."""
        skill_id, viewer = row_id(input.skill_id, "Skill"), signed_in(info.context)
        async with info.context.transaction() as session:
            skill = await get_skill(session, _existing(skill_id))
            subject = Subject("skill_id", skill.id)
            await actions.unwatch(session, subject, by=viewer.id, at=info.context.now())
        return UnwatchSkillPayload(skill=await Skill.find(info, (skill.id,)))


async def _subject(info: Info, node_id: str) -> Subject:
    """What the id names.

    Raises:
        SubjectNotFound: nothing, or nothing that can be watched.
    """
    found = await find_node(info, node_id)
    if found is None or type(found).__name__ not in SUBJECT_COLUMNS:
        raise SubjectNotFound
    return Subject(SUBJECT_COLUMNS[type(found).__name__], found.record.id)


async def _choices(info: Info, input: WatchInput) -> Choices:
    """What the input says, with ids as rows' ids."""
    given: Any = {
        name: some.value
        for name in ("frequency", "is_muted", "snoozed_until", "expires_at", "only_own_levels")
        if (some := getattr(input, name)) is not None
    }
    if input.events is not None:
        given["events"] = [event.value for event in WatchEvent if event in input.events.value]
    role = await _own(info, given, "own_role_id", "Role", input.own_role_id)
    level = await _own(info, given, "own_level_id", "Level", input.own_level_id)
    if isinstance(role, Role) and isinstance(level, Level):
        ensure_same_framework(role.record.framework_id, level.record.framework_id, path=("ownLevelId",))
    choices: Choices = given
    return choices


async def _own(
    info: Info, given: dict[str, Any], name: str, kind: str, some: strawberry.Some[Any] | None
) -> Node | None:
    """The role or level that is given, noted as a choice."""
    if some is None:
        return None
    if some.value is None:
        given[name] = None
        return None
    found = await find_node(info, some.value)
    if found is None or type(found).__name__ != kind:
        raise InvalidInput(f"There is no such {kind.lower()}: take an id from the API.", path=(_camel(name),))
    given[name] = found.record.id
    return found


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _existing(skill_id: int | None) -> int:
    if skill_id is None:
        raise SkillNotFound
    return skill_id
