"""From an event to notifications and mails, and from a mail that collects to a sent one.

All of it may be done twice, or by two workers at once: rows are locked, unique, and looked at again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession
from sqlmodel import col, select

from service import jobs
from service.activity.models import Event
from service.activity.queries import claim_act
from service.notifications import queries
from service.notifications.kinds import KINDS
from service.notifications.models import Impact, Mail, MailState, Notification, Silence
from service.notifications.reaching import reach_of
from service.notifications.rules import impacts
from service.notifications.telling import CLOSE, END_OF_BATCH, MARK_SENT, TELL
from service.prepared import Prepared
from service.watches.models import WatchEvent, WatchFrequency

CHANNEL = "skillprofile_notifications"
EVERYBODY = "*"
# Named up to this many; above it anybody may have been notified.
_ONE_BY_ONE = 50
# Whoever tells takes a turn: any number will do, as long as it is always the same.
_LOCK = 7_405_193_304
# Made once: to put a statement together takes longer than to run it.
_TURN = Prepared(sa.select(sa.func.pg_advisory_xact_lock(sa.bindparam("lock", type_=sa.BigInteger))))
_NOTIFY = Prepared(
    sa.select(
        sa.func.pg_notify(sa.bindparam("channel", type_=sa.Text), sa.bindparam("payload", type_=sa.Text))
    )
)
_WAITING = (MailState.QUEUED, MailState.DEFERRED)
# Tried for about two days before a mail is given up.
MAX_ATTEMPTS = 23
# A connection that broke is most often there again at once.
_FIRST_WAIT = timedelta(seconds=2)
_LONGEST_WAIT = timedelta(hours=4)
_ERROR_MAX = 500
# A mail collects no longer than this, however much goes on.
_LONGEST_COLLECTING = timedelta(minutes=10)
# A wake-up is for whatever mail is due by then.
ANY_MAIL = 0
# Watches told in one transaction.
_BATCH = 5_000
# Of these on, a batch's watches are joined by hash.
_MANY = 200
_LAST_PERSON = 2**63 - 1
_KEPT = timedelta(days=180)


@dataclass(frozen=True)
class Told:
    """How many people one batch has told, and whether it was the last."""

    people: int
    is_last: bool


async def fan_out(
    session: AsyncSession, event_id: int, *, at: datetime, quiet: timedelta, size: int = _BATCH
) -> Told:
    """Tell an event to the next `size` watches of those who should hear of it; each person once.

    The strongest reason wins, and the actor never hears. Events of one act are told together, so that whoever watches
    two skills of a change set hears of it once. An event that has been told, or that another worker is telling, is
    passed by; so is a comment that not everybody may read any more. Mails wait until it has been `quiet` for so long.
    """
    act = await claim_act(session, event_id)
    if not act or act[0].kind not in KINDS or await queries.is_withheld(session, act[0]):
        _mark_told(act, at=at)
        return Told(0, is_last=True)
    given = await _given(session, act, at=at, quiet=quiet)
    given["after"] = act[0].fanned_out_to or 0
    until, watches = await END_OF_BATCH.first(session, **given, size=size)
    given["until"] = until if watches == size else _LAST_PERSON
    if watches > _MANY:
        # PostgreSQL expects a row or so of each part of the statement, and would compare all with all.
        await session.execute(sa.text("SET LOCAL enable_nestloop = off"))
    people = await _tell(session, given)
    act[0].fanned_out_to = until or act[0].fanned_out_to
    if watches < size:
        _mark_told(act, at=at)
    return Told(len(people), is_last=watches < size)


async def _tell(session: AsyncSession, given: Mapping[str, object]) -> list[int]:
    """Write the notifications of one batch, and wake whoever sends its mails; returns who is notified.

    Those who listen hear of it with the commit. Whoever else tells waits until this transaction has ended, so that
    notifications become visible in the order of their ids.
    """
    await _TURN.first(session, lock=_LOCK)
    people, moments = await TELL.first(session, **given)
    for moment in moments:
        jobs.later(session, jobs.DELIVER, ANY_MAIL, due_at=moment)
    if people:
        payload = " ".join(map(str, people)) if len(people) <= _ONE_BY_ONE else EVERYBODY
        await _NOTIFY.first(session, channel=CHANNEL, payload=payload)
    return list(people)


async def close_mails(session: AsyncSession, *, at: datetime, limit: int) -> int:
    """Let mails that are due collect no more; returns how many were looked at.

    One whose person has quiet hours, or has snoozed what it is about, waits and goes on collecting.
    """
    return int((await session.execute(CLOSE, {"at": at, "limit": limit})).scalar_one())


async def mark_all_sent(session: AsyncSession | AsyncConnection, ids: Sequence[int], *, at: datetime) -> None:
    """The mail server has taken these."""
    await session.execute(MARK_SENT, {"ids": list(ids), "at": at})


async def waiting_mail(session: AsyncSession, mail_id: int) -> Mail | None:
    """The mail, locked until the transaction ends, if it is still to be sent."""
    statement = select(Mail).where(col(Mail.id) == mail_id, col(Mail.state).in_(_WAITING))
    return (await session.execute(statement.with_for_update())).scalar_one_or_none()


def mark_suppressed(mail: Mail, silence: Silence) -> None:
    """Not to be sent, and why."""
    mail.state = MailState.SUPPRESSED
    mail.silence = silence


def mark_deferred(mail: Mail, reason: str, *, at: datetime) -> None:
    """Not taken now: try again after a wait that doubles each time, up to a bound."""
    mail.attempts += 1
    mail.last_error = reason[:_ERROR_MAX]
    if mail.attempts >= MAX_ATTEMPTS:
        mail.state = MailState.FAILED
        return
    mail.state = MailState.DEFERRED
    mail.due_at = at + min(_FIRST_WAIT * 2 ** (mail.attempts - 1), _LONGEST_WAIT)


def put_off(mail: Mail, *, until: datetime) -> None:
    """Not tried: it is due again then."""
    mail.due_at = until


def mark_failed(mail: Mail, reason: str) -> None:
    """Never to be taken."""
    mail.state = MailState.FAILED
    mail.attempts += 1
    mail.last_error = reason[:_ERROR_MAX]


async def sweep_notifications(session: AsyncSession, *, at: datetime, limit: int) -> int:
    """Forget what is older than 180 days, a batch at most; returns how many notifications went."""
    oldest = sa.select(col(Notification.id)).order_by(col(Notification.id)).limit(limit)
    old = sa.delete(Notification).where(
        col(Notification.id).in_(oldest), col(Notification.created_at) < at - _KEPT
    )
    gone = len((await session.execute(old.returning(col(Notification.id)))).all())
    oldest_mails = sa.select(col(Mail.id)).order_by(col(Mail.id)).limit(limit)
    over = col(Mail.state).in_([MailState.SENT, MailState.FAILED, MailState.SUPPRESSED])
    await session.execute(
        sa.delete(Mail).where(col(Mail.id).in_(oldest_mails), over, col(Mail.last_at) < at - _KEPT)
    )
    return gone


def _mark_told(act: Sequence[Event], *, at: datetime) -> None:
    for event in act:
        event.fanned_out_at = at


async def _given(
    session: AsyncSession, act: Sequence[Event], *, at: datetime, quiet: timedelta
) -> dict[str, object]:
    """The values of the statement's parameters."""
    first, kind = act[0], KINDS[act[0].kind]
    reach = await reach_of(session, act)
    found = impacts([change for part in reach.changes.values() for change in part], reach.ladder)
    is_of_skill = first.proposal_id is None or (WatchEvent.APPLIED in kind.topics and len(act) == 1)
    return {
        **{f"{subject}s": ids for subject, ids in reach.subjects.items()},
        "event_id": first.id,
        "act_skill_ids": [event.skill_id for event in act],
        "event_ids": [event.id for event in act],
        "actor_id": first.actor_id,
        "only_called": kind.only_called,
        "asks_again": kind.asks_again,
        "called": first.payload.get("mentioned", []),
        "happened_at": first.happened_at,
        "at": at,
        "quiet": quiet,
        "longest": _LONGEST_COLLECTING,
        "topics": [topic.value for topic in kind.topics],
        "heard_by": [reason.value for reason in kind.heard_by],
        "own_role_ids": [place.role_id for place in found.by_place],
        "own_level_ids": [place.level_id for place in found.by_place],
        "impacts": [impact.value for impact in found.by_place.values()],
        "elsewhere": found.elsewhere and found.elsewhere.value,
        "overall": found.overall and found.overall.value,
        "weights": [impact.value for impact in Impact],
        "paces": [pace.value for pace in WatchFrequency],
        "thread_skill_id": first.skill_id if is_of_skill else None,
        "thread_proposal_id": first.proposal_id,
    }
