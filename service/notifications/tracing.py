"""Why somebody has been told of what happened to a skill or a proposal, or has not: for them, and for support."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.activity.models import Event, EventKind
from service.database import Column, Select
from service.notifications.kinds import KINDS
from service.notifications.models import Bounce, LedgerEntry, Mail, MailState, Notification, Silence
from service.proposals.models import Proposal
from service.proposals.sources import PROPOSALS
from service.sources import Viewpoint
from service.watches.models import Watch


class Outcome(StrEnum):
    """What came of an event for a person."""

    SENT = "SENT"
    BOUNCED = "BOUNCED"
    WAITING = "WAITING"
    FAILED = "FAILED"
    INBOX_ONLY = "INBOX_ONLY"
    NOT_TOLD_YET = "NOT_TOLD_YET"
    NOT_WATCHED = "NOT_WATCHED"
    ACTOR = "ACTOR"
    MUTED = "MUTED"
    OTHER_LEVEL = "OTHER_LEVEL"
    ADDRESS_SUPPRESSED = "ADDRESS_SUPPRESSED"
    WATCH_ENDED = "WATCH_ENDED"
    UNDONE = "UNDONE"
    DIGESTS_OFF = "DIGESTS_OFF"


@dataclass(frozen=True)
class Trace:
    """One event, and what came of it. `due_at` is of a mail that waits; `error` says why one came back or failed."""

    kind: EventKind
    happened_at: datetime
    outcome: Outcome
    notified_at: datetime | None
    sent_at: datetime | None
    due_at: datetime | None
    error: str | None


_OF_STATE = {
    MailState.COLLECTING: Outcome.WAITING,
    MailState.QUEUED: Outcome.WAITING,
    MailState.DEFERRED: Outcome.WAITING,
    MailState.FAILED: Outcome.FAILED,
    MailState.SENT: Outcome.SENT,
}


async def traces(
    session: AsyncSession,
    person_id: int,
    *,
    skill_id: int | None,
    proposal_id: int | None,
    limit: int,
    viewpoint: Viewpoint,
) -> list[Trace]:
    """What came of the newest events about the skill, or the proposal, for the person.

    Events of a proposal that whoever asks may not see are left out.
    """
    about = col(Event.skill_id) == skill_id if skill_id is not None else _about_proposal(proposal_id)
    rows = await session.execute(_traced(sa.and_(about, _is_seen(viewpoint)), person_id, limit))
    return [
        Trace(
            kind,
            happened_at,
            _outcome(told_at, notification, mail, bounce, silences),
            notified_at=notification and notification.created_at,
            sent_at=mail and mail.sent_at,
            due_at=mail.due_at if mail and _OF_STATE.get(mail.state) is Outcome.WAITING else None,
            error=bounce or (mail and mail.last_error),
        )
        for kind, happened_at, told_at, notification, mail, bounce, silences in rows
    ]


def _about_proposal(proposal_id: int | None) -> sa.ColumnElement[bool]:
    """What happened to it was told of its first skill, by which events are found."""
    skill = sa.select(col(Proposal.skill_id)).where(col(Proposal.id) == proposal_id).scalar_subquery()
    return sa.and_(col(Event.skill_id) == skill, col(Event.proposal_id) == proposal_id)


def _is_seen(viewpoint: Viewpoint) -> sa.ColumnElement[bool]:
    """Whether the proposal of an event, where it has one, may be seen from the viewpoint."""
    proposal = PROPOSALS.seen_from(viewpoint).with_only_columns(sa.literal(1))
    seen = proposal.where(col(Proposal.id) == col(Event.proposal_id)).correlate(Event).exists()
    return sa.or_(col(Event.proposal_id).is_(None), seen)


def _traced(about: sa.ColumnElement[bool], person_id: int, limit: int) -> Select:
    """Of an act the first event stands for all: by it the ledger is kept."""
    first = sa.func.coalesce(col(Event.part_of_id), col(Event.id)).label("first")
    acts = (
        sa.select(first)
        .where(about, col(Event.kind).in_([kind for kind in KINDS if not KINDS[kind].only_called]))
        .distinct()
        .order_by(first.desc())
        .limit(limit)
        .subquery()
    )
    told = sa.exists().where(col(Event.id) == col(Notification.event_id), first == acts.c.first)
    lead = aliased(Event)
    return (
        sa.select(
            col(lead.kind),
            col(lead.happened_at),
            col(lead.fanned_out_at),
            Notification,
            Mail,
            _bounce(),
            _silences(acts.c.first, person_id),
        )
        .join_from(acts, lead, col(lead.id) == acts.c.first)
        .outerjoin(Notification, sa.and_(col(Notification.person_id) == person_id, told))
        .outerjoin(Mail, col(Mail.id) == col(Notification.mail_id))
        .order_by(acts.c.first.desc())
    )


def _bounce() -> Column:
    """Why the mail came back, if it did."""
    reason = sa.select(sa.func.max(col(Bounce.reason))).where(col(Bounce.mail_id) == col(Mail.id))
    return reason.correlate(Mail).scalar_subquery()


def _silences(event_id: Column, person_id: int) -> Column:
    """What the ledger says of the person's watches; null for nothing."""
    return (
        sa.select(sa.func.array_agg(sa.cast(col(LedgerEntry.silence), sa.Text).distinct()))
        .join(Watch, col(Watch.id) == col(LedgerEntry.watch_id))
        .where(col(LedgerEntry.event_id) == event_id, col(Watch.person_id) == person_id)
        .scalar_subquery()
    )


def _outcome(
    told_at: datetime | None,
    notification: Notification | None,
    mail: Mail | None,
    bounce: str | None,
    silences: Sequence[str] | None,
) -> Outcome:
    if told_at is None and notification is None:
        return Outcome.NOT_TOLD_YET
    if bounce is not None:
        return Outcome.BOUNCED
    if mail is not None:
        return Outcome(mail.silence.value) if mail.silence is not None else _OF_STATE[mail.state]
    if notification is not None:
        is_suppressed = Silence.ADDRESS_SUPPRESSED in (silences or ())
        return Outcome.ADDRESS_SUPPRESSED if is_suppressed else Outcome.INBOX_ONLY
    return Outcome(silences[0]) if silences else Outcome.NOT_WATCHED
