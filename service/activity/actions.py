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
    comment_id: int | None = None,
    part_of: Event | None = None,
    about: Sequence[int] | None = None,
    **payload: Any,
) -> Event:
    """Write an Event in the transaction of the change that it tells of, and hold back the worker's wake-ups.

    `part_of` is the first Event of the same act, where it has several. It is `about` all skills with these ids, where
    about more than `skill_id`: whoever follows one of them hears of it. Whoever caches answers hears of the change
    when it is committed.
    """
    skill_ids = list(about) if about is not None else [] if skill_id is None else [skill_id]
    event = Event(
        kind=kind,
        happened_at=at,
        actor_id=actor_id,
        skill_id=skill_id,
        proposal_id=proposal_id,
        comment_id=comment_id,
        part_of_id=None if part_of is None else part_of.id,
        payload=payload,
    )
    session.add(event)
    await session.flush()
    jobs.later(session, jobs.NOTIFY, event.id)
    if kind.value in _PUBLIC:
        session.add(Publication(event_id=event.id, skill_ids=skill_ids))
        jobs.later(session, jobs.PUBLISH, event.id)
    if kind is EventKind.CATALOGUE_IMPORTED:
        await announce(session, None)
    elif skill_ids:
        await announce(session, skill_ids)
    return event
