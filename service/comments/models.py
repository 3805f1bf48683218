"""Tables of comments."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from service.database import Table, enum_column_type, timestamp_type
from service.people.trust import Gate

BODY_MAX = 10_000
IDEMPOTENCY_KEY_MAX = 100


class CommentState(StrEnum):
    """How a comment is shown; the first that is true of it."""

    DELETED = "DELETED"
    HIDDEN = "HIDDEN"
    REJECTED = "REJECTED"
    HELD = "HELD"
    SHOWN = "SHOWN"


class ReactionKind(StrEnum):
    """The fixed set, in the order in which a page shows it."""

    AGREE = "AGREE"
    DISAGREE = "DISAGREE"
    THANKS = "THANKS"
    CELEBRATE = "CELEBRATE"
    PUZZLED = "PUZZLED"
    LOOKING = "LOOKING"


class Comment(Table, table=True):
    """What one person said once.

    It is about a skill, a requirement (the skill's, for the role at the level, whether or not there still is one) or a
    proposal. The first of a thread has no `thread_id`; the answers bear its id, and never that of another answer.

    `html` is the body as safe HTML, cut where the name of a mentioned person stands; `mentions` are these people, one
    fewer than the pieces. So a comment shows the names that people bear now.
    """

    __tablename__ = "comment"
    __table_args__ = (
        sa.CheckConstraint(f"char_length(body) BETWEEN 1 AND {BODY_MAX}", name="body_length"),
        sa.CheckConstraint("cardinality(html) = cardinality(mentions) + 1", name="pieces"),
        sa.CheckConstraint("proposal_id IS NULL OR num_nonnulls(role_id, level_id) = 0", name="one_subject"),
        sa.CheckConstraint("thread_id IS NULL OR resolved_at IS NULL", name="thread_resolved"),
        sa.UniqueConstraint("author_id", "idempotency_key"),
        sa.Index(
            "ix_comment__skill_id_id", "skill_id", "id", postgresql_where=sa.text("proposal_id IS NULL")
        ),
        sa.Index(
            "ix_comment__proposal_id_id",
            "proposal_id",
            "id",
            postgresql_where=sa.text("proposal_id IS NOT NULL"),
        ),
        sa.Index(
            "ix_comment__thread_id_id", "thread_id", "id", postgresql_where=sa.text("thread_id IS NOT NULL")
        ),
        sa.Index("ix_comment__author_id_created_at", "author_id", "created_at"),
        sa.Index("ix_comment__held", "id", postgresql_where=sa.text("gate = 'HELD'")),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    skill_id: int = Field(foreign_key="skill.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    role_id: int | None = Field(
        default=None, foreign_key="role.id", sa_type=sa.BigInteger, ondelete="SET NULL"
    )
    level_id: int | None = Field(
        default=None, foreign_key="level.id", sa_type=sa.BigInteger, ondelete="SET NULL"
    )
    proposal_id: int | None = Field(
        default=None, foreign_key="proposal.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    thread_id: int | None = Field(
        default=None, foreign_key="comment.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    author_id: int | None = Field(
        default=None, foreign_key="person.id", sa_type=sa.BigInteger, ondelete="SET NULL"
    )
    body: str
    html: list[str] = Field(sa_type=ARRAY(sa.Text))
    mentions: list[int] = Field(default_factory=list, sa_type=ARRAY(sa.BigInteger))
    gate: Gate = Field(default=Gate.OPEN, sa_type=enum_column_type(Gate, "gate"))
    created_at: datetime = Field(sa_type=timestamp_type)
    edited_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    deleted_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    hidden_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    resolved_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    resolved_by_id: int | None = Field(
        default=None, foreign_key="person.id", sa_type=sa.BigInteger, ondelete="SET NULL"
    )
    idempotency_key: str | None = Field(default=None, max_length=IDEMPOTENCY_KEY_MAX)


class CommentVersion(Table, table=True):
    """An earlier text of a comment that was edited, from when it was written until the next one."""

    __tablename__ = "comment_version"
    __table_args__ = (sa.UniqueConstraint("comment_id", "number"),)

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    comment_id: int = Field(foreign_key="comment.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    number: int
    body: str
    written_at: datetime = Field(sa_type=timestamp_type)


class Reaction(Table, table=True):
    """One person's reaction of one kind to a comment."""

    __tablename__ = "reaction"

    comment_id: int = Field(
        primary_key=True, foreign_key="comment.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    kind: ReactionKind = Field(primary_key=True, sa_type=enum_column_type(ReactionKind, "kind"))
    person_id: int = Field(
        primary_key=True, foreign_key="person.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE"
    )
    created_at: datetime = Field(sa_type=timestamp_type)


class DiscussionLock(Table, table=True):
    """A moderator's word that nobody else writes about a subject for now. A skill's is for its requirements too."""

    __tablename__ = "discussion_lock"
    __table_args__ = (
        sa.UniqueConstraint(
            "skill_id", "role_id", "level_id", "proposal_id", postgresql_nulls_not_distinct=True
        ),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    skill_id: int = Field(foreign_key="skill.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    role_id: int | None = Field(
        default=None, foreign_key="role.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    level_id: int | None = Field(
        default=None, foreign_key="level.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    proposal_id: int | None = Field(
        default=None, foreign_key="proposal.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    locked_at: datetime = Field(sa_type=timestamp_type)
