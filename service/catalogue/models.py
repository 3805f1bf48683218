"""Tables of the catalogue.

Framework > Domain > Group > Skill; Level and Role belong to a framework; a Requirement is what a role asks of a skill
at a level. Every row below a framework carries the framework's id, and composite foreign keys hold that a skill's
roles and levels are of its own framework.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlmodel import Field

from service.database import Table, enum_column_type, timestamp_type

SLUG_PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
SLUG_MAX = 100
NAME_MAX = 200
SUMMARY_MAX = 2_000
DESCRIPTION_MAX = 10_000
KEYWORDS_MAX = 50
KEYWORD_MAX = 100
APPROVALS_MAX = 5


class SkillStatus(StrEnum):
    """Where a skill stands in its life."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    DEPRECATED = "DEPRECATED"


class Necessity(StrEnum):
    """Whether a requirement must be covered."""

    MANDATORY = "MANDATORY"
    OPTIONAL = "OPTIONAL"


class Proficiency(StrEnum):
    """How deep a requirement goes, where the framework says so; in ascending order."""

    AWARENESS = "AWARENESS"
    WORKING = "WORKING"
    ADVANCED = "ADVANCED"
    EXPERT = "EXPERT"


def _slug_check() -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"slug ~ '{SLUG_PATTERN}' AND char_length(slug) <= {SLUG_MAX}", name="slug_form"
    )


def _name_check() -> sa.CheckConstraint:
    return sa.CheckConstraint(f"char_length(name) BETWEEN 1 AND {NAME_MAX}", name="name_length")


class Framework(Table, table=True):
    """One published body of competencies with its licence, attribution, source and ladder."""

    __tablename__ = "framework"
    __table_args__ = (
        _slug_check(),
        _name_check(),
        sa.Index(
            "uq_framework__is_default", "is_default", unique=True, postgresql_where=sa.text("is_default")
        ),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    slug: str = Field(unique=True)
    name: str
    version: str | None = None
    licence: str | None = None
    attribution: str | None = None
    source: str | None = None
    is_default: bool = False


class Domain(Table, table=True):
    """The widest division of a framework."""

    __tablename__ = "domain"
    __table_args__ = (_slug_check(), _name_check(), sa.UniqueConstraint("framework_id", "id"))

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    framework_id: int = Field(foreign_key="framework.id", sa_type=sa.BigInteger)
    slug: str = Field(unique=True)
    name: str
    position: int = 0


class Group(Table, table=True):
    """A division of a domain; every skill stands in one."""

    __tablename__ = "skill_group"
    __table_args__ = (
        _slug_check(),
        _name_check(),
        sa.UniqueConstraint("framework_id", "id"),
        sa.ForeignKeyConstraint(["framework_id", "domain_id"], ["domain.framework_id", "domain.id"]),
        sa.Index("ix_skill_group__domain_id", "domain_id", "position"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    framework_id: int = Field(sa_type=sa.BigInteger)
    domain_id: int = Field(sa_type=sa.BigInteger)
    slug: str = Field(unique=True)
    name: str
    position: int = 0


class Level(Table, table=True):
    """A step of a framework's ladder; the lowest rank is the first step."""

    __tablename__ = "level"
    __table_args__ = (
        _slug_check(),
        _name_check(),
        sa.CheckConstraint("rank > 0", name="rank_positive"),
        sa.UniqueConstraint("framework_id", "id"),
        sa.UniqueConstraint("framework_id", "slug"),
        sa.UniqueConstraint("framework_id", "rank", deferrable=True, initially="DEFERRED"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    framework_id: int = Field(foreign_key="framework.id", sa_type=sa.BigInteger)
    slug: str
    name: str
    rank: int


class Role(Table, table=True):
    """A kind of work that asks for skills, in a family of such kinds."""

    __tablename__ = "role"
    __table_args__ = (_slug_check(), _name_check(), sa.UniqueConstraint("framework_id", "id"))

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    framework_id: int = Field(foreign_key="framework.id", sa_type=sa.BigInteger)
    slug: str = Field(unique=True)
    name: str
    family: str | None = None
    position: int = 0


class Skill(Table, table=True):
    """One skill. `revision` counts the applied changes of its content, its requirements included.

    `last_updated_at` and `last_updated_by_id` are those of the revision of that number, and so move only when
    accepted content changes.
    """

    __tablename__ = "skill"
    __table_args__ = (
        _slug_check(),
        _name_check(),
        sa.CheckConstraint("revision > 0", name="revision_positive"),
        sa.CheckConstraint(f"char_length(summary) <= {SUMMARY_MAX}", name="summary_length"),
        sa.CheckConstraint(f"cardinality(keywords) <= {KEYWORDS_MAX}", name="keywords_number"),
        sa.CheckConstraint(
            "replaced_by_id IS NULL OR (status = 'DEPRECATED' AND replaced_by_id <> id)", name="replaced_by"
        ),
        sa.UniqueConstraint("framework_id", "id"),
        sa.ForeignKeyConstraint(["framework_id", "group_id"], ["skill_group.framework_id", "skill_group.id"]),
        sa.Index("ix_skill__group_id_name", "group_id", "name", "id"),
        sa.Index("ix_skill__name_id", "name", "id"),
        sa.Index("ix_skill__last_updated_at_id", "last_updated_at", "id"),
        sa.Index("ix_skill__drafts", "id", postgresql_where=sa.text("status = 'DRAFT'")),
        sa.Index(
            "ix_skill__replaced_by_id",
            "replaced_by_id",
            postgresql_where=sa.text("replaced_by_id IS NOT NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    framework_id: int = Field(foreign_key="framework.id", sa_type=sa.BigInteger)
    group_id: int = Field(sa_type=sa.BigInteger)
    slug: str = Field(unique=True)
    name: str
    summary: str = ""
    keywords: list[str] = Field(default_factory=list, sa_type=ARRAY(sa.Text))
    status: SkillStatus = Field(
        default=SkillStatus.PUBLISHED, sa_type=enum_column_type(SkillStatus, "status")
    )
    replaced_by_id: int | None = Field(default=None, foreign_key="skill.id", sa_type=sa.BigInteger)
    revision: int = 1
    last_updated_at: datetime = Field(sa_type=timestamp_type)
    last_updated_by_id: int | None = Field(
        default=None, foreign_key="person.id", sa_type=sa.BigInteger, ondelete="SET NULL"
    )


class ReviewRule(Table, table=True):
    """How many people must stand behind a change: of one skill, or of all in a group or a domain.

    The nearest rule holds; where there is none, one person besides the author is enough.
    """

    __tablename__ = "review_rule"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(skill_id, group_id, domain_id) = 1", name="one_subject"),
        sa.CheckConstraint(f"approvals BETWEEN 1 AND {APPROVALS_MAX}", name="approvals_number"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    skill_id: int | None = Field(
        default=None, foreign_key="skill.id", sa_type=sa.BigInteger, unique=True, ondelete="CASCADE"
    )
    group_id: int | None = Field(
        default=None, foreign_key="skill_group.id", sa_type=sa.BigInteger, unique=True, ondelete="CASCADE"
    )
    domain_id: int | None = Field(
        default=None, foreign_key="domain.id", sa_type=sa.BigInteger, unique=True, ondelete="CASCADE"
    )
    approvals: int


class FormerSlug(Table, table=True):
    """A slug that a skill bore before; it still leads there."""

    __tablename__ = "former_slug"
    __table_args__ = (_slug_check(),)

    slug: str = Field(primary_key=True)
    skill_id: int = Field(foreign_key="skill.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")


class Requirement(Table, table=True):
    """What a role asks of a skill at a level. `revision` is that of the skill which last changed this row."""

    __tablename__ = "requirement"
    __table_args__ = (
        sa.UniqueConstraint("skill_id", "level_id", "role_id"),
        sa.ForeignKeyConstraint(
            ["framework_id", "skill_id"], ["skill.framework_id", "skill.id"], ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["framework_id", "role_id"], ["role.framework_id", "role.id"]),
        sa.ForeignKeyConstraint(["framework_id", "level_id"], ["level.framework_id", "level.id"]),
        sa.CheckConstraint(
            f"char_length(description) BETWEEN 1 AND {DESCRIPTION_MAX}", name="description_length"
        ),
        sa.Index("ix_requirement__role_id_skill_id", "role_id", "skill_id"),
        sa.Index("ix_requirement__level_id", "level_id"),
        sa.Index(
            "ix_requirement__words",
            sa.text("to_tsvector('simple', description)"),
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    framework_id: int = Field(sa_type=sa.BigInteger)
    skill_id: int = Field(sa_type=sa.BigInteger)
    role_id: int = Field(sa_type=sa.BigInteger)
    level_id: int = Field(sa_type=sa.BigInteger)
    necessity: Necessity = Field(sa_type=enum_column_type(Necessity, "necessity"))
    proficiency: Proficiency | None = Field(
        default=None, sa_type=enum_column_type(Proficiency, "proficiency")
    )
    description: str
    revision: int = 1


class Revision(Table, table=True):
    """One applied change of a skill's content, as data: the skill is the fold of its revisions.

    `proposal_id` is the proposal that it applied, `reverts_id` the revision that it took back.
    """

    __tablename__ = "revision"
    __table_args__ = (
        sa.UniqueConstraint("skill_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    skill_id: int = Field(foreign_key="skill.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    number: int
    changed_at: datetime = Field(sa_type=timestamp_type)
    person_id: int | None = Field(
        default=None, foreign_key="person.id", sa_type=sa.BigInteger, index=True, ondelete="SET NULL"
    )
    edited_by_id: int | None = Field(
        default=None, foreign_key="person.id", sa_type=sa.BigInteger, index=True, ondelete="SET NULL"
    )
    reason: str = ""
    changes: list[dict[str, Any]] = Field(sa_type=JSONB)
    proposal_id: int | None = Field(
        default=None, foreign_key="proposal.id", sa_type=sa.BigInteger, index=True, ondelete="SET NULL"
    )
    reverts_id: int | None = Field(
        default=None, foreign_key="revision.id", sa_type=sa.BigInteger, index=True, ondelete="SET NULL"
    )


class SkillCounters(Table, table=True):
    """The numbers of the skill page as they were at a revision; a reader trusts them only at the skill's own."""

    __tablename__ = "skill_counters"

    skill_id: int = Field(primary_key=True, foreign_key="skill.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    revision: int
    role_count: int
    level_count: int
    mandatory_requirement_count: int
    optional_requirement_count: int


class SkillText(Table, table=True):
    """The words of a skill, to be found by: of its name, keywords, summary and descriptions, in that order of weight.

    Written by `search.index_texts` in the transaction of each change.
    """

    __tablename__ = "skill_text"
    __table_args__ = (
        # A search must not wade through what the index has yet to take in.
        sa.Index(
            "ix_skill_text__document",
            "document",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )

    skill_id: int = Field(primary_key=True, foreign_key="skill.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    document: str = Field(sa_type=TSVECTOR)
