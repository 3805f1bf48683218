"""Reading the catalogue.

`x_by_id(session, ids)` answers many ids with one statement, as the API's loaders ask for them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col, select

from service.catalogue.content import REQUIREMENT_FIELDS, SKILL_FIELDS, Content, Place, change_from_json, undo
from service.catalogue.models import (
    Domain,
    FormerSlug,
    Framework,
    Group,
    Level,
    Requirement,
    Revision,
    Role,
    Skill,
    SkillCounters,
    SkillStatus,
)
from service.database import Column, Select
from service.errors import NotFound
from service.paging import Cut, Direction, Key, Page, take, take_each

Model = TypeVar("Model", bound=SQLModel)


class SkillNotFound(NotFound):
    """No skill has the id."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such skill. It may have been removed: look it up by its slug.", path=("skillId",)
        )


class SkillOrderField(StrEnum):
    """What a list of skills is ordered by."""

    NAME = "NAME"
    LAST_UPDATED = "LAST_UPDATED"


@dataclass(frozen=True)
class SkillOrder:
    """An order of a list of skills; ties go by the age of the row."""

    field: SkillOrderField = SkillOrderField.NAME
    direction: Direction = Direction.ASC

    @property
    def keys(self) -> list[Key]:
        """The columns to page by."""
        column = col(Skill.name) if self.field is SkillOrderField.NAME else col(Skill.last_updated_at)
        descending = self.direction is Direction.DESC
        return [Key(column, descending), Key(col(Skill.id), descending)]


@dataclass(frozen=True)
class SkillFilter:
    """Which skills a list shows; None asks for no more. Slugs name frameworks, domains, groups, roles, levels."""

    search: str | None = None
    framework: str | None = None
    domain: str | None = None
    group: str | None = None
    role: str | None = None
    level: str | None = None
    # Drafts are reached by their slug; a list shows them only where it is asked for them.
    statuses: tuple[SkillStatus, ...] = (SkillStatus.PUBLISHED, SkillStatus.DEPRECATED)


@dataclass(frozen=True)
class RoleCounts:
    """What a role asks for in numbers, at a level or (`level_id` None) over all."""

    role_id: int
    level_id: int | None
    skill_count: int
    mandatory_requirement_count: int
    optional_requirement_count: int


async def list_frameworks(session: AsyncSession) -> list[Framework]:
    """All frameworks, the default one first."""
    return await _all(
        session, select(Framework).order_by(col(Framework.is_default).desc(), col(Framework.name))
    )


async def list_levels(session: AsyncSession, framework: str | None = None) -> list[Level]:
    """The ladder of the framework of the slug, or of the default one; the first step first."""
    return await _all(session, select(Level).where(_in_framework(Level, framework)).order_by(col(Level.rank)))


async def list_roles(session: AsyncSession, framework: str | None = None) -> list[Role]:
    """The roles of the framework of the slug, or of all; the default framework's first."""
    statement = select(Role).join(Framework, col(Framework.id) == col(Role.framework_id))
    if framework is not None:
        statement = statement.where(col(Framework.slug) == framework)
    return await _all(
        session, statement.order_by(col(Framework.is_default).desc(), col(Framework.id), *ROLE_ORDER)
    )


async def list_domains(session: AsyncSession, framework: str | None = None) -> list[Domain]:
    """The domains of the framework of the slug, or of all; the default framework's first."""
    statement = select(Domain).join(Framework, col(Framework.id) == col(Domain.framework_id))
    if framework is not None:
        statement = statement.where(col(Framework.slug) == framework)
    order = (col(Framework.is_default).desc(), col(Framework.id), col(Domain.position), col(Domain.name))
    return await _all(session, statement.order_by(*order))


async def find_group(session: AsyncSession, slug: str) -> Group | None:
    """The group of the slug."""
    return (await session.execute(select(Group).where(col(Group.slug) == slug))).scalar_one_or_none()


async def find_role(session: AsyncSession, slug: str) -> Role | None:
    """The role of the slug."""
    return (await session.execute(select(Role).where(col(Role.slug) == slug))).scalar_one_or_none()


async def find_skill(session: AsyncSession, slug: str) -> Any | None:
    """The skill that bears the slug, or bore it before, as a row of `skill_rows`."""
    former = select(FormerSlug.skill_id).where(col(FormerSlug.slug) == slug).scalar_subquery()
    statement = skill_rows().where(sa.or_(col(Skill.slug) == slug, col(Skill.id) == former))
    # A present slug goes before a former one.
    return (await session.execute(statement.order_by((col(Skill.slug) == slug).desc()).limit(1))).first()


async def list_skills(session: AsyncSession, wanted: SkillFilter, order: SkillOrder, page: Page) -> Cut:
    """A page of skills, as rows of `skill_rows`."""
    return await take(session, _filtered(skill_rows(), wanted), order.keys, page)


async def count_skills(session: AsyncSession, wanted: SkillFilter) -> int:
    """How many skills the filter shows."""
    statement = _filtered(sa.select(sa.func.count()).select_from(Skill), wanted)
    return int((await session.execute(statement)).scalar_one())


async def skills_by_group(
    session: AsyncSession, ids: Collection[int], wanted: SkillFilter, order: SkillOrder, page: Page
) -> dict[int, Cut]:
    """The same page of skills for each group."""
    statement = _filtered(skill_rows(), wanted)
    return await take_each(session, ids, col(Skill.group_id), statement, order.keys, page)


async def skill_counts_by_group(
    session: AsyncSession, ids: Collection[int], wanted: SkillFilter
) -> dict[int, int]:
    """How many skills of each group the filter shows."""
    statement: Select = sa.select(col(Skill.group_id), sa.func.count()).where(col(Skill.group_id).in_(ids))
    rows = await session.execute(_filtered(statement, wanted).group_by(col(Skill.group_id)))
    return dict.fromkeys(ids, 0) | dict(rows.all())


async def skill_counts_by_domain(session: AsyncSession, ids: Collection[int]) -> dict[int, int]:
    """How many skills stand in each domain, drafts left out."""
    statement = (
        sa.select(col(Group.domain_id), sa.func.count())
        .join(Skill, col(Skill.group_id) == col(Group.id))
        .where(col(Group.domain_id).in_(ids), col(Skill.status).in_(SkillFilter.statuses))
        .group_by(col(Group.domain_id))
    )
    rows = await session.execute(statement)
    return dict.fromkeys(ids, 0) | dict(rows.all())


async def skills_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, Any]:
    """The skills with these ids, as rows of `skill_rows`."""
    rows = (await session.execute(skill_rows().where(col(Skill.id).in_(ids)))).all()
    return {row.id: row for row in rows}


async def frameworks_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, Framework]:
    """The frameworks with these ids."""
    return await _by_id(session, Framework, ids)


async def domains_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, Domain]:
    """The domains with these ids."""
    return await _by_id(session, Domain, ids)


async def groups_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, Group]:
    """The groups with these ids."""
    return await _by_id(session, Group, ids)


async def levels_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, Level]:
    """The levels with these ids."""
    return await _by_id(session, Level, ids)


async def roles_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, Role]:
    """The roles with these ids."""
    return await _by_id(session, Role, ids)


async def requirements_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, Requirement]:
    """The requirements with these ids."""
    return await _by_id(session, Requirement, ids)


async def groups_by_domain(session: AsyncSession, ids: Collection[int]) -> dict[int, list[Group]]:
    """Each domain's groups in their order."""
    order = (col(Group.position), col(Group.name))
    return await _children(session, select(Group).order_by(*order), col(Group.domain_id), ids)


async def domains_by_framework(session: AsyncSession, ids: Collection[int]) -> dict[int, list[Domain]]:
    """Each framework's domains in their order."""
    order = (col(Domain.position), col(Domain.name))
    return await _children(session, select(Domain).order_by(*order), col(Domain.framework_id), ids)


async def levels_by_framework(session: AsyncSession, ids: Collection[int]) -> dict[int, list[Level]]:
    """Each framework's ladder, the first step first."""
    return await _children(session, select(Level).order_by(col(Level.rank)), col(Level.framework_id), ids)


async def roles_by_framework(session: AsyncSession, ids: Collection[int]) -> dict[int, list[Role]]:
    """Each framework's roles in their order."""
    return await _children(session, select(Role).order_by(*ROLE_ORDER), col(Role.framework_id), ids)


async def requirements_by_skill(session: AsyncSession, ids: Collection[int]) -> dict[int, list[Requirement]]:
    """Each skill's requirements by level, then role."""
    return await _children(session, _requirements(), col(Requirement.skill_id), ids)


async def requirements_by_role_and_skill(
    session: AsyncSession, keys: Collection[tuple[int, int]]
) -> dict[tuple[int, int], list[Requirement]]:
    """What each role asks of each skill, by level."""
    place = sa.tuple_(col(Requirement.role_id), col(Requirement.skill_id))
    rows = (await session.execute(_requirements().where(place.in_(list(keys))))).scalars()
    found: dict[tuple[int, int], list[Requirement]] = {key: [] for key in keys}
    for requirement in rows:
        found[requirement.role_id, requirement.skill_id].append(requirement)
    return found


async def skills_by_role(session: AsyncSession, ids: Collection[int], page: Page) -> dict[int, Cut]:
    """The same page of skills for each role that asks for them, by name, as rows of `role_id`, `id` and `name`."""
    statement = role_skill_rows()
    return await take_each(
        session, ids, statement.selected_columns.role_id, statement, SkillOrder().keys, page
    )


async def counts_by_role(session: AsyncSession, ids: Collection[int]) -> dict[int, list[RoleCounts]]:
    """What each role asks for in numbers: by level in ascending rank, and over all as the last."""
    necessity = col(Requirement.necessity)
    statement = (
        sa.select(
            col(Requirement.role_id),
            col(Requirement.level_id),
            sa.func.count(sa.distinct(col(Requirement.skill_id))).label("skill_count"),
            sa.func.count().filter(necessity == "MANDATORY").label("mandatory_requirement_count"),
            sa.func.count().filter(necessity == "OPTIONAL").label("optional_requirement_count"),
        )
        .join(Skill, col(Skill.id) == col(Requirement.skill_id))
        .join(Level, col(Level.id) == col(Requirement.level_id))
        .where(col(Requirement.role_id).in_(ids), col(Skill.status).in_(SkillFilter.statuses))
        .group_by(
            col(Requirement.role_id), sa.func.rollup(sa.tuple_(col(Requirement.level_id), col(Level.rank)))
        )
        .order_by(col(Requirement.role_id), col(Level.rank).nulls_last())
    )
    found: dict[int, list[RoleCounts]] = {key: [] for key in ids}
    for row in (await session.execute(statement)).all():
        found[row.role_id].append(RoleCounts(*row))
    return {key: rows or [RoleCounts(key, None, 0, 0, 0)] for key, rows in found.items()}


async def get_skill(session: AsyncSession, skill_id: int, *, lock: bool = False) -> Skill:
    """The skill as a row to write, with its row lock held until the transaction ends where asked.

    Raises:
        SkillNotFound: there is none.
    """
    statement = select(Skill).where(col(Skill.id) == skill_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    skill = (await session.execute(statement)).scalar_one_or_none()
    if skill is None:
        raise SkillNotFound
    return skill


async def content_of(session: AsyncSession, skill: Skill, *, revision: int | None = None) -> Content:
    """The skill's content now, or as it was at an earlier revision."""
    requirements = (await requirements_by_skill(session, [skill.id]))[skill.id]
    content = Content(
        {name: getattr(skill, name) for name in SKILL_FIELDS},
        {
            Place(row.level_id, row.role_id): {name: getattr(row, name) for name in REQUIREMENT_FIELDS}
            for row in requirements
        },
    )
    if revision is None or revision == skill.revision:
        return content
    later = (
        select(Revision.changes)
        .where(col(Revision.skill_id) == skill.id, col(Revision.number) > revision)
        .order_by(col(Revision.number))
    )
    documents = [item for changes in (await session.execute(later)).scalars() for item in changes]
    return undo(content, [change_from_json(document) for document in documents])


def skill_rows() -> Select:
    """A skill's columns and the numbers of its page.

    Where the stored counters are not of the skill's own revision, they are computed here and now from the
    requirements, so that no reader sees a stale number.
    """
    live = live_counters(col(Skill.id)).where(col(SkillCounters.skill_id).is_(None)).lateral("live")
    stored = sa.and_(
        col(SkillCounters.skill_id) == col(Skill.id), col(SkillCounters.revision) == col(Skill.revision)
    )
    numbers = [
        sa.func.coalesce(getattr(SkillCounters, name), live.c[name]).label(name) for name in COUNTER_NAMES
    ]
    return (
        sa.select(*(column for column in Skill.__table__.c), *numbers)  # type: ignore[attr-defined]
        .outerjoin(SkillCounters, stored)
        .outerjoin(live, sa.true())
    )


def role_skill_rows() -> Select:
    """A (role, skill) pair for each skill that a role asks for."""
    asked = (
        sa.select(col(Requirement.role_id), col(Requirement.skill_id))
        .group_by(col(Requirement.role_id), col(Requirement.skill_id))
        .subquery("asked")
    )
    return (
        sa.select(asked.c.role_id, col(Skill.id), col(Skill.name))
        .join(Skill, col(Skill.id) == asked.c.skill_id)
        .where(col(Skill.status).in_(SkillFilter.statuses))
    )


COUNTER_NAMES = ("role_count", "level_count", "mandatory_requirement_count", "optional_requirement_count")
ROLE_ORDER = (col(Role.position), col(Role.name), col(Role.id))


def live_counters(skill_id: Column) -> Select:
    """The numbers of a skill's page from the truth, its requirements: always one row."""
    necessity = col(Requirement.necessity)
    return sa.select(
        sa.func.count(sa.distinct(col(Requirement.role_id))).label("role_count"),
        sa.func.count(sa.distinct(col(Requirement.level_id))).label("level_count"),
        sa.func.count().filter(necessity == "MANDATORY").label("mandatory_requirement_count"),
        sa.func.count().filter(necessity == "OPTIONAL").label("optional_requirement_count"),
    ).where(col(Requirement.skill_id) == skill_id)


def _filtered(statement: Select, wanted: SkillFilter) -> Select:
    statement = statement.where(col(Skill.status).in_(wanted.statuses))
    if wanted.search:
        pattern = f"%{_escape_like(wanted.search.strip())}%"
        texts = (col(Skill.name), col(Skill.summary), sa.func.array_to_string(col(Skill.keywords), "\n"))
        statement = statement.where(sa.or_(*(text.ilike(pattern, escape="\\") for text in texts)))
    if wanted.framework is not None:
        statement = statement.where(_in_framework(Skill, wanted.framework))
    if wanted.group is not None:
        group = sa.select(col(Group.id)).where(col(Group.slug) == wanted.group)
        statement = statement.where(col(Skill.group_id).in_(group))
    if wanted.domain is not None:
        groups = sa.select(col(Group.id)).join(Domain, col(Domain.id) == col(Group.domain_id))
        statement = statement.where(col(Skill.group_id).in_(groups.where(col(Domain.slug) == wanted.domain)))
    if wanted.role is not None or wanted.level is not None:
        statement = statement.where(_asked_for(wanted))
    return statement


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


def _in_framework(model: Any, slug: str | None) -> sa.ColumnElement[bool]:
    framework = sa.select(col(Framework.id))
    chosen = col(Framework.is_default) if slug is None else col(Framework.slug) == slug
    return col(model.framework_id).in_(framework.where(chosen))


def _requirements() -> Any:
    return (
        select(Requirement)
        .join(Level, col(Level.id) == col(Requirement.level_id))
        .join(Role, col(Role.id) == col(Requirement.role_id))
        .order_by(col(Level.rank), *ROLE_ORDER)
    )


async def _all(session: AsyncSession, statement: Any) -> list[Any]:
    return list((await session.execute(statement)).scalars())


async def _by_id(session: AsyncSession, model: type[Model], ids: Collection[int]) -> dict[int, Model]:
    rows = (await session.execute(select(model).where(col(model.id).in_(ids)))).scalars()  # type: ignore[attr-defined]
    return {row.id: row for row in rows}  # type: ignore[attr-defined]


async def _children(
    session: AsyncSession, statement: Any, parent: Column, ids: Collection[int]
) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {key: [] for key in ids}
    for row in (await session.execute(statement.where(parent.in_(ids)))).scalars():
        found[getattr(row, parent.key)].append(row)
    return found


def _escape_like(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
