"""Recording what happened."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service import jobs
from service.activity.announcements import announce
from service.activity.models import UNTOLD, Event, EventKind, Publication, PublicEventKind
from service.prepared import Prepared

_PUBLIC = frozenset(kind.value for kind in PublicEventKind)
# Made once: to put a statement together takes longer than to run it, and each change comes by here.
_FIELDS = (
    "kind",
    "happened_at",
    "actor_id",
    "skill_id",
    "proposal_id",
    "part_of_id",
    "comment_id",
    "payload",
    "fanned_out_at",
)
_EVENT = Prepared(insert(Event.__table__).returning(col(Event.id)), _FIELDS)  # type: ignore[attr-defined]
_PUBLICATION = Prepared(insert(Publication.__table__), ("event_id", "skill_ids"))  # type: ignore[attr-defined]


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
    is_public: bool = True,
    **payload: Any,
) -> Event:
    """Write an Event in the transaction of the change that it tells of, and hold back the worker's wake-ups.

    `part_of` is the first Event of the same act, where it has several. It is `about` all skills with these ids, where
    about more than `skill_id`: whoever follows one of them hears of it. One that is not public is never published,
    whatever its kind. Whoever caches answers hears of the change
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
        fanned_out_at=at if kind in UNTOLD else None,
    )
    event.id = await _EVENT.value(session, **{name: getattr(event, name) for name in _FIELDS})
    if kind not in UNTOLD:
        jobs.later(session, jobs.NOTIFY, event.id)
    if is_public and kind.value in _PUBLIC:
        await _PUBLICATION.first(session, event_id=event.id, skill_ids=skill_ids)
        # Who counts a skill anew also publishes what happened to it, and nobody else may before.
        if skill_id is None or not jobs.is_held_back(session, jobs.RECOUNT, skill_id):
            jobs.later(session, jobs.PUBLISH, event.id)
    if kind is EventKind.CATALOGUE_IMPORTED:
        await announce(session, None)
    elif skill_ids:
        await announce(session, skill_ids)
    return event


async def record_of_each(
    session: AsyncSession, kind: EventKind, people: Iterable[int], *, at: datetime, proposal_id: int
) -> None:
    """The same Event of each of these people, in one round trip; of a kind that nobody else is told of."""
    if kind not in UNTOLD:
        raise ValueError(f"{kind} is told to others")
    same = dict.fromkeys(_FIELDS) | {
        "kind": kind,
        "happened_at": at,
        "proposal_id": proposal_id,
        "payload": {},
        "fanned_out_at": at,
    }
    await _EVENT.each(session, [same | {"actor_id": person_id} for person_id in people])
