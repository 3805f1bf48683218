"""Tables of proposals."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from service.catalogue.content import ChangeKind
from service.database import Table, enum_column_type, timestamp_type
from service.people.trust import Gate

TITLE_MAX = 200
REASON_MAX = 5_000
SKILLS_MAX = 20
CHANGES_MAX = 100
VERSIONS_MAX = 100
OPEN_MAX = 100
# Without an edit, a rebase, a review or a comment for so long, an open proposal is marked; and closed when the mark has
# stood for the rest of the longer time, so that nobody's is closed without the notice.
STALE_AFTER = timedelta(days=30)
EXPIRED_AFTER = timedelta(days=90)


class ProposalState(StrEnum):
    """Where a proposal stands; all but OPEN are final."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class DeclineReason(StrEnum):
    """Why a proposal was declined, in a word."""

    INACCURATE = "INACCURATE"
    DUPLICATE = "DUPLICATE"
    OUT_OF_SCOPE = "OUT_OF_SCOPE"
    UNCLEAR = "UNCLEAR"
    STALE = "STALE"
    OTHER = "OTHER"


class Verdict(StrEnum):
    """What a reviewer says of a version of a proposal."""

    APPROVE = "APPROVE"
    REQUEST_CHANGES = "REQUEST_CHANGES"


class ReviewDecision(StrEnum):
    """What the reviews of the present version come to."""

    REVIEW_REQUIRED = "REVIEW_REQUIRED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    APPROVED = "APPROVED"


class Proposal(Table, table=True):
    """A suggested change of one skill, or of several as one. Its id is the number that people say.

    `version` counts what its text has been; title and reason are those of the version of that number, and `skill_id`
    is the first of the skills that it touches. `active_at` is when somebody last went on with it, and `stale_at` since
    when it is marked because nobody has.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        sa.CheckConstraint(f"char_length(title) BETWEEN 1 AND {TITLE_MAX}", name="title_length"),
        sa.CheckConstraint(f"char_length(reason) <= {REASON_MAX}", name="reason_length"),
        sa.CheckConstraint("version > 0", name="version_positive"),
        sa.CheckConstraint("(state = 'OPEN') = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("(state = 'DECLINED') = (decline_reason IS NOT NULL)", name="declined"),
        sa.CheckConstraint(
            "state <> 'ACCEPTED' OR decided_by_id IS NULL OR decided_by_id <> author_id", name="two_people"
        ),
        sa.UniqueConstraint("author_id", "idempotency_key"),
        sa.Index("ix_proposal__skill_id_id", "skill_id", "id"),
        sa.Index("ix_proposal__state_id", "state", "id"),
        sa.Index("ix_proposal__state_active_at", "state", "active_at"),
        sa.Index("ix_proposal__held", "id", postgresql_where=sa.text("gate = 'HELD'")),
        sa.Index("ix_proposal__author_id_created_at", "author_id", "created_at"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    skill_id: int = Field(foreign_key="skill.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    version: int = 1
    title: str
    reason: str = ""
    state: ProposalState = Field(default=ProposalState.OPEN, sa_type=enum_column_type(ProposalState, "state"))
    author_id: int | None = Field(
        default=None, foreign_key="person.id", sa_type=sa.BigInteger, ondelete="SET NULL"
    )
    created_at: datetime = Field(sa_type=timestamp_type)
    active_at: datetime = Field(sa_type=timestamp_type)
    stale_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    decided_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    decided_by_id: int | None = Field(
        default=None, foreign_key="person.id", sa_type=sa.BigInteger, ondelete="SET NULL", index=True
    )
    decline_reason: DeclineReason | None = Field(
        default=None, sa_type=enum_column_type(DeclineReason, "decline_reason")
    )
    decision_reason: str | None = None
    gate: Gate = Field(
        default=Gate.OPEN, sa_type=enum_column_type(Gate, "gate"), sa_column_kwargs={"server_default": "OPEN"}
    )
    hidden_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    idempotency_key: str | None = Field(default=None, max_length=100)


class ProposalVersion(Table, table=True):
    """What a proposal said at some time, and who wrote that. The first is its author's."""

    __tablename__ = "proposal_version"
    __table_args__ = (
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint(f"char_length(title) BETWEEN 1 AND {TITLE_MAX}", name="title_length"),
        sa.CheckConstraint(f"char_length(reason) <= {REASON_MAX}", name="reason_length"),
    )

    proposal_id: int = Field(
        primary_key=True, foreign_key="proposal.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    number: int = Field(primary_key=True)
    title: str
    reason: str = ""
    written_by_id: int | None = Field(
        default=None, foreign_key="person.id", sa_type=sa.BigInteger, ondelete="SET NULL", index=True
    )
    written_at: datetime = Field(sa_type=timestamp_type)


class ProposalSkill(Table, table=True):
    """A skill that a version of a proposal touches: the revision it was written against, and the one that applied it.

    `applied_revision` stays empty where the skill had come to say all of it already.
    """

    __tablename__ = "proposal_skill"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["proposal_id", "version"],
            ["proposal_version.proposal_id", "proposal_version.number"],
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("proposal_id", "version", "position"),
        sa.Index("ix_proposal_skill__skill_id_proposal_id", "skill_id", "proposal_id", "version"),
    )

    proposal_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    version: int = Field(primary_key=True)
    skill_id: int = Field(primary_key=True, foreign_key="skill.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    position: int
    base_revision: int
    applied_revision: int | None = None


class ProposalChange(Table, table=True):
    """One change of a version of a proposal, with the old value of each field that it touches.

    `fields` is a list of `{field, before, after}` as `service.catalogue.content` writes it.
    """

    __tablename__ = "proposal_change"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["proposal_id", "version", "skill_id"],
            ["proposal_skill.proposal_id", "proposal_skill.version", "proposal_skill.skill_id"],
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("proposal_id", "version", "position"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    proposal_id: int = Field(sa_type=sa.BigInteger)
    version: int = 1
    skill_id: int = Field(sa_type=sa.BigInteger)
    position: int
    kind: ChangeKind = Field(sa_type=enum_column_type(ChangeKind, "kind"))
    role_id: int | None = Field(default=None, foreign_key="role.id", sa_type=sa.BigInteger)
    level_id: int | None = Field(default=None, foreign_key="level.id", sa_type=sa.BigInteger)
    fields: list[dict[str, Any]] = Field(sa_type=JSONB)


class ProposalReview(Table, table=True):
    """What a reviewer said of a version. A person's last word on the present version counts; all stay readable."""

    __tablename__ = "proposal_review"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["proposal_id", "version"],
            ["proposal_version.proposal_id", "proposal_version.number"],
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(f"char_length(text) <= {REASON_MAX}", name="text_length"),
        sa.CheckConstraint("verdict = 'APPROVE' OR text <> ''", name="says_what"),
        sa.Index("ix_proposal_review__proposal_id_version", "proposal_id", "version", "id"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    proposal_id: int = Field(sa_type=sa.BigInteger)
    version: int
    person_id: int | None = Field(
        default=None, foreign_key="person.id", sa_type=sa.BigInteger, ondelete="SET NULL", index=True
    )
    verdict: Verdict = Field(sa_type=enum_column_type(Verdict, "verdict"))
    text: str = ""
    reviewed_at: datetime = Field(sa_type=timestamp_type)
