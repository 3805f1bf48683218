"""Choosing a role and levels, ticking, and taking ticks away. Each may be done twice.

A plan is its person's own affair: no Event tells of it, so that nothing can be told of it to others.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.catalogue.models import Level, Role
from service.catalogue.rules import ensure_same_framework
from service.errors import InvalidInput, below
from service.plans import queries, rules
from service.plans.models import Plan, Tick
from service.plans.rules import Place, Wish


async def set_plan(
    session: AsyncSession, role_id: int, level_id: int | None, goal_id: int | None, *, by: int, at: datetime
) -> None:
    """Say where the person stands and what they aim for, in the place of what they said before.

    Raises:
        InvalidInput: one of these is not there, or of another framework, or the goal is not above the level.
    """
    role = await session.get(Role, role_id)
    if role is None:
        raise InvalidInput("There is no such role: take an id from the API.", path=("roleId",))
    level = await _level_of(session, role, level_id, "levelId")
    goal = await _level_of(session, role, goal_id, "goalId")
    rules.ensure_goal(level, goal)
    chosen = {"role_id": role_id, "level_id": level_id, "goal_id": goal_id, "changed_at": at}
    statement = insert(Plan).values(person_id=by, **chosen)
    await session.execute(statement.on_conflict_do_update(index_elements=[col(Plan.person_id)], set_=chosen))


async def end_plan(session: AsyncSession, *, by: int) -> None:
    """Forget where the person stands and what they aim for; what they have ticked stays."""
    await session.execute(sa.delete(Plan).where(col(Plan.person_id) == by))


async def tick(session: AsyncSession, wishes: Sequence[Wish], *, by: int, at: datetime) -> None:
    """Tick expectations. One that is ticked already is so from now on as the row reads now.

    Raises:
        PlaceNotFound, InvalidInput: see `rules.revision_ticked`; nothing is ticked then.
        TooManyTicks: the person has ticked as many as may be.
    """
    rules.ensure_number(wishes)
    skills = await queries.skills_by_place(session, {wish.place for wish in wishes})
    standing = await queries.requirements_by_place(session, {wish.place for wish in wishes})
    revisions: dict[tuple[Place, str], int] = {}
    for number, wish in enumerate(wishes):
        with below("expectations", str(number)):
            skill = skills.get(wish.place)
            if skill is None:
                raise rules.PlaceNotFound
            revision = rules.revision_ticked(wish, standing.get(wish.place), skill_revision=skill.revision)
        revisions[wish.place, wish.text] = max(revision, revisions.get((wish.place, wish.text), 0))
    await _write(session, revisions, by=by, at=at)
    rules.ensure_room(await queries.count_ticks(session, by))


async def untick(session: AsyncSession, expectations: Collection[tuple[Place, str]], *, by: int) -> None:
    """Take ticks away, where there are any.

    Raises:
        InvalidInput: too many at once.
    """
    rules.ensure_number(expectations)
    named = sa.tuple_(col(Tick.skill_id), col(Tick.role_id), col(Tick.level_id), col(Tick.text))
    wanted = named.in_([(*place, text) for place, text in expectations])
    await session.execute(sa.delete(Tick).where(col(Tick.person_id) == by, wanted))


async def _write(
    session: AsyncSession, revisions: dict[tuple[Place, str], int], *, by: int, at: datetime
) -> None:
    """Rows for the ticks, in one order for everybody; an earlier revision never takes the place of a later one."""
    rows = [
        {**place._asdict(), "text": text, "revision": revision, "person_id": by, "ticked_at": at}
        for (place, text), revision in sorted(revisions.items())
    ]
    statement = insert(Tick).values(rows)
    given = statement.excluded
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[
                col(Tick.person_id),
                col(Tick.role_id),
                col(Tick.skill_id),
                col(Tick.level_id),
                sa.text("md5(text)"),
            ],
            set_={"revision": given.revision, "ticked_at": given.ticked_at},
            where=col(Tick.revision) < given.revision,
        )
    )


async def _level_of(session: AsyncSession, role: Role, level_id: int | None, name: str) -> Level | None:
    if level_id is None:
        return None
    level = await session.get(Level, level_id)
    if level is None:
        raise InvalidInput("There is no such level: take an id from the API.", path=(name,))
    ensure_same_framework(role.framework_id, level.framework_id, path=(name,))
    return level
