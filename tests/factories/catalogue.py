"""A small catalogue, written straight into the tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from service.catalogue.content import EMPTY, Content, Place, change_to_json, diff
from service.catalogue.models import (
    Domain,
    Framework,
    Group,
    Level,
    Necessity,
    Requirement,
    Revision,
    Role,
    Skill,
)
from service.catalogue.search import index_texts

LEVELS = ("Junior", "Middle", "Senior", "Lead / Staff", "Principal")
UPDATED_AT = datetime(2026, 3, 17, tzinfo=UTC)


@dataclass(frozen=True)
class Frame:
    """A framework with a ladder, roles and one group, by their rows."""

    framework: Framework
    group: Group
    levels: dict[str, Level]
    roles: dict[str, Role]


def slug_of(name: str) -> str:
    """“Lead / Staff” is “lead-staff”."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name.lower()).split())


async def make_frame(
    session: AsyncSession,
    *,
    slug: str = "test",
    roles: Sequence[str] = ("Platform Engineer", "Release Engineer"),
    levels: Sequence[str] = LEVELS,
    is_default: bool = True,
) -> Frame:
    """A framework with the ladder and roles, and one domain with one group."""
    framework = Framework(slug=slug, name=slug.title(), is_default=is_default)
    session.add(framework)
    await session.flush()
    key = framework.id
    domain = Domain(framework_id=key, slug=f"{slug}-domain", name="Domain")
    ladder = {
        slug_of(name): Level(framework_id=key, slug=slug_of(name), name=name, rank=rank)
        for rank, name in enumerate(levels, 1)
    }
    found = {
        slug_of(name): Role(framework_id=key, slug=slug_of(name), name=name, position=position)
        for position, name in enumerate(roles)
    }
    session.add_all([domain, *ladder.values(), *found.values()])
    await session.flush()
    group = Group(framework_id=key, domain_id=domain.id, slug=f"{slug}-group", name="Group")
    session.add(group)
    await session.flush()
    return Frame(framework, group, ladder, found)


async def make_skill(
    session: AsyncSession,
    frame: Frame,
    name: str = "Progressive Delivery",
    *,
    requirements: Sequence[tuple[str, str, Necessity]] | None = None,
    at: datetime = UPDATED_AT,
) -> Skill:
    """A skill at revision 1; `requirements` are (role, level, necessity), by default all roles at all levels."""
    if requirements is None:
        requirements = [(role, level, Necessity.MANDATORY) for level in frame.levels for role in frame.roles]
    skill = Skill(
        framework_id=frame.framework.id,
        group_id=frame.group.id,
        slug=slug_of(name),
        name=name,
        summary=f"What {name} is.",
        keywords=["canary", "rollback"],
        last_updated_at=at,
    )
    session.add(skill)
    await session.flush()
    rows = [
        Requirement(
            framework_id=skill.framework_id,
            skill_id=skill.id,
            role_id=frame.roles[role].id,
            level_id=frame.levels[level].id,
            necessity=necessity,
            description=f"{name}: what a {role} does at {level}.",
        )
        for role, level, necessity in requirements
    ]
    session.add_all([*rows, _first_revision(skill, rows, at)])
    await index_texts(session, [skill.id])
    return skill


def _first_revision(skill: Skill, rows: Sequence[Requirement], at: datetime) -> Revision:
    content = Content(
        {
            "slug": skill.slug,
            "name": skill.name,
            "summary": skill.summary,
            "keywords": skill.keywords,
            "status": "PUBLISHED",
            "group_id": skill.group_id,
        },
        {
            Place(row.level_id, row.role_id): {"necessity": row.necessity, "description": row.description}
            for row in rows
        },
    )
    changes = [change_to_json(change) for change in diff(EMPTY, content)]
    return Revision(skill_id=skill.id, number=1, changed_at=at, changes=changes)
