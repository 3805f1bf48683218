"""Tables of notifications."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from service.database import Table, enum_column_type, timestamp_type
from service.watches.models import WatchReason


class MailState(StrEnum):
    """Where a mail stands. QUEUED and DEFERRED ones are still to be sent."""

    QUEUED = "QUEUED"
    DEFERRED = "DEFERRED"
    SENT = "SENT"
    FAILED = "FAILED"
    SUPPRESSED = "SUPPRESSED"


class Notification(Table, table=True):
    """One event for one person, for the strongest of that person's reasons."""

    __tablename__ = "notification"
    __table_args__ = (sa.UniqueConstraint("event_id", "person_id"),)

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    event_id: int = Field(foreign_key="event.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")
    watch_id: int = Field(foreign_key="watch.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")
    reason: WatchReason = Field(sa_type=enum_column_type(WatchReason, "reason"))
    created_at: datetime = Field(sa_type=timestamp_type)


class Mail(Table, table=True):
    """The delivery of one notification by mail."""

    __tablename__ = "mail"
    __table_args__ = (
        sa.Index("ix_mail__due", "due_at", postgresql_where=sa.text("state IN ('QUEUED', 'DEFERRED')")),
        sa.CheckConstraint("(state = 'SENT') = (sent_at IS NOT NULL)", name="sent"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    notification_id: int = Field(
        foreign_key="notification.id", sa_type=sa.BigInteger, unique=True, ondelete="CASCADE"
    )
    state: MailState = Field(default=MailState.QUEUED, sa_type=enum_column_type(MailState, "state"))
    due_at: datetime = Field(sa_type=timestamp_type)
    attempts: int = 0
    last_error: str | None = None
    sent_at: datetime | None = Field(default=None, sa_type=timestamp_type)
