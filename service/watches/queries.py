"""Reading watches."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.watches.models import Watch


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
