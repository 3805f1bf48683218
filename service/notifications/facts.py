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
from service.database import Select
from service.notifications.models import Impact, Mail, MailSettings, MailState, Notification, Silence
from service.notifications.wording import EventFacts, events_in_words
from service.people.models import Person
from service.watches.models import SUBJECTS, Watch, WatchFrequency, WatchReason

# Of whoever has never said how they want mail.
_DEFAULTS = MailSettings(person_id=0)
_WAITING = (MailState.QUEUED, MailState.DEFERRED)
_OF_NOTIFICATION = ("mail_id", "event_id", "person_id", "watch_id", "reason", "impact")
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


@dataclass(frozen=True)
class Outgoing:
    """A mail that is due, with what it tells event by event in their order, or why it must not go any more."""

    mail: Mail
    silence: Silence | None
    facts: Sequence[MailFacts]
    settings: MailSettingsFacts


async def outgoing(session: AsyncSession, ids: Sequence[int], *, at: datetime) -> list[Outgoing]:
    """Those of the mails that are still due. The number of statements goes by the events, not by the mails.

    Watches that have ended or been muted since are left out, comments that not everybody may read any more, and more
    than a mail can show.
    """
    lasting = (
        sa.select(sa.literal(1))
        .select_from(Notification)
        .join(Watch, col(Watch.id) == col(Notification.watch_id))
    )
    lasting = lasting.where(col(Notification.mail_id) == col(Mail.id), _lasts())
    statement = (
        sa.select(Mail, MailSettings, sa.exists(lasting))
        .outerjoin(MailSettings, col(MailSettings.person_id) == col(Mail.person_id))
        .where(col(Mail.id).in_(ids), col(Mail.state).in_(_WAITING), col(Mail.due_at) <= at)
        .order_by(col(Mail.due_at), col(Mail.id))
    )
    due = (await session.execute(statement)).all()
    going = [
        mail.id
        for mail, settings, is_lasting in due
        if _silence(mail, settings, is_lasting=is_lasting) is None
    ]
    facts, counts = await _facts_by_mail(session, going)
    found = []
    for mail, settings, is_lasting in due:
        chosen = settings or _DEFAULTS
        form = MailSettingsFacts(chosen.time_zone, chosen.locale, counts.get(mail.id, 0))
        silence = _silence(mail, settings, is_lasting=is_lasting)
        found.append(Outgoing(mail, silence, facts.get(mail.id, ()), form))
    return found


def _silence(mail: Mail, settings: MailSettings | None, *, is_lasting: bool) -> Silence | None:
    """What it tells is of no watch that lasts, or its person gets no mail."""
    if settings is not None and settings.suppressed_at is not None:
        return Silence.ADDRESS_SUPPRESSED
    if not is_lasting:
        return Silence.WATCH_ENDED
    is_digest = mail.frequency is not WatchFrequency.IMMEDIATELY
    return Silence.DIGESTS_OFF if is_digest and settings is not None and not settings.has_digests else None


async def _facts_by_mail(
    session: AsyncSession, ids: Sequence[int]
) -> tuple[Mapping[int, list[MailFacts]], Mapping[int, int]]:
    """What each mail tells, and how many notifications it carries in all."""
    facts: dict[int, list[MailFacts]] = {}
    counts: dict[int, int] = {}
    rows = (await session.execute(_statement(ids))).all() if ids else []
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


def _statement(ids: Sequence[int]) -> Select:
    """A row for each notification that a mail shows, the first of each mail, in the order of their events."""
    of_mail = col(Notification.mail_id)
    shown = (
        sa.select(
            col(Notification.id),
            sa.func.count().over(partition_by=of_mail).label("carried"),
            sa.func.row_number().over(partition_by=of_mail, order_by=col(Notification.event_id)).label("nth"),
        )
        .join(Watch, col(Watch.id) == col(Notification.watch_id))
        .where(col(Notification.mail_id).in_(ids), _lasts(), _is_readable())
        .subquery()
    )
    return (
        sa.select(
            *(getattr(Notification, name) for name in _OF_NOTIFICATION),
            col(Person.name),
            col(Person.email),
            shown.c.carried,
            _watched().label("watched"),
            _watched_name().label("watched_name"),
        )
        .join_from(shown, Notification, col(Notification.id) == shown.c.id)
        .join(Person, col(Person.id) == col(Notification.person_id))
        .join(Watch, col(Watch.id) == col(Notification.watch_id))
        .where(shown.c.nth <= _SHOWN_MAX)
        .order_by(col(Notification.event_id))
    )


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


def _lasts() -> sa.ColumnElement[bool]:
    return sa.and_(col(Watch.ended_at).is_(None), sa.not_(col(Watch.is_muted)))


def _is_readable() -> sa.ColumnElement[bool]:
    """That everybody may read what a row of notifications tells: all but comments that are withheld."""
    withheld = (
        sa.select(sa.literal(1))
        .select_from(Event)
        .join(Comment, col(Comment.id) == col(Event.comment_id))
        .where(col(Event.id) == col(Notification.event_id), sa.not_(is_public()))
        .correlate(Notification)
    )
    return sa.not_(sa.exists(withheld))
