"""Reading watches."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

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


async def watches_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, Watch]:
    """The watches with these ids, ended ones included."""
    rows = (await session.execute(select(Watch).where(col(Watch.id).in_(ids)))).scalars()
    return {watch.id: watch for watch in rows}
