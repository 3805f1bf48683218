"""Recording what happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from service import jobs
from service.activity.announcements import announce
from service.activity.models import Event, EventKind, Publication, PublicEventKind

_PUBLIC = frozenset(kind.value for kind in PublicEventKind)


async def record(
    session: AsyncSession,
    kind: EventKind,
    *,
    at: datetime,
    actor_id: int | None = None,
    skill_id: int | None = None,
    proposal_id: int | None = None,
    skill_ids: Sequence[int] | None = None,
    **payload: Any,
) -> Event:
    """Write an Event in the transaction of the change that it tells of, and hold back the worker's wake-ups.

    Whoever caches answers hears of the change when it is committed. `skill_ids` are all the skills that a public
    event is about, where they are others than the one.
    """
    event = Event(
        kind=kind,
        happened_at=at,
        actor_id=actor_id,
        skill_id=skill_id,
        proposal_id=proposal_id,
        payload=payload,
    )
    session.add(event)
    await session.flush()
    jobs.later(session, jobs.NOTIFY, event.id)
    if kind.value in _PUBLIC:
        about = [skill_id] if skill_ids is None and skill_id is not None else list(skill_ids or ())
        session.add(Publication(event_id=event.id, skill_ids=about))
        jobs.later(session, jobs.PUBLISH, event.id)
    if kind is EventKind.CATALOGUE_IMPORTED:
        await announce(session, None)
    elif skill_id is not None:
        await announce(session, [skill_id])
    return event
