"""Reading notifications in the order of their ids, in which they become visible: whoever has read up to one has missed
nothing before it."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.notifications.models import Notification
from service.notifications.sources import NOTIFICATIONS

_ARRIVALS = sa.text(
    """
    SELECT person_id, array_agg(notification.id ORDER BY notification.id) AS arrived
    FROM unnest(CAST(:people AS bigint[]), CAST(:positions AS bigint[])) AS behind (person_id, position)
    CROSS JOIN LATERAL (
      SELECT id FROM notification
      WHERE notification.person_id = behind.person_id AND id > behind.position
      ORDER BY id LIMIT :limit
    ) AS notification
    GROUP BY person_id
    """
)


async def newest_arrival(session: AsyncSession, person_id: int) -> int:
    """The id of the person's newest notification; 0 before there is one."""
    newest = sa.select(sa.func.max(Notification.id)).where(col(Notification.person_id) == person_id)
    return (await session.execute(newest)).scalar_one() or 0


async def arrivals(session: AsyncSession, behind: Mapping[int, int], *, limit: int) -> dict[int, list[int]]:
    """The ids of the notifications behind a position of each person, in their order and up to `limit` each."""
    given = {"people": list(behind.keys()), "positions": list(behind.values()), "limit": limit}
    return {row.person_id: row.arrived for row in await session.execute(_ARRIVALS, given)}


async def arrivals_between(
    session: AsyncSession, person_id: int, after: int, up_to: int, *, limit: int
) -> list[Any]:
    """Rows of the person's notifications behind one position and no further than the other, in their order."""
    statement = NOTIFICATIONS.rows.where(
        col(Notification.person_id) == person_id,
        col(Notification.id) > after,
        col(Notification.id) <= up_to,
    )
    return list((await session.execute(statement.order_by(col(Notification.id)).limit(limit))).all())
