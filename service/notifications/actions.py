"""From an event to notifications and mails, and from a queued mail to a sent one.

All of it may be done twice, or by two workers at once: rows are locked, unique, and looked at again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service import jobs
from service.activity.models import Event
from service.activity.queries import claim_act
from service.notifications.kinds import KINDS
from service.notifications.models import Mail, MailState, Notification
from service.watches.models import Watch

# Tried for about two days before a mail is given up.
MAX_ATTEMPTS = 20
_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(hours=4)
_ERROR_MAX = 500


async def fan_out(session: AsyncSession, event_id: int, *, at: datetime) -> int:
    """Tell an event to everybody who should hear of it, once each; returns how many mails were queued.

    The strongest reason wins, and the actor never hears. Events of one act are told together, so that whoever watches
    two skills of a change set hears of it once. An event that has been told, or that another worker is telling, is
    passed by.
    """
    act = await claim_act(session, event_id)
    for event in act:
        event.fanned_out_at = at
    if not act or act[0].kind not in KINDS:
        return 0
    told = await _notify(session, act, at=at)
    mail_ids = await _queue_mails(session, told, at=at)
    for mail_id in mail_ids:
        jobs.later(session, jobs.DELIVER, mail_id)
    return len(mail_ids)


async def claim_mail(session: AsyncSession, mail_id: int, *, at: datetime) -> Mail | None:
    """The mail, locked until the transaction ends, if it is due and no other worker has it.

    A mail whose watch has ended since it was queued is suppressed instead.
    """
    statement = select(Mail).where(
        col(Mail.id) == mail_id,
        col(Mail.state).in_([MailState.QUEUED, MailState.DEFERRED]),
        col(Mail.due_at) <= at,
    )
    mail = (await session.execute(statement.with_for_update(skip_locked=True))).scalar_one_or_none()
    if mail is not None and await _has_ended(session, mail):
        mail.state = MailState.SUPPRESSED
        return None
    return mail


def mark_sent(mail: Mail, *, at: datetime) -> None:
    """The mail server has taken it."""
    mail.state = MailState.SENT
    mail.attempts += 1
    mail.sent_at = at
    mail.last_error = None


def mark_deferred(mail: Mail, reason: str, *, at: datetime) -> None:
    """Not taken now: try again after a wait that doubles each time, up to a bound."""
    mail.attempts += 1
    mail.last_error = reason[:_ERROR_MAX]
    if mail.attempts >= MAX_ATTEMPTS:
        mail.state = MailState.FAILED
        return
    mail.state = MailState.DEFERRED
    mail.due_at = at + min(_FIRST_WAIT * 2 ** (mail.attempts - 1), _LONGEST_WAIT)


def mark_failed(mail: Mail, reason: str) -> None:
    """Never to be taken."""
    mail.state = MailState.FAILED
    mail.attempts += 1
    mail.last_error = reason[:_ERROR_MAX]


async def _notify(session: AsyncSession, act: Sequence[Event], *, at: datetime) -> list[int]:
    """One notification for each person with a watch that fits any of the act's events, whatever their number."""
    heard_by = KINDS[act[0].kind].heard_by
    strength = sa.case({reason.value: rank for rank, reason in enumerate(heard_by)}, value=col(Watch.reason))
    watches = (
        sa.select(
            col(Event.id),
            col(Watch.person_id),
            col(Watch.id),
            col(Watch.reason),
            sa.literal(at),
        )
        .ext(distinct_on(col(Watch.person_id)))
        .join(
            Event,
            sa.or_(
                col(Watch.skill_id) == col(Event.skill_id), col(Watch.proposal_id) == col(Event.proposal_id)
            ),
        )
        .where(
            col(Event.id).in_([event.id for event in act]),
            col(Watch.reason).in_(heard_by),
            col(Watch.created_at) <= col(Event.happened_at),
            col(Watch.ended_at).is_(None),
            col(Watch.person_id).is_distinct_from(col(Event.actor_id)),
        )
        .order_by(col(Watch.person_id), strength, col(Event.id))
    )
    columns = ["event_id", "person_id", "watch_id", "reason", "created_at"]
    statement = insert(Notification).from_select(columns, watches).on_conflict_do_nothing()
    return list((await session.execute(statement.returning(col(Notification.id)))).scalars())


async def _queue_mails(session: AsyncSession, notification_ids: list[int], *, at: datetime) -> list[int]:
    if not notification_ids:
        return []
    rows = [
        {"notification_id": notification_id, "state": MailState.QUEUED, "due_at": at, "attempts": 0}
        for notification_id in notification_ids
    ]
    statement = insert(Mail).values(rows).on_conflict_do_nothing().returning(col(Mail.id))
    return list((await session.execute(statement)).scalars())


async def _has_ended(session: AsyncSession, mail: Mail) -> bool:
    statement = (
        sa.select(col(Watch.ended_at).is_not(None))
        .join(Notification, col(Notification.watch_id) == col(Watch.id))
        .where(col(Notification.id) == mail.notification_id)
    )
    return bool((await session.execute(statement)).scalar_one())
