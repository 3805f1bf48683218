"""Tables of watches."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from service.database import Table, enum_column_type, timestamp_type


class WatchReason(StrEnum):
    """Why a person hears of something, the strongest first: one event tells a person once, for the strongest."""

    MENTIONED = "MENTIONED"
    AUTHOR = "AUTHOR"
    REVIEW_REQUESTED = "REVIEW_REQUESTED"
    DECIDED = "DECIDED"
    REVIEWER = "REVIEWER"
    COMMENTED = "COMMENTED"
    WATCHING = "WATCHING"


class WatchEvent(StrEnum):
    """What a watch may be about."""

    PROPOSED = "PROPOSED"
    COMMENTED = "COMMENTED"
    DECIDED = "DECIDED"
    APPLIED = "APPLIED"


class WatchFrequency(StrEnum):
    """How a person hears of what a watch is about."""

    IMMEDIATELY = "IMMEDIATELY"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    INBOX_ONLY = "INBOX_ONLY"


# What may be watched, by the column that names it.
SUBJECTS = ("skill_id", "group_id", "domain_id", "role_id", "proposal_id")
_EVENT_NAMES = ", ".join(f"'{event.value}'" for event in WatchEvent)


def _one_watch_each(subject: str) -> sa.Index:
    """A person watches a subject at most once; fan-out reads a subject's watches in the order of their people."""
    return sa.Index(
        f"uq_watch__{subject}_person_id",
        subject,
        "person_id",
        unique=True,
        postgresql_where=sa.text(f"{subject} IS NOT NULL"),
    )


class Watch(Table, table=True):
    """One person's watch on one subject.

    A watch ends; it is not deleted, and watching again resumes it: so the link in an old mail still ends it. A muted
    one keeps its subject silent, whatever else the person watches.
    """

    __tablename__ = "watch"
    __table_args__ = (
        sa.CheckConstraint(f"num_nonnulls({', '.join(SUBJECTS)}) = 1", name="one_subject"),
        sa.CheckConstraint(
            f"cardinality(events) > 0 AND events <@ ARRAY[{_EVENT_NAMES}]::text[]", name="events_known"
        ),
        sa.CheckConstraint(
            "(own_role_id IS NULL) = (own_level_id IS NULL) AND (own_level_id IS NOT NULL OR NOT only_own_levels)",
            name="own_level",
        ),
        *(_one_watch_each(subject) for subject in SUBJECTS),
        sa.Index(
            "ix_watch__expires_at",
            "expires_at",
            postgresql_where=sa.text("expires_at IS NOT NULL AND ended_at IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    person_id: int = Field(foreign_key="person.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")
    skill_id: int | None = Field(
        default=None, foreign_key="skill.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    group_id: int | None = Field(
        default=None, foreign_key="skill_group.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    domain_id: int | None = Field(
        default=None, foreign_key="domain.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    role_id: int | None = Field(
        default=None, foreign_key="role.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    proposal_id: int | None = Field(
        default=None, foreign_key="proposal.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    reason: WatchReason = Field(sa_type=enum_column_type(WatchReason, "reason"))
    events: list[str] = Field(default_factory=lambda: [WatchEvent.APPLIED.value], sa_type=ARRAY(sa.Text))
    frequency: WatchFrequency = Field(
        default=WatchFrequency.IMMEDIATELY, sa_type=enum_column_type(WatchFrequency, "frequency")
    )
    is_muted: bool = False
    snoozed_until: datetime | None = Field(default=None, sa_type=timestamp_type)
    expires_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    own_role_id: int | None = Field(
        default=None, foreign_key="role.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    own_level_id: int | None = Field(
        default=None, foreign_key="level.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    only_own_levels: bool = False
    created_at: datetime = Field(sa_type=timestamp_type)
    ended_at: datetime | None = Field(default=None, sa_type=timestamp_type)
