"""Tables of watches."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field

from service.database import Table, enum_column_type, timestamp_type


class WatchReason(StrEnum):
    """Why a person hears of something, the strongest first: one event tells a person once, for the strongest."""

    AUTHOR = "AUTHOR"
    REVIEWER = "REVIEWER"
    WATCHING = "WATCHING"


class Watch(Table, table=True):
    """One person's watch on one subject.

    A watch ends; it is not deleted, and watching again resumes it: so the link in an old mail still ends it.
    """

    __tablename__ = "watch"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(skill_id, proposal_id) = 1", name="one_subject"),
        sa.Index(
            "uq_watch__skill_id_person_id",
            "skill_id",
            "person_id",
            unique=True,
            postgresql_where=sa.text("skill_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_watch__proposal_id_person_id",
            "proposal_id",
            "person_id",
            unique=True,
            postgresql_where=sa.text("proposal_id IS NOT NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    person_id: int = Field(foreign_key="person.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")
    skill_id: int | None = Field(
        default=None, foreign_key="skill.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    proposal_id: int | None = Field(
        default=None, foreign_key="proposal.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    reason: WatchReason = Field(sa_type=enum_column_type(WatchReason, "reason"))
    created_at: datetime = Field(sa_type=timestamp_type)
    ended_at: datetime | None = Field(default=None, sa_type=timestamp_type)
