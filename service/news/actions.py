"""Publishing: giving events their positions, one publisher at a time."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service import jobs
from service.activity.models import Event, Publication
from service.catalogue.models import Skill, SkillCounters

CHANNEL = "skillprofile_news"
# A wake-up is for whatever webhook wishes to hear.
ANY_WEBHOOK = 0
# Publishers take turns: any number will do, as long as it is always the same.
_LOCK = 7_405_193_303
_AT_ONCE = 500


async def unpublished(session: AsyncSession, skill_id: int) -> list[int]:
    """The events about the skill that wait to be published, by id."""
    statement = (
        sa.select(col(Event.id))
        .join(Publication, col(Publication.event_id) == col(Event.id))
        .where(col(Publication.position).is_(None), col(Event.skill_id) == skill_id)
    )
    return list((await session.execute(statement)).scalars())


async def publish(session: AsyncSession, counted: Sequence[int] = ()) -> int:
    """Publish the events that wait, but for those whose skill's numbers are behind; returns how many.

    The `counted` events are published whatever the state of the numbers: those were brought up to date, in this
    transaction, after the events could be seen. Whoever else publishes waits until this transaction has ended, so
    positions become visible in their order.
    """
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    waiting = (
        sa.select(
            col(Publication.event_id),
            sa.func.row_number().over(order_by=col(Publication.event_id)).label("nth"),
        )
        .join(Event, col(Event.id) == col(Publication.event_id))
        .where(
            col(Publication.position).is_(None),
            sa.or_(
                col(Event.id) == sa.any_(sa.literal(list(counted), sa.ARRAY(sa.BigInteger))), ~_is_behind()
            ),
        )
        .order_by(col(Publication.event_id))
        .limit(_AT_ONCE)
        .subquery()
    )
    newest = sa.select(sa.func.coalesce(sa.func.max(Publication.position), 0)).scalar_subquery()
    statement = (
        sa.update(Publication)
        .where(col(Publication.event_id) == waiting.c.event_id)
        .values(position=newest + waiting.c.nth)
        .returning(col(Publication.position))
    )
    published = len((await session.execute(statement)).all())
    if published:
        await session.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))
        jobs.later(session, jobs.CALL_WEBHOOKS, ANY_WEBHOOK)
    return published


def _is_behind() -> sa.ColumnElement[bool]:
    """Whether the event's skill has numbers of an older revision, or none."""
    counted = sa.and_(
        col(SkillCounters.skill_id) == col(Skill.id), col(SkillCounters.revision) >= col(Skill.revision)
    )
    return (
        sa.select(col(Skill.id))
        .outerjoin(SkillCounters, counted)
        .where(col(Skill.id) == col(Event.skill_id), col(SkillCounters.skill_id).is_(None))
        .correlate(Event)
        .exists()
    )
