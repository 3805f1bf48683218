"""Which of the catalogue's rows are asked for, and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from service.catalogue.models import Domain, FormerSlug, Framework, Group, Level, Requirement, Role, Skill
from service.catalogue.search import excerpt, found_by
from service.catalogue.sources import SHOWN
from service.database import Column, Select
from service.paging import Direction
from service.sources import Order, any_of


class SkillOrderField(StrEnum):
    """What a list of skills is ordered by."""

    NAME = "NAME"
    LAST_UPDATED = "LAST_UPDATED"
    RELEVANCE = "RELEVANCE"


_ORDERS = {
    SkillOrderField.NAME: ("name", "id"),
    SkillOrderField.LAST_UPDATED: ("last_updated_at", "id"),
    SkillOrderField.RELEVANCE: ("distance", "name", "id"),
}


def skill_order(field: SkillOrderField, direction: Direction = Direction.ASC) -> Order:
    """An order of a list of skills; ties go by the age of the row."""
    return Order(f"{field.value} {direction.value}", _ORDERS[field], direction)


@dataclass(frozen=True)
class SkillFilter:
    """Which skills a list shows; None asks for no more. Slugs name frameworks, domains, groups, roles, levels.

    `text` is one to be found, and `words` what `search.words_of` makes of it.
    """

    text: str | None = None
    words: str | None = None
    framework: str | None = None
    domain: str | None = None
    group: str | None = None
    role: str | None = None
    level: str | None = None
    statuses: tuple[str, ...] = SHOWN


@dataclass(frozen=True)
class OfSlug:
    """The one row that bears the slug."""

    slug: str


@dataclass(frozen=True)
class OfFramework:
    """Rows of the framework of the slug; of all where it is None."""

    framework: str | None = None


@dataclass(frozen=True)
class OfWords:
    """What `search.words_of` makes of a text."""

    words: str


def skills_shown(rows: Select, wanted: SkillFilter) -> Select:
    """Narrow a SELECT over skills to those of the filter."""
    rows = rows.where(sa.cast(col(Skill.status), sa.Text) == any_of(wanted.statuses))
    if wanted.text is not None and wanted.words is not None:
        rows = found_by(rows, wanted.text, wanted.words)
    if wanted.framework is not None:
        rows = rows.where(col(Skill.framework_id).in_(_framework(wanted.framework)))
    if wanted.group is not None:
        group = sa.select(col(Group.id)).where(col(Group.slug) == wanted.group)
        rows = rows.where(col(Skill.group_id).in_(group))
    if wanted.domain is not None:
        groups = sa.select(col(Group.id)).join(Domain, col(Domain.id) == col(Group.domain_id))
        rows = rows.where(col(Skill.group_id).in_(groups.where(col(Domain.slug) == wanted.domain)))
    if wanted.role is not None or wanted.level is not None:
        rows = rows.where(_asked_for(wanted))
    return rows


def skill_excerpt(skill: Mapping[str, Column], wanted: OfWords) -> Column:
    """Where the words stand in the skill's texts."""
    return excerpt(skill, wanted.words)


def skill_of_slug(rows: Select, wanted: OfSlug) -> Select:
    """The skill that bears the slug, or else the one that bore it before."""
    bearer = sa.select(col(Skill.id)).where(col(Skill.slug) == wanted.slug).correlate(None).scalar_subquery()
    former = sa.select(col(FormerSlug.skill_id)).where(col(FormerSlug.slug) == wanted.slug).scalar_subquery()
    return rows.where(col(Skill.id) == sa.func.coalesce(bearer, former))


def group_of_slug(rows: Select, wanted: OfSlug) -> Select:
    """The group that bears the slug."""
    return rows.where(col(Group.slug) == wanted.slug)


def role_of_slug(rows: Select, wanted: OfSlug) -> Select:
    """The role that bears the slug."""
    return rows.where(col(Role.slug) == wanted.slug)


def of_framework(rows: Select, wanted: OfFramework) -> Select:
    """Rows of a framework's own; the default framework's come first."""
    framework_id = rows.selected_columns["framework_id"]
    if wanted.framework is not None:
        rows = rows.where(framework_id.in_(_framework(wanted.framework)))
    return rows


def ladder_of(rows: Select, wanted: OfFramework) -> Select:
    """The levels of a framework, of the default one where none is named."""
    chosen = _framework(wanted.framework)
    return rows.where(col(Level.framework_id).in_(chosen))


def _framework(slug: str | None) -> sa.Select[Any]:
    chosen = col(Framework.is_default) if slug is None else col(Framework.slug) == slug
    return sa.select(col(Framework.id)).where(chosen)


def _asked_for(wanted: SkillFilter) -> sa.ColumnElement[bool]:
    """Some requirement of the skill is of the role and at the level."""
    asked = sa.select(sa.literal(1)).where(col(Requirement.skill_id) == col(Skill.id)).correlate(Skill)
    if wanted.role is not None:
        roles = sa.select(col(Role.id)).where(col(Role.slug) == wanted.role)
        asked = asked.where(col(Requirement.role_id).in_(roles))
    if wanted.level is not None:
        levels = sa.select(col(Level.id)).where(col(Level.slug) == wanted.level)
        asked = asked.where(col(Requirement.level_id).in_(levels))
    return asked.exists()
