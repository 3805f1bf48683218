"""Reading watches."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.people.models import Person
from service.watches.models import Watch, WatchReason


async def watches_by_subject(
    session: AsyncSession, ids: Collection[int], *, column: str, person_id: int
) -> dict[int, Watch]:
    """The person's own watch on each of the subjects of one column of the watch, where there is one."""
    subject = getattr(Watch, column)
    statement = select(Watch).where(
        subject.in_(ids), col(Watch.person_id) == person_id, col(Watch.ended_at).is_(None)
    )
    return {getattr(watch, column): watch for watch in (await session.execute(statement)).scalars()}


async def watches_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, Watch]:
    """The watches with these ids, ended ones included."""
    rows = (await session.execute(select(Watch).where(col(Watch.id).in_(ids)))).scalars()
    return {watch.id: watch for watch in rows}


async def take_turn(session: AsyncSession, person_id: int) -> None:
    """Wait until nothing else begins watches of the person, so that they are counted one after another.

    Rows that name the person may be written meanwhile.
    """
    own = sa.select(col(Person.id)).where(col(Person.id) == person_id)
    await session.execute(own.with_for_update(key_share=True))


async def watches_since(
    session: AsyncSession, since: datetime, *, person_id: int
) -> tuple[int, datetime | None]:
    """How many of the person's watches have begun after the time, ended ones included, and when the first did.

    Those that others have begun, by a mention or by asking for a review, do not count.
    """
    statement = sa.select(sa.func.count(), sa.func.min(col(Watch.created_at))).where(
        col(Watch.person_id) == person_id,
        col(Watch.created_at) > since,
        col(Watch.reason).not_in([WatchReason.MENTIONED, WatchReason.REVIEW_REQUESTED]),
    )
    count, first_at = (await session.execute(statement)).one()
    return count, first_at
