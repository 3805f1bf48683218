"""Reading plans."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.catalogue.models import Level, Requirement, Role, Skill, SkillStatus
from service.catalogue.queries import skills_by_id
from service.plans.models import Plan, Tick
from service.plans.rules import Place
from service.plans.sources import TICKS


async def find_plan(session: AsyncSession, person_id: int) -> Plan | None:
    """The person's plan, if there is one."""
    return await session.get(Plan, person_id)


async def ticks_by_place(
    session: AsyncSession, places: Collection[Place], *, person_id: int
) -> dict[Place, list[Any]]:
    """The person's ticks at each place, the oldest first: rows of `TICKS`."""
    place = [TICKS.column(name) for name in Place._fields]
    wanted = TICKS.rows.where(TICKS.column("person_id") == person_id, sa.tuple_(*place).in_(list(places)))
    found: dict[Place, list[Any]] = {place: [] for place in places}
    for row in (await session.execute(wanted.order_by(TICKS.column("id")))).all():
        found[Place(row.skill_id, row.role_id, row.level_id)].append(row)
    return found


async def ticks_by_role(
    session: AsyncSession, role_ids: Collection[int], *, person_id: int
) -> dict[int, list[Any]]:
    """The person's ticks of what each role asks: rows of `TICKS`."""
    role_id = TICKS.column("role_id")
    wanted = TICKS.rows.where(TICKS.column("person_id") == person_id, role_id.in_(role_ids))
    found: dict[int, list[Any]] = {key: [] for key in role_ids}
    for row in (await session.execute(wanted)).all():
        found[row.role_id].append(row)
    return found


async def asked_by_role(session: AsyncSession, role_ids: Collection[int]) -> dict[int, list[Any]]:
    """What each role asks: `skill_id`, `level_id` and `description` of its requirements, drafts left out."""
    wanted = (
        sa.select(
            col(Requirement.role_id),
            col(Requirement.skill_id),
            col(Requirement.level_id),
            col(Requirement.description),
        )
        .join(Skill, col(Skill.id) == col(Requirement.skill_id))
        .where(col(Requirement.role_id).in_(role_ids), col(Skill.status) != SkillStatus.DRAFT)
    )
    found: dict[int, list[Any]] = {key: [] for key in role_ids}
    for row in (await session.execute(wanted)).all():
        found[row.role_id].append(row)
    return found


async def requirements_by_place(session: AsyncSession, places: Collection[Place]) -> dict[Place, Requirement]:
    """The requirements that stand at the places."""
    place = (col(Requirement.skill_id), col(Requirement.role_id), col(Requirement.level_id))
    wanted = select(Requirement).where(sa.tuple_(*place).in_(list(places)))
    rows = (await session.execute(wanted)).scalars()
    return {Place(row.skill_id, row.role_id, row.level_id): row for row in rows}


async def skills_by_place(session: AsyncSession, places: Collection[Place]) -> dict[Place, Skill]:
    """The skill of each place whose skill, role and level are there and of one framework, whatever is asked there."""
    roles = await _frameworks(session, Role, {place.role_id for place in places})
    levels = await _frameworks(session, Level, {place.level_id for place in places})
    skills = await skills_by_id(session, {place.skill_id for place in places})
    return {
        place: skill
        for place in places
        if (skill := skills.get(place.skill_id)) is not None
        and roles.get(place.role_id) == levels.get(place.level_id) == skill.framework_id
    }


async def count_ticks(session: AsyncSession, person_id: int) -> int:
    """How many expectations the person has ticked."""
    statement = sa.select(sa.func.count()).where(col(Tick.person_id) == person_id)
    return int((await session.execute(statement)).scalar_one())


async def _frameworks(
    session: AsyncSession, kind: type[Role] | type[Level], ids: Collection[int]
) -> dict[int, int]:
    statement = sa.select(col(kind.id), col(kind.framework_id)).where(col(kind.id).in_(ids))
    return {row.id: row.framework_id for row in (await session.execute(statement)).all()}
