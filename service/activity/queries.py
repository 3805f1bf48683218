"""Reading events."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.activity.models import Event

# Made once: to put a statement together takes longer than to run it.
_FIRST = sa.bindparam("first", type_=sa.BigInteger)
_ACT = (
    select(Event)
    .where(sa.or_(col(Event.id) == _FIRST, col(Event.part_of_id) == _FIRST))
    .order_by(col(Event.id))
)
_UNTOLD = (
    select(Event)
    .where(
        col(Event.id)
        == sa.select(sa.func.coalesce(col(Event.part_of_id), col(Event.id)))
        .where(col(Event.id) == sa.bindparam("event_id"))
        .scalar_subquery(),
        col(Event.fanned_out_at).is_(None),
    )
    .with_for_update(skip_locked=True)
)


async def act_of(session: AsyncSession, event: Event) -> list[Event]:
    """The events of the act that the event is part of, in their order."""
    first = event.id if event.part_of_id is None else event.part_of_id
    return list((await session.execute(_ACT, {"first": first})).scalars())


async def claim_act(session: AsyncSession, event_id: int) -> list[Event]:
    """The events of the act that the event is part of, if they have not been told and nobody is telling them.

    The first of them is locked until the transaction ends, for all.
    """
    claimed = (await session.execute(_UNTOLD, {"event_id": event_id})).scalar_one_or_none()
    return [] if claimed is None else await act_of(session, claimed)
