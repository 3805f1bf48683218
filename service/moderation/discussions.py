"""Locking discussions, and opening them again: each act is logged, and the caller's transaction commits."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.comments.models import DiscussionLock
from service.comments.places import Subject, place_of
from service.moderation import rules
from service.moderation.log import log
from service.moderation.models import AuditAction
from service.people.models import Person


async def lock_discussion(
    session: AsyncSession, about: Subject, *, by: Person, reason: str, at: datetime
) -> None:
    """Let nobody but moderators write about a subject for now.

    Raises:
        NotFound, InvalidInput: see `service.comments.rules`.
    """
    cleaned = rules.clean_reason(reason)
    place = await _place(session, about, by=by)
    lock = insert(DiscussionLock).values(**place, locked_at=at).on_conflict_do_nothing()
    is_new = (await session.execute(lock.returning(col(DiscussionLock.id)))).scalar_one_or_none()
    if is_new is not None:
        _log(session, AuditAction.DISCUSSION_LOCKED, place, by=by, reason=cleaned, at=at)


async def unlock_discussion(
    session: AsyncSession, about: Subject, *, by: Person, reason: str, at: datetime
) -> None:
    """Let people write about a subject again.

    Raises:
        NotFound, InvalidInput: see `service.comments.rules`.
    """
    cleaned = rules.clean_reason(reason)
    place = await _place(session, about, by=by)
    is_there = [getattr(DiscussionLock, name).is_not_distinct_from(value) for name, value in place.items()]
    gone = sa.delete(DiscussionLock).where(*is_there).returning(col(DiscussionLock.id))
    if (await session.execute(gone)).scalars().all():
        _log(session, AuditAction.DISCUSSION_UNLOCKED, place, by=by, reason=cleaned, at=at)


async def _place(session: AsyncSession, about: Subject, *, by: Person) -> dict[str, Any]:
    """The columns of a lock that say what it is about: a whole discussion, never one thread of it."""
    return {
        name: key for name, key in vars(await place_of(session, about, by=by)).items() if name != "thread_id"
    }


def _log(
    session: AsyncSession,
    action: AuditAction,
    place: dict[str, Any],
    *,
    by: Person,
    reason: str,
    at: datetime,
) -> None:
    named = {name: place[name] for name in ("skill_id", "proposal_id")}
    details = {name: place[name] for name in ("role_id", "level_id") if place[name] is not None}
    log(session, action, by=by.id, reason=reason, at=at, details=details, **named)
