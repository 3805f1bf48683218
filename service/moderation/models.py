"""Tables of moderation."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.database import Table, enum_column_type, timestamp_type

NOTE_MAX = 2_000


class ReportKind(StrEnum):
    """What somebody finds wrong with a text."""

    SPAM = "SPAM"
    ABUSE = "ABUSE"
    OFF_TOPIC = "OFF_TOPIC"
    PRIVATE_DATA = "PRIVATE_DATA"
    OTHER = "OTHER"


class Report(Table, table=True):
    """One person's word that a comment or a proposal is out of order; open until a moderator has looked at it."""

    __tablename__ = "report"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(comment_id, proposal_id) = 1", name="one_subject"),
        sa.CheckConstraint(f"char_length(note) <= {NOTE_MAX}", name="note_length"),
        sa.Index(
            "uq_report__open",
            "reporter_id",
            "comment_id",
            "proposal_id",
            unique=True,
            postgresql_where=sa.text("settled_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        sa.Index("ix_report__reporter_id_created_at", "reporter_id", "created_at"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    comment_id: int | None = Field(
        default=None, foreign_key="comment.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE"
    )
    proposal_id: int | None = Field(
        default=None, foreign_key="proposal.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE"
    )
    reporter_id: int | None = Field(
        default=None, foreign_key="person.id", sa_type=sa.BigInteger, ondelete="SET NULL"
    )
    kind: ReportKind = Field(sa_type=enum_column_type(ReportKind, "kind"))
    note: str = ""
    created_at: datetime = Field(sa_type=timestamp_type)
    settled_at: datetime | None = Field(default=None, sa_type=timestamp_type)


class AuditAction(StrEnum):
    """What somebody did to keep order."""

    CONTENT_APPROVED = "CONTENT_APPROVED"
    CONTENT_HIDDEN = "CONTENT_HIDDEN"
    CONTENT_REJECTED = "CONTENT_REJECTED"
    CONTENT_SHOWN = "CONTENT_SHOWN"
    DISCUSSION_LOCKED = "DISCUSSION_LOCKED"
    DISCUSSION_UNLOCKED = "DISCUSSION_UNLOCKED"
    PERSON_RESUMED = "PERSON_RESUMED"
    PERSON_SUSPENDED = "PERSON_SUSPENDED"
    REPORT_DISMISSED = "REPORT_DISMISSED"
    ROLE_SET = "ROLE_SET"
    WEBHOOK_CHANGED = "WEBHOOK_CHANGED"
    WEBHOOK_CREATED = "WEBHOOK_CREATED"
    WEBHOOK_REMOVED = "WEBHOOK_REMOVED"
    WEBHOOK_RENEWED = "WEBHOOK_RENEWED"


class AuditEntry(Table, table=True):
    """One act of keeping order. Triggers refuse to change or delete an entry.

    It names rows without foreign keys: it outlives what it tells of.
    """

    __tablename__ = "audit_entry"

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    happened_at: datetime = Field(sa_type=timestamp_type)
    actor_id: int = Field(sa_type=sa.BigInteger)
    action: AuditAction = Field(sa_type=enum_column_type(AuditAction, "action"))
    reason: str
    person_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    skill_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    proposal_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    comment_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
