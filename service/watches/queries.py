"""Reading watches."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.database import Select
from service.watches.models import Watch


async def watches_by_skill(
    session: AsyncSession, ids: Collection[int], *, person_id: int
) -> dict[int, Watch]:
    """The person's own watch on each of the skills, where there is one."""
    statement = select(Watch).where(
        col(Watch.skill_id).in_(ids), col(Watch.person_id) == person_id, col(Watch.ended_at).is_(None)
    )
    rows = (await session.execute(statement)).scalars()
    return {watch.skill_id: watch for watch in rows if watch.skill_id is not None}


async def watcher_counts_by_skill(session: AsyncSession, ids: Collection[int]) -> dict[int, int]:
    """How many people watch each of the skills."""
    statement: Select = (
        sa.select(col(Watch.skill_id), sa.func.count())
        .where(col(Watch.skill_id).in_(ids), col(Watch.ended_at).is_(None))
        .group_by(col(Watch.skill_id))
    )
    rows = await session.execute(statement)
    return dict.fromkeys(ids, 0) | dict(rows.all())


async def watches_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, Watch]:
    """The watches with these ids, ended ones included."""
    rows = (await session.execute(select(Watch).where(col(Watch.id).in_(ids)))).scalars()
    return {watch.id: watch for watch in rows}
