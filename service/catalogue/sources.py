"""Where the catalogue's rows come from."""

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.catalogue.models import (
    Domain,
    Framework,
    Group,
    Level,
    Requirement,
    ReviewRule,
    Role,
    Skill,
    SkillCounters,
    SkillStatus,
)
from service.database import Column
from service.sources import Source, columns_of
from service.watches.sources import watcher_count

# What a list shows unless it is asked for drafts, which are reached by their slug.
SHOWN = (SkillStatus.PUBLISHED.value, SkillStatus.DEPRECATED.value)
COUNTER_NAMES = ("role_count", "level_count", "mandatory_requirement_count", "optional_requirement_count")


def _is_shown(skill: type[Skill] = Skill) -> sa.ColumnElement[bool]:
    return col(skill.status).in_([SkillStatus.PUBLISHED, SkillStatus.DEPRECATED])


def _is_no_draft(skill_id: Column) -> sa.ColumnElement[bool]:
    """The same of a skill that is known by its id: drafts are few, and to look among them takes less than a join.

    As a literal, so that it meets the predicate of their index.
    """
    draft = Skill.__table__.alias("draft")  # type: ignore[attr-defined]
    drafts = sa.select(draft.c.id).where(draft.c.status == sa.literal_column("'DRAFT'"))
    return skill_id.not_in(drafts)  # type: ignore[no-any-return]


FRAMEWORKS = Source(
    sa.select(*columns_of(Framework), sa.not_(col(Framework.is_default)).label("comes_later")),
    order=("comes_later", "name", "id"),
    of_skills=False,
)

LEVELS = Source(sa.select(*columns_of(Level)), order=("framework_id", "rank"), of_skills=False)

DOMAINS = Source(
    sa.select(
        *columns_of(Domain),
        sa.select(sa.func.count())
        .select_from(Skill)
        .join(Group, col(Group.id) == col(Skill.group_id))
        .where(col(Group.domain_id) == col(Domain.id), _is_shown())
        .correlate(Domain)
        .scalar_subquery()
        .label("skill_count"),
        watcher_count("domain_id", col(Domain.id)),
    ),
    order=("framework_id", "position", "name", "id"),
    by_skills=frozenset({"skill_count"}),
    of_skills=False,
)

GROUPS = Source(
    sa.select(
        *columns_of(Group),
        sa.select(sa.func.count())
        .where(col(Skill.group_id) == col(Group.id), _is_shown())
        .correlate(Group)
        .scalar_subquery()
        .label("skill_count"),
        watcher_count("group_id", col(Group.id)),
    ),
    order=("position", "name", "id"),
    by_skills=frozenset({"skill_count"}),
    of_skills=False,
)


def live_counters(skill_id: Column) -> dict[str, sa.ScalarSelect[int]]:
    """The numbers of a skill's page from the truth, its requirements, each on its own."""
    of_skill = col(Requirement.skill_id) == skill_id
    necessity = col(Requirement.necessity)
    counts = {
        "role_count": sa.select(sa.func.count(sa.distinct(col(Requirement.role_id)))),
        "level_count": sa.select(sa.func.count(sa.distinct(col(Requirement.level_id)))),
        "mandatory_requirement_count": sa.select(sa.func.count()).where(necessity == "MANDATORY"),
        "optional_requirement_count": sa.select(sa.func.count()).where(necessity == "OPTIONAL"),
    }
    return {name: count.where(of_skill).correlate(Skill).scalar_subquery() for name, count in counts.items()}


def _approvals_needed() -> sa.ColumnElement[int]:
    """How many people must stand behind a change of the skill: by its own rule, or its group's, or its domain's."""
    rule, group = aliased(ReviewRule), aliased(Group)
    nearest = (
        sa.select(col(rule.approvals))
        .join(group, col(group.id) == col(Skill.group_id))
        .where(
            sa.or_(
                col(rule.skill_id) == col(Skill.id),
                col(rule.group_id) == col(group.id),
                col(rule.domain_id) == col(group.domain_id),
            )
        )
        .order_by(col(rule.skill_id).is_(None), col(rule.group_id).is_(None))
        .limit(1)
        .correlate(Skill)
    )
    return sa.func.coalesce(nearest.scalar_subquery(), 1)


APPROVALS_NEEDED = _approvals_needed()


def _skills() -> Source:
    """A skill's columns and the numbers of its page.

    Where the stored counters are not of the skill's own revision, they are computed here and now, so that no reader
    sees a stale number.
    """
    stored = sa.and_(
        col(SkillCounters.skill_id) == col(Skill.id), col(SkillCounters.revision) == col(Skill.revision)
    )
    live = live_counters(col(Skill.id))
    numbers = [
        sa.func.coalesce(getattr(SkillCounters, name), live[name]).label(name) for name in COUNTER_NAMES
    ]
    watchers = watcher_count("skill_id", col(Skill.id))
    # Of the text that a list is narrowed by (`search.found_by`), where it is by any.
    distance = sa.literal_column("0", sa.BigInteger()).label("distance")
    rows = (
        sa.select(
            *columns_of(Skill), *numbers, watchers, distance, APPROVALS_NEEDED.label("approvals_needed")
        )
        .select_from(Skill)
        .outerjoin(SkillCounters, stored)
    )
    return Source(rows, order=("name", "id"), spans_skills=True, skill="id")


SKILLS = _skills()

# As the catalogue's files order the roles of a framework.
ROLE_ORDER = (col(Role.position), col(Role.name), col(Role.id))

REQUIREMENTS = Source(
    sa.select(
        *columns_of(Requirement),
        col(Level.rank),
        col(Role.position).label("role_position"),
        col(Role.name).label("role_name"),
    )
    # Outer joins, though each has its row: the planner drops those that nobody reads.
    .outerjoin(Level, col(Level.id) == col(Requirement.level_id))
    .outerjoin(Role, col(Role.id) == col(Requirement.role_id)),
    order=("rank", "role_position", "role_name", "role_id"),
    behind={"level_id": frozenset(columns_of(Level)), "role_id": frozenset(columns_of(Role))},
    fixed={"level_id": ("rank",), "role_id": ("role_position", "role_name", "role_id")},
    skill="skill_id",
)

# The levels at which a skill asks for anything.
SKILL_LEVELS = Source(
    sa.select(col(Requirement.skill_id), col(Requirement.level_id), col(Level.rank))
    .join(Level, col(Level.id) == col(Requirement.level_id))
    .group_by(col(Requirement.skill_id), col(Requirement.level_id), col(Level.rank)),
    key=("skill_id", "level_id"),
    order=("rank",),
    groups=True,
    skill="skill_id",
)

_NUMBERS_OF_ROLE = (
    sa.func.count(sa.distinct(col(Requirement.skill_id))).label("skill_count"),
    sa.func.count().filter(col(Requirement.necessity) == "MANDATORY").label("mandatory_requirement_count"),
    sa.func.count().filter(col(Requirement.necessity) == "OPTIONAL").label("optional_requirement_count"),
)


def _roles() -> Source:
    totals = (
        sa.select(*_NUMBERS_OF_ROLE)
        .where(col(Requirement.role_id) == col(Role.id), _is_no_draft(col(Requirement.skill_id)))
        .correlate(Role)
        .lateral("totals")
    )
    watchers = watcher_count("role_id", col(Role.id))
    rows = sa.select(*columns_of(Role), *totals.c, watchers).select_from(Role).outerjoin(totals, sa.true())
    numbers = frozenset(column.key for column in totals.c)
    return Source(rows, order=("framework_id", "position", "name", "id"), by_skills=numbers, of_skills=False)


ROLES = _roles()

# What a role asks for at a level, in numbers.
ROLE_LEVELS = Source(
    sa.select(col(Requirement.role_id), col(Requirement.level_id), col(Level.rank), *_NUMBERS_OF_ROLE)
    .join(Level, col(Level.id) == col(Requirement.level_id))
    .where(_is_no_draft(col(Requirement.skill_id)))
    .group_by(col(Requirement.role_id), col(Requirement.level_id), col(Level.rank)),
    key=("role_id", "level_id"),
    order=("rank",),
    spans_skills=True,
)


def _role_skills() -> Source:
    """The skills that a role asks for.

    The name is looked up for each: a plan for any role counts with thousands of skills, and would read them all.
    """
    asked = (
        sa.select(col(Requirement.role_id), col(Requirement.skill_id))
        .group_by(col(Requirement.role_id), col(Requirement.skill_id))
        .subquery("asked")
    )
    name = sa.select(col(Skill.name)).where(col(Skill.id) == asked.c.skill_id).correlate(asked)
    rows = sa.select(asked.c.role_id, asked.c.skill_id, name.scalar_subquery().label("name")).where(
        _is_no_draft(asked.c.skill_id)
    )
    return Source(
        rows, key=("role_id", "skill_id"), order=("name", "skill_id"), spans_skills=True, skill="skill_id"
    )


ROLE_SKILLS = _role_skills()
