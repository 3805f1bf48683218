"""Tables of plans. All of it is its person's own, and goes with the account."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from service.catalogue.models import DESCRIPTION_MAX
from service.database import Table, timestamp_type


class Plan(Table, table=True):
    """Where a person stands and what they aim for: a role, the level reached, and the level to reach.

    An empty `level_id` is none yet, an empty `goal_id` the next one.
    """

    __tablename__ = "plan"

    person_id: int = Field(
        primary_key=True, foreign_key="person.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    role_id: int = Field(foreign_key="role.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    level_id: int | None = Field(
        default=None, foreign_key="level.id", sa_type=sa.BigInteger, ondelete="SET NULL"
    )
    goal_id: int | None = Field(
        default=None, foreign_key="level.id", sa_type=sa.BigInteger, ondelete="SET NULL"
    )
    changed_at: datetime = Field(sa_type=timestamp_type)


class Tick(Table, table=True):
    """An expectation that a person says they cover.

    It keeps the words and the place, not the requirement's row: it stays when the row says something else, and when
    it is removed. `revision` is that of the row when it was ticked.
    """

    __tablename__ = "tick"
    __table_args__ = (
        sa.Index(
            "uq_tick__expectation",
            "person_id",
            "role_id",
            "skill_id",
            "level_id",
            # A text may be longer than an index takes.
            sa.text("md5(text)"),
            unique=True,
        ),
        sa.CheckConstraint(f"char_length(text) BETWEEN 1 AND {DESCRIPTION_MAX}", name="text_length"),
        sa.CheckConstraint("revision > 0", name="revision_positive"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    person_id: int = Field(foreign_key="person.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    skill_id: int = Field(foreign_key="skill.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")
    role_id: int = Field(foreign_key="role.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")
    level_id: int = Field(foreign_key="level.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")
    text: str
    revision: int
    ticked_at: datetime = Field(sa_type=timestamp_type)
