"""Each derived number, with the one statement that recomputes it from the truth.

Stored numbers carry the skill's revision that they were computed at: an older job never overwrites a newer one, and a
reader who finds them behind the skill computes them instead (`catalogue.queries.skill_rows`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity.announcements import announce
from service.catalogue.models import Revision, Skill, SkillCounters
from service.catalogue.sources import COUNTER_NAMES, live_counters
from service.database import Column
from service.prepared import Prepared


@dataclass(frozen=True)
class StaleCounter:
    """A stored number that is not the true one."""

    skill: str
    counter: str
    stored: str
    true: str


async def recount(session: AsyncSession, skill_ids: Sequence[int] | None = None) -> int:
    """Recompute the numbers of these skills, or of all; returns how many skills were wrong or missing."""
    mended: set[int] = set()
    for all_of_them, of_ids in (_REQUIREMENTS, _LAST_UPDATED):
        rows = await (
            all_of_them.rows(session) if skill_ids is None else of_ids.rows(session, ids=list(skill_ids))
        )
        mended.update(row.id for row in rows)
    if mended:
        await announce(session, sorted(mended))
    return len(mended)


async def stale(session: AsyncSession) -> list[StaleCounter]:
    """Every stored number that is wrong, by skill: nothing when `recount` would change nothing.

    Counters of an older revision are no fault: they wait for the worker, and readers pass them by.
    """
    return [*await _stale_requirements(session), *await _stale_last_updated(session)]


async def skills_behind(session: AsyncSession, *, limit: int) -> list[int]:
    """Skills whose stored numbers are missing or of an older revision, by id: a wake-up for them was lost."""
    stored = sa.and_(
        col(SkillCounters.skill_id) == col(Skill.id), col(SkillCounters.revision) >= col(Skill.revision)
    )
    statement = (
        sa.select(col(Skill.id)).outerjoin(SkillCounters, stored).where(col(SkillCounters.skill_id).is_(None))
    )
    return list((await session.execute(statement.order_by(col(Skill.id)).limit(limit))).scalars())


async def _stale_requirements(session: AsyncSession) -> list[StaleCounter]:
    live = live_counters(col(Skill.id))
    differs = sa.or_(*(getattr(SkillCounters, name) != live[name] for name in COUNTER_NAMES))
    statement = (
        sa.select(
            col(Skill.slug),
            *(getattr(SkillCounters, name).label(f"stored_{name}") for name in COUNTER_NAMES),
            *(live[name].label(f"true_{name}") for name in COUNTER_NAMES),
        )
        .join(
            SkillCounters,
            sa.and_(
                col(SkillCounters.skill_id) == col(Skill.id),
                col(SkillCounters.revision) >= col(Skill.revision),
            ),
        )
        .where(differs)
        .order_by(col(Skill.slug))
    )
    found = []
    for row in (await session.execute(statement)).mappings():
        for name in COUNTER_NAMES:
            stored, true = row[f"stored_{name}"], row[f"true_{name}"]
            if stored != true:
                found.append(StaleCounter(row["slug"], name, str(stored), str(true)))
    return found


async def _stale_last_updated(session: AsyncSession) -> list[StaleCounter]:
    statement = (
        sa.select(col(Skill.slug), col(Skill.last_updated_at), col(Revision.changed_at))
        .join(Revision, _newest_revision())
        .where(_last_updated_differs())
        .order_by(col(Skill.slug))
    )
    return [
        StaleCounter(slug, "last_updated", stored.isoformat(), true.isoformat())
        for slug, stored, true in await session.execute(statement)
    ]


def _newest_revision() -> sa.ColumnElement[bool]:
    return sa.and_(col(Revision.skill_id) == col(Skill.id), col(Revision.number) == col(Skill.revision))


def _last_updated_differs() -> sa.ColumnElement[bool]:
    return sa.or_(
        col(Skill.last_updated_at) != col(Revision.changed_at),
        col(Skill.last_updated_by_id).is_distinct_from(col(Revision.person_id)),
    )


def _recount_requirements(ids: Column | None) -> Prepared:
    live = live_counters(col(Skill.id))
    truth = sa.select(col(Skill.id), col(Skill.revision), *(live[name].label(name) for name in COUNTER_NAMES))
    if ids is not None:
        truth = truth.where(col(Skill.id) == ids)
    statement = insert(SkillCounters.__table__).from_select(  # type: ignore[attr-defined]
        ["skill_id", "revision", *COUNTER_NAMES], truth
    )
    new = statement.excluded
    differs = sa.or_(
        col(SkillCounters.revision) != new.revision,
        *(getattr(SkillCounters, name) != new[name] for name in COUNTER_NAMES),
    )
    upsert = statement.on_conflict_do_update(
        index_elements=["skill_id"],
        set_={name: new[name] for name in ("revision", *COUNTER_NAMES)},
        # What was computed at an older revision never replaces a newer one's; counting all of them also mends a
        # revision that is ahead of its skill's, and should it come too late, readers pass it by.
        where=differs if ids is None else sa.and_(new.revision >= col(SkillCounters.revision), differs),
    )
    return Prepared(upsert.returning(col(SkillCounters.skill_id).label("id")))


def _recount_last_updated(ids: Column | None) -> Prepared:
    statement = (
        sa.update(Skill.__table__)  # type: ignore[attr-defined]
        .where(_newest_revision(), _last_updated_differs())
        .values(last_updated_at=col(Revision.changed_at), last_updated_by_id=col(Revision.person_id))
    )
    if ids is not None:
        statement = statement.where(col(Skill.id) == ids)
    return Prepared(statement.returning(col(Skill.id)))


# Each for all skills and for those of some ids. Made once: to put them together takes longer than to run them.
_IDS: Column = sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger)))
_REQUIREMENTS = _recount_requirements(None), _recount_requirements(_IDS)
_LAST_UPDATED = _recount_last_updated(None), _recount_last_updated(_IDS)
