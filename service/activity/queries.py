"""Reading events."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.activity.models import Event


async def act_of(session: AsyncSession, event: Event) -> list[Event]:
    """The events of the act that the event is part of, in their order."""
    first = event.id if event.part_of_id is None else event.part_of_id
    act = select(Event).where(sa.or_(col(Event.id) == first, col(Event.part_of_id) == first))
    return list((await session.execute(act.order_by(col(Event.id)))).scalars())


async def claim_act(session: AsyncSession, event_id: int) -> list[Event]:
    """The events of the act that the event is part of, if they have not been told and nobody is telling them.

    The first of them is locked until the transaction ends, for all.
    """
    first = (
        sa.select(sa.func.coalesce(col(Event.part_of_id), col(Event.id)))
        .where(col(Event.id) == event_id)
        .scalar_subquery()
    )
    statement = select(Event).where(col(Event.id) == first, col(Event.fanned_out_at).is_(None))
    claimed = (await session.execute(statement.with_for_update(skip_locked=True))).scalar_one_or_none()
    return [] if claimed is None else await act_of(session, claimed)
