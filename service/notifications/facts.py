"""All that mails tell, read anew from the rows that they name; for many mails at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity.models import Event
from service.catalogue.models import Domain, Group, Role
from service.comments.models import Comment
from service.comments.queries import is_public
from service.database import Select, timestamp_type
from service.notifications.models import Impact, Mail, MailSettings, MailState, Notification, Silence
from service.notifications.wording import EventFacts, events_in_words
from service.people.models import Person
from service.people.rules import MODERATORS
from service.people.trust import Gate
from service.proposals.models import Proposal
from service.watches.models import SUBJECTS, Watch, WatchFrequency, WatchReason

# Of whoever has never said how they want mail.
_DEFAULTS = MailSettings(person_id=0)
_WAITING = (MailState.QUEUED, MailState.DEFERRED)
_OF_MAIL = ("id", "person_id", "frequency", "skill_id", "due_at")
_OF_NOTIFICATION = ("mail_id", "event_id", "person_id", "watch_id", "reason", "impact")
_IDS = sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger)))
# What a mail shows at most; a collapsed one is read whole for its net effect.
_SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class MailFacts:
    """All that the mail of a notification tells."""

    event: EventFacts
    recipient_id: int
    recipient_name: str
    recipient_address: str
    reason: WatchReason
    impact: Impact | None
    watch_id: int
    watched: str
    """One of `service.watches.models.SUBJECTS`."""
    watched_name: str
    """Of a group, a domain or a role; else empty."""


@dataclass(frozen=True)
class MailSettingsFacts:
    """What a mail's form depends on: its person's time zone and locale, and how many notifications it carries."""

    time_zone: str
    locale: str
    notifications: int


@dataclass(frozen=True, slots=True)
class DueMail:
    """What a mail that is due says of itself."""

    id: int
    person_id: int
    frequency: WatchFrequency
    skill_id: int | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail that is due, with what it tells event by event in their order, or why it must not go any more."""

    mail: DueMail
    silence: Silence | None
    facts: Sequence[MailFacts]
    settings: MailSettingsFacts


async def outgoing(session: AsyncSession, ids: Sequence[int], *, at: datetime) -> list[Outgoing]:
    """Those of the mails that are still due. The number of statements goes by the events, not by the mails.

    Watches that have ended or been muted since are left out, comments that not everybody may read any more, and more
    than a mail can show.
    """
    due = (await session.execute(_DUE, {"ids": list(ids), "at": at})).all()
    going = [row.id for row in due if _silence(row) is None]
    facts, counts = await _facts_by_mail(session, going)
    return [
        Outgoing(
            mail=DueMail(*(getattr(row, name) for name in _OF_MAIL)),
            silence=_silence(row),
            facts=facts.get(row.id, ()),
            settings=MailSettingsFacts(
                row.time_zone or _DEFAULTS.time_zone, row.locale or _DEFAULTS.locale, counts.get(row.id, 0)
            ),
        )
        for row in due
    ]


def _silence(row: Any) -> Silence | None:
    """What it tells is of no watch that lasts, or its person gets no mail."""
    if row.suppressed_at is not None:
        return Silence.ADDRESS_SUPPRESSED
    if not row.is_lasting:
        return Silence.WATCH_ENDED
    # Of somebody without settings it is not known.
    has_no_digests = row.has_digests is False
    return Silence.DIGESTS_OFF if has_no_digests and row.frequency is not WatchFrequency.IMMEDIATELY else None


async def _facts_by_mail(
    session: AsyncSession, ids: Sequence[int]
) -> tuple[Mapping[int, list[MailFacts]], Mapping[int, int]]:
    """What each mail tells, and how many notifications it carries in all."""
    facts: dict[int, list[MailFacts]] = {}
    counts: dict[int, int] = {}
    rows = (await session.execute(_TELLS, {"ids": list(ids)})).all() if ids else []
    events = await events_in_words(session, {row.event_id for row in rows})
    for row in rows:
        if row.event_id in events:  # else it is gone since
            counts[row.mail_id] = row.carried
            facts.setdefault(row.mail_id, []).append(_facts(row, events[row.event_id]))
    return facts, counts


def _facts(row: Any, event: EventFacts) -> MailFacts:
    return MailFacts(
        event=event,
        recipient_id=row.person_id,
        recipient_name=row.name,
        recipient_address=row.email,
        reason=row.reason,
        impact=row.impact,
        watch_id=row.watch_id,
        watched=SUBJECTS[row.watched],
        watched_name=row.watched_name or "",
    )


def _lasts() -> sa.ColumnElement[bool]:
    return sa.and_(col(Watch.ended_at).is_(None), sa.not_(col(Watch.is_muted)))


def _due() -> Select:
    """A row for each of the mails that is due at `at`, the longest waiting first."""
    lasting = (
        sa.select(sa.literal(1))
        .select_from(Notification)
        .join(Watch, col(Watch.id) == col(Notification.watch_id))
        .where(col(Notification.mail_id) == col(Mail.id), _lasts())
    )
    at: sa.BindParameter[datetime] = sa.bindparam("at", type_=timestamp_type)
    return (
        sa.select(
            *(getattr(Mail, name) for name in _OF_MAIL),
            *(
                getattr(MailSettings, name)
                for name in ("suppressed_at", "has_digests", "time_zone", "locale")
            ),
            sa.exists(lasting).label("is_lasting"),
        )
        .outerjoin(MailSettings, col(MailSettings.person_id) == col(Mail.person_id))
        .where(col(Mail.id) == _IDS, col(Mail.state).in_(_WAITING), col(Mail.due_at) <= at)
        .order_by(col(Mail.due_at), col(Mail.id))
    )


def _tells() -> Select:
    """A row for each notification that a mail shows, the first of each mail, in the order of their events."""
    of_mail = col(Notification.mail_id)
    found = (
        sa.select(
            *(getattr(Notification, name) for name in _OF_NOTIFICATION),
            col(Person.name),
            col(Person.email),
            _watched().label("watched"),
            _watched_name().label("watched_name"),
            sa.func.count().over(partition_by=of_mail).label("carried"),
            sa.func.row_number().over(partition_by=of_mail, order_by=col(Notification.event_id)).label("nth"),
        )
        .join(Person, col(Person.id) == col(Notification.person_id))
        .join(Watch, col(Watch.id) == col(Notification.watch_id))
        .where(of_mail == _IDS, _lasts(), _is_readable())
        .subquery()
    )
    return sa.select(found).where(found.c.nth <= _SHOWN_MAX).order_by(found.c.event_id)


def _watched() -> sa.ColumnElement[int]:
    """Which of the subjects a row's watch is on, by its place among them."""
    named = ((getattr(Watch, subject).is_not(None), place) for place, subject in enumerate(SUBJECTS))
    return sa.case(*named)


def _watched_name() -> sa.ScalarSelect[str]:
    """The name of the group, the domain or the role that a row's watch is on."""
    named = (
        sa.select(col(table.name)).where(col(table.id) == column).correlate(Watch).scalar_subquery()
        for table, column in (
            (Group, col(Watch.group_id)),
            (Domain, col(Watch.domain_id)),
            (Role, col(Watch.role_id)),
        )
    )
    return sa.func.coalesce(*named)  # type: ignore[return-value]


def _is_readable() -> sa.ColumnElement[bool]:
    """That the person may read what a row of notifications tells: all but comments that are withheld, and proposals
    that wait for a moderator, which their author and moderators see."""
    withheld = (
        sa.select(sa.literal(1))
        .select_from(Event)
        .join(Comment, col(Comment.id) == col(Event.comment_id))
        .where(col(Event.id) == col(Notification.event_id), sa.not_(is_public()))
        .correlate(Notification)
    )
    held = (
        sa.select(sa.literal(1))
        .select_from(Event)
        .join(Proposal, col(Proposal.id) == col(Event.proposal_id))
        .where(
            col(Event.id) == col(Notification.event_id),
            col(Proposal.gate) != Gate.OPEN,
            col(Proposal.author_id).is_distinct_from(col(Person.id)),
            col(Person.role).not_in(MODERATORS),
        )
        .correlate(Notification, Person)
    )
    return sa.and_(sa.not_(sa.exists(withheld)), sa.not_(sa.exists(held)))


# Made once: to put one together takes longer than to run it.
_DUE, _TELLS = _due(), _tells()
