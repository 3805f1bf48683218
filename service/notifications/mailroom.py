"""The mails as whoever runs the instance sees them: dead letters listed, looked at, and sent on once more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity.models import Event, EventKind
from service.notifications.models import Bounce, BounceKind, Mail, MailState, Notification, Silence
from service.people.models import Person
from service.watches.models import WatchFrequency


@dataclass(frozen=True)
class MailEntry:
    """One mail: for whom, where it stands, and why."""

    id: int
    address: str
    frequency: WatchFrequency
    state: MailState
    silence: Silence | None
    due_at: datetime
    attempts: int
    sent_at: datetime | None
    last_error: str | None


@dataclass(frozen=True)
class MailTold:
    """An event that a mail tells."""

    event_id: int
    kind: EventKind
    happened_at: datetime


@dataclass(frozen=True)
class CameBack:
    """A report on a mail."""

    kind: BounceKind
    reason: str
    received_at: datetime


async def list_mails(session: AsyncSession, states: Collection[MailState], *, limit: int) -> list[MailEntry]:
    """The newest mails in any of the states."""
    return await _entries(session, col(Mail.state).in_(states), limit=limit)


async def find_mail(session: AsyncSession, mail_id: int) -> MailEntry | None:
    """The mail, if it is there: those that are over are kept for 180 days."""
    return next(iter(await _entries(session, col(Mail.id) == mail_id, limit=1)), None)


async def told_by(session: AsyncSession, mail_id: int) -> list[MailTold]:
    """What the mail tells, in the order in which it happened."""
    statement = (
        sa.select(col(Event.id), col(Event.kind), col(Event.happened_at))
        .join(Notification, col(Notification.event_id) == col(Event.id))
        .where(col(Notification.mail_id) == mail_id)
        .order_by(col(Event.id))
    )
    return [MailTold(*row) for row in await session.execute(statement)]


async def came_back(session: AsyncSession, mail_id: int) -> list[CameBack]:
    """The reports on the mail."""
    statement = sa.select(col(Bounce.kind), col(Bounce.reason), col(Bounce.received_at))
    rows = await session.execute(statement.where(col(Bounce.mail_id) == mail_id).order_by(col(Bounce.id)))
    return [CameBack(*row) for row in rows]


async def redrive(session: AsyncSession, ids: Sequence[int] | None, *, at: datetime) -> list[int]:
    """Let failed mails, or all of them where None is given, go out at the next sweep; returns which there were.

    Each is the same mail as before, by its Message-ID, and is tried as often as a new one.
    """
    statement = sa.update(Mail).where(col(Mail.state) == MailState.FAILED)
    if ids is not None:
        statement = statement.where(col(Mail.id).in_(ids))
    statement = statement.values(state=MailState.QUEUED, due_at=at, attempts=0)
    return sorted((await session.execute(statement.returning(col(Mail.id)))).scalars())


async def _entries(session: AsyncSession, which: sa.ColumnElement[bool], *, limit: int) -> list[MailEntry]:
    statement = sa.select(
        col(Mail.id),
        col(Person.email),
        *(getattr(Mail, name) for name in ("frequency", "state", "silence", "due_at", "attempts")),
        col(Mail.sent_at),
        col(Mail.last_error),
    ).join(Person, col(Person.id) == col(Mail.person_id))
    rows = await session.execute(statement.where(which).order_by(col(Mail.id).desc()).limit(limit))
    return [MailEntry(*row) for row in rows]
