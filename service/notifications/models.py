"""Tables of notifications, and of the mails that carry them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from service.database import Table, enum_column_type, timestamp_type
from service.watches.models import WatchEvent, WatchFrequency, WatchReason


class Impact(StrEnum):
    """What an event means to somebody with a role and a level of their own, the weightiest first."""

    NECESSITY_FLIPPED = "NECESSITY_FLIPPED"
    MY_LEVEL = "MY_LEVEL"
    NEXT_LEVEL = "NEXT_LEVEL"
    OTHER_ROLE = "OTHER_ROLE"
    COSMETIC = "COSMETIC"


class MailState(StrEnum):
    """Where a mail stands.

    A COLLECTING one takes in what happens meanwhile, until it is due; from then on what it tells is fixed. QUEUED and
    DEFERRED ones are still to be sent.
    """

    COLLECTING = "COLLECTING"
    QUEUED = "QUEUED"
    DEFERRED = "DEFERRED"
    SENT = "SENT"
    FAILED = "FAILED"
    SUPPRESSED = "SUPPRESSED"


class Silence(StrEnum):
    """Why a watch that an event matches, or a mail, brought nothing of its own."""

    ACTOR = "ACTOR"
    MUTED = "MUTED"
    OTHER_LEVEL = "OTHER_LEVEL"
    MERGED = "MERGED"
    ADDRESS_SUPPRESSED = "ADDRESS_SUPPRESSED"
    WATCH_ENDED = "WATCH_ENDED"
    UNDONE = "UNDONE"
    DIGESTS_OFF = "DIGESTS_OFF"


class BounceKind(StrEnum):
    """What came back: the address is none, the mail was not taken this time, or its reader calls it spam."""

    HARD = "HARD"
    SOFT = "SOFT"
    COMPLAINT = "COMPLAINT"


class Suppression(StrEnum):
    """Why a person gets no mail until they have verified their address again."""

    BOUNCED = "BOUNCED"
    BOUNCED_OFTEN = "BOUNCED_OFTEN"
    COMPLAINED = "COMPLAINED"


class Notification(Table, table=True):
    """One event for one person, for the strongest of that person's reasons. The inbox; a mail is a copy of it."""

    __tablename__ = "notification"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "person_id"),
        sa.Index("ix_notification__person_id_id", "person_id", "id"),
        sa.Index("ix_notification__unread", "person_id", postgresql_where=sa.text("read_at IS NULL")),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    event_id: int = Field(foreign_key="event.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    watch_id: int = Field(foreign_key="watch.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")
    mail_id: int | None = Field(
        default=None, foreign_key="mail.id", sa_type=sa.BigInteger, index=True, ondelete="SET NULL"
    )
    reason: WatchReason = Field(sa_type=enum_column_type(WatchReason, "reason"))
    impact: Impact | None = Field(default=None, sa_type=enum_column_type(Impact, "impact"))
    created_at: datetime = Field(sa_type=timestamp_type)
    read_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    done_at: datetime | None = Field(default=None, sa_type=timestamp_type)


class Mail(Table, table=True):
    """One mail to one person: what happened to a skill or a proposal within a moment, or a digest of all."""

    __tablename__ = "mail"
    __table_args__ = (
        # Whatever happens while a mail collects goes into that mail.
        sa.Index(
            "uq_mail__collecting",
            "person_id",
            "frequency",
            "skill_id",
            "proposal_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=sa.text("state = 'COLLECTING'"),
        ),
        sa.Index(
            "ix_mail__due",
            "due_at",
            "id",
            postgresql_where=sa.text("state IN ('COLLECTING', 'QUEUED', 'DEFERRED')"),
        ),
        sa.CheckConstraint("(state = 'SENT') = (sent_at IS NOT NULL)", name="sent"),
        sa.CheckConstraint("frequency <> 'INBOX_ONLY'", name="frequency_mailed"),
        sa.CheckConstraint(
            "num_nonnulls(skill_id, proposal_id) = (frequency = 'IMMEDIATELY')::integer", name="one_thread"
        ),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    person_id: int = Field(foreign_key="person.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")
    frequency: WatchFrequency = Field(sa_type=enum_column_type(WatchFrequency, "frequency"))
    skill_id: int | None = Field(
        default=None, foreign_key="skill.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    proposal_id: int | None = Field(
        default=None, foreign_key="proposal.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    first_at: datetime = Field(sa_type=timestamp_type)
    last_at: datetime = Field(sa_type=timestamp_type)
    state: MailState = Field(default=MailState.COLLECTING, sa_type=enum_column_type(MailState, "state"))
    silence: Silence | None = Field(default=None, sa_type=enum_column_type(Silence, "silence"))
    due_at: datetime = Field(sa_type=timestamp_type)
    attempts: int = 0
    last_error: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=timestamp_type)


class Bounce(Table, table=True):
    """A mail that came back; of one kind once for each mail, however often it is reported."""

    __tablename__ = "mail_bounce"
    __table_args__ = (sa.UniqueConstraint("mail_id", "kind"),)

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    person_id: int = Field(foreign_key="person.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")
    mail_id: int = Field(foreign_key="mail.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    kind: BounceKind = Field(sa_type=enum_column_type(BounceKind, "kind"))
    reason: str
    received_at: datetime = Field(sa_type=timestamp_type)


class LedgerEntry(Table, table=True):
    """Why a watch that an event matched brought no notification of its own, or one without a mail.

    Of what was told the notification and its mail speak; so there is an entry for every watch that an event matched.
    """

    __tablename__ = "ledger_entry"

    event_id: int = Field(primary_key=True, foreign_key="event.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    watch_id: int = Field(
        primary_key=True, foreign_key="watch.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE"
    )
    silence: Silence = Field(sa_type=enum_column_type(Silence, "silence"))


def _soonest(event: WatchEvent) -> Any:
    return Field(
        default=WatchFrequency.IMMEDIATELY,
        sa_type=enum_column_type(WatchFrequency, f"{event.value.lower()}_frequency"),
        # The version before, which does not know the column, writes rows while this one is rolled out.
        sa_column_kwargs={"server_default": WatchFrequency.IMMEDIATELY.value},
    )


class MailSettings(Table, table=True):
    """When a person wants mail; where there is no row, the defaults hold.

    The frequencies say how soon, at the soonest, of each kind of event; a watch may say later. Somebody suppressed gets
    no mail; what came back of mails sent before `verified_at`, when the address last proved good, counts no more.
    """

    __tablename__ = "mail_settings"
    __table_args__ = (
        sa.CheckConstraint(
            "(suppressed_at IS NULL) = (suppressed_because IS NULL)", name="suppressed_for_a_reason"
        ),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour"),
        sa.CheckConstraint("digest_weekday BETWEEN 1 AND 7", name="digest_weekday"),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL) AND quiet_from BETWEEN 0 AND 23"
            " AND quiet_until BETWEEN 0 AND 23 AND quiet_from <> quiet_until",
            name="quiet_hours",
        ),
    )

    person_id: int = Field(
        primary_key=True, foreign_key="person.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    time_zone: str = "UTC"
    locale: str = "en-GB"
    digest_hour: int = 8
    digest_weekday: int = 1
    has_digests: bool = True
    quiet_from: int | None = None
    quiet_until: int | None = None
    proposed_frequency: WatchFrequency = _soonest(WatchEvent.PROPOSED)
    commented_frequency: WatchFrequency = _soonest(WatchEvent.COMMENTED)
    decided_frequency: WatchFrequency = _soonest(WatchEvent.DECIDED)
    applied_frequency: WatchFrequency = _soonest(WatchEvent.APPLIED)
    suppressed_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    suppressed_because: Suppression | None = Field(
        default=None, sa_type=enum_column_type(Suppression, "suppressed_because")
    )
    verified_at: datetime | None = Field(default=None, sa_type=timestamp_type)
