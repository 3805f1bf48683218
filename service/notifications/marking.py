"""What a person has read, and is done with. Nobody else hears of it, so no Event tells of it."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.errors import NotFound
from service.notifications.models import Notification


class NotificationNotFound(NotFound):
    """An id names none of the person's own notifications."""

    def __init__(self) -> None:
        super().__init__(
            "One of these is none of your notifications. Those older than 180 days are gone: read the list anew.",
            path=("notificationIds",),
        )


async def mark_read(
    session: AsyncSession, ids: Collection[int], *, by: int, at: datetime, is_read: bool
) -> None:
    """Have the person's notifications be read or not; what has been read stays so since when it was.

    What is unread again is not done either.

    Raises:
        NotificationNotFound: an id is none of the person's own; nothing is marked.
    """
    await _mark_each(session, ids, by=by, values=_read(at) if is_read else {"read_at": None, "done_at": None})


async def mark_done(
    session: AsyncSession, ids: Collection[int], *, by: int, at: datetime, is_done: bool
) -> None:
    """Have the person be done with notifications, which are read then, or not be done.

    Raises:
        NotificationNotFound: an id is none of the person's own; nothing is marked.
    """
    await _mark_each(session, ids, by=by, values=_done(at) if is_done else {"done_at": None})


async def mark_all_read(session: AsyncSession, *, by: int, at: datetime, up_to: int | None) -> int:
    """Have all notifications be read, or those that came no later than one; returns how many were not."""
    unread = col(Notification.read_at).is_(None)
    return await _mark_all(session, unread, by=by, up_to=up_to, values={"read_at": at})


async def mark_all_done(session: AsyncSession, *, by: int, at: datetime, up_to: int | None) -> int:
    """Have the person be done with all, or with those that came no later than one; returns how many were undone."""
    undone = col(Notification.done_at).is_(None)
    return await _mark_all(session, undone, by=by, up_to=up_to, values=_done(at))


def _read(at: datetime) -> dict[str, object]:
    return {"read_at": sa.func.coalesce(col(Notification.read_at), at)}


def _done(at: datetime) -> dict[str, object]:
    """What is done has been read."""
    return _read(at) | {"done_at": sa.func.coalesce(col(Notification.done_at), at)}


async def _mark_each(
    session: AsyncSession, ids: Collection[int], *, by: int, values: dict[str, object]
) -> None:
    statement = (
        sa.update(Notification)
        .where(col(Notification.id).in_(ids), col(Notification.person_id) == by)
        .values(values)
    )
    marked = await session.execute(statement.returning(col(Notification.id)))
    if set(marked.scalars()) != set(ids):
        raise NotificationNotFound


async def _mark_all(
    session: AsyncSession,
    which: sa.ColumnElement[bool],
    *,
    by: int,
    up_to: int | None,
    values: dict[str, object],
) -> int:
    statement = sa.update(Notification).where(col(Notification.person_id) == by, which).values(values)
    if up_to is not None:
        statement = statement.where(col(Notification.id) <= up_to)
    return len((await session.execute(statement.returning(col(Notification.id)))).all())
