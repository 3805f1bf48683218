"""Beginning and ending watches. Both may be done twice: the second time changes nothing."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.activity import actions as activity
from service.activity.models import EventKind
from service.watches import queries, rules
from service.watches.models import Watch, WatchReason


async def watch_skill(session: AsyncSession, skill_id: int, *, by: int, at: datetime) -> Watch:
    """The person's watch on the skill, begun now unless there was one already.

    Raises:
        RateLimited: the person has begun as many as may be within an hour.
    """
    rules.ensure_can_watch_more(*await queries.watches_since(session, at - rules.HOUR, person_id=by))
    return await _watch(session, by=by, at=at, reason=WatchReason.WATCHING, skill_id=skill_id)


async def watch_own_proposal(session: AsyncSession, proposal_id: int, *, by: int, at: datetime) -> Watch:
    """The author's watch on a proposal, so that the author hears what becomes of it and may stop hearing."""
    return await _watch(session, by=by, at=at, reason=WatchReason.AUTHOR, proposal_id=proposal_id)


async def watch_reviewed_proposal(session: AsyncSession, proposal_id: int, *, by: int, at: datetime) -> Watch:
    """A reviewer's watch on a proposal, so that the reviewer hears when it says something else."""
    return await _watch(session, by=by, at=at, reason=WatchReason.REVIEWER, proposal_id=proposal_id)


async def unwatch_skill(session: AsyncSession, skill_id: int, *, by: int, at: datetime) -> None:
    """End the person's watch on the skill, if there is one."""
    statement = sa.update(Watch).where(col(Watch.skill_id) == skill_id, col(Watch.person_id) == by)
    await _end(session, statement, at=at)


async def end_watch(session: AsyncSession, watch_id: int, *, at: datetime) -> None:
    """End a watch by its id, as an unsubscribe link does."""
    await _end(session, sa.update(Watch).where(col(Watch.id) == watch_id), at=at)


async def resume_watch(session: AsyncSession, watch_id: int, *, at: datetime) -> None:
    """Undo the end of a watch by its id, as the page behind an unsubscribe link offers."""
    ended = (await session.execute(select(Watch).where(col(Watch.id) == watch_id))).scalar_one_or_none()
    if ended is not None:
        subject = {"skill_id": ended.skill_id, "proposal_id": ended.proposal_id}
        await _watch(session, by=ended.person_id, at=at, reason=ended.reason, **subject)


async def _watch(
    session: AsyncSession,
    *,
    by: int,
    at: datetime,
    reason: WatchReason,
    skill_id: int | None = None,
    proposal_id: int | None = None,
) -> Watch:
    subject = col(Watch.skill_id) if skill_id is not None else col(Watch.proposal_id)
    begun = insert(Watch).values(
        person_id=by, skill_id=skill_id, proposal_id=proposal_id, reason=reason, created_at=at
    )
    begun_or_resumed = begun.on_conflict_do_update(
        index_elements=[subject, col(Watch.person_id)],
        index_where=subject.is_not(None),
        set_={"created_at": at, "ended_at": None},
        where=col(Watch.ended_at).is_not(None),
    )
    is_new = (
        await session.execute(begun_or_resumed.returning(col(Watch.id)))
    ).scalar_one_or_none() is not None
    if is_new:
        await activity.record(
            session, EventKind.WATCH_STARTED, at=at, actor_id=by, skill_id=skill_id, proposal_id=proposal_id
        )
    present = select(Watch).where(
        col(Watch.person_id) == by,
        col(Watch.skill_id).is_not_distinct_from(skill_id),
        col(Watch.proposal_id).is_not_distinct_from(proposal_id),
    )
    return (await session.execute(present)).scalar_one()


async def _end(session: AsyncSession, statement: sa.Update, *, at: datetime) -> None:
    ended = statement.where(col(Watch.ended_at).is_(None)).values(ended_at=at)
    returned = ended.returning(col(Watch.person_id), col(Watch.skill_id), col(Watch.proposal_id))
    for person_id, skill_id, proposal_id in (await session.execute(returned)).all():
        await activity.record(
            session,
            EventKind.WATCH_ENDED,
            at=at,
            actor_id=person_id,
            skill_id=skill_id,
            proposal_id=proposal_id,
        )
