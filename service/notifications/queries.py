"""Reading notifications: what waits, and what a mail has to say."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity.models import Event
from service.activity.queries import act_of
from service.catalogue.content import Change, change_from_json
from service.catalogue.models import Group, Level, Requirement, Skill
from service.comments.models import Comment
from service.comments.queries import is_public
from service.notifications.models import Mail, MailSettings, MailState
from service.proposals import queries as proposal_queries
from service.proposals.models import Proposal

_WAITING = (MailState.QUEUED, MailState.DEFERRED)


@dataclass(frozen=True)
class Reach:
    """Whose watches an act matches: ids by the watch's column; the changes of each skill; the level below each."""

    subjects: Mapping[str, list[int]]
    changes: Mapping[int, Sequence[Change]]
    ladder: Mapping[int, int]


async def events_waiting(session: AsyncSession, *, limit: int) -> list[int]:
    """The oldest events that have not been told, by id."""
    statement = sa.select(col(Event.id)).where(col(Event.fanned_out_at).is_(None)).order_by(col(Event.id))
    return list((await session.execute(statement.limit(limit))).scalars())


async def mails_due(session: AsyncSession, *, at: datetime, limit: int) -> list[int]:
    """The mails that are due, the longest waiting first, by id."""
    statement = (
        sa.select(col(Mail.id))
        .where(col(Mail.state).in_(_WAITING), col(Mail.due_at) <= at)
        .order_by(col(Mail.due_at), col(Mail.id))
        .limit(limit)
    )
    return list((await session.execute(statement)).scalars())


async def settings_by_person(session: AsyncSession, ids: Collection[int]) -> dict[int, MailSettings]:
    """How each of the people wants mail; the defaults for those who have never said."""
    rows = await session.execute(sa.select(MailSettings).where(col(MailSettings.person_id).in_(ids)))
    found = {settings.person_id: settings for settings in rows.scalars()}
    return {key: found.get(key) or MailSettings(person_id=key) for key in ids}


async def knows_time_zone(session: AsyncSession, name: str) -> bool:
    """Whether PostgreSQL, by whose clock digests go, knows the time zone."""
    zones = sa.table("pg_timezone_names", sa.column("name"))
    return bool((await session.execute(sa.select(sa.exists().where(zones.c.name == name)))).scalar_one())


async def reach_of(session: AsyncSession, act: Sequence[Event]) -> Reach:
    """What an act is about: its subjects, and its changes for those who have a role and a level."""
    first = act[0]
    proposal = None if first.proposal_id is None else await session.get(Proposal, first.proposal_id)
    changes = await changes_by_skill(session, first, proposal)
    skill_ids = sorted({event.skill_id for event in act if event.skill_id is not None} | changes.keys())
    rows = sa.select(col(Group.id), col(Group.domain_id), col(Skill.framework_id)).join(
        Skill, col(Skill.group_id) == col(Group.id)
    )
    places = (await session.execute(rows.where(col(Skill.id).in_(skill_ids)))).all()
    return Reach(
        subjects={
            "skill_id": skill_ids,
            "group_id": sorted({group_id for group_id, _, _ in places}),
            "domain_id": sorted({domain_id for _, domain_id, _ in places}),
            "role_id": await _roles_touched(session, changes),
            "proposal_id": [] if first.proposal_id is None else [first.proposal_id],
        },
        changes=changes,
        ladder=await _ladder(session, {framework_id for _, _, framework_id in places}),
    )


async def _roles_touched(session: AsyncSession, changes: Mapping[int, Sequence[Change]]) -> list[int]:
    """The roles whose requirements change; all of a skill's where the skill itself does."""
    touched = {
        change.place.role_id for part in changes.values() for change in part if change.place is not None
    }
    whole = [key for key, part in changes.items() if any(change.place is None for change in part)]
    if whole:
        rows = sa.select(col(Requirement.role_id)).distinct().where(col(Requirement.skill_id).in_(whole))
        touched |= set((await session.execute(rows)).scalars())
    return sorted(touched)


async def _ladder(session: AsyncSession, framework_ids: Collection[int]) -> dict[int, int]:
    """The level below each level of the frameworks, where there is one."""
    below = sa.func.lag(col(Level.id)).over(partition_by=col(Level.framework_id), order_by=col(Level.rank))
    rows = sa.select(col(Level.id), below).where(col(Level.framework_id).in_(framework_ids))
    return {level_id: lower for level_id, lower in await session.execute(rows) if lower is not None}


async def is_withheld(session: AsyncSession, event: Event) -> bool:
    """Whether the event is about a comment that not everybody may read any more."""
    comment = sa.select(sa.not_(is_public())).where(col(Comment.id) == event.comment_id)
    return bool((await session.execute(comment)).scalar_one_or_none())


async def changes_by_skill(
    session: AsyncSession, event: Event, proposal: Proposal | None
) -> dict[int, Sequence[Change]]:
    if "changes" not in event.payload and proposal is not None:
        parts = await proposal_queries.parts_of(session, proposal)
        return {part.skill_id: part.changes for part in parts}
    return {
        each.skill_id: [change_from_json(document) for document in each.payload.get("changes", [])]
        for each in await act_of(session, event)
        if each.skill_id is not None
    }
