"""Publishing: giving events their positions, one publisher at a time."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service import jobs
from service.activity.models import Event, Publication
from service.catalogue.models import Skill, SkillCounters
from service.prepared import Prepared

CHANNEL = "skillprofile_news"
# A wake-up is for whatever webhook wishes to hear.
ANY_WEBHOOK = 0
# Publishers take turns: any number will do, as long as it is always the same.
_LOCK = 7_405_193_303
_AT_ONCE = 500


async def unpublished(session: AsyncSession, skill_id: int) -> list[int]:
    """The events about the skill that wait to be published, by id."""
    return [event_id for (event_id,) in await _UNPUBLISHED.rows(session, skill_id=skill_id)]


async def publish(session: AsyncSession, counted: Sequence[int] = ()) -> int:
    """Publish the events that wait, but for those whose skill's numbers are behind; returns how many.

    The `counted` events are published whatever the state of the numbers: those were brought up to date, in this
    transaction, after the events could be seen. Whoever else publishes waits until this transaction has ended, so
    positions become visible in their order.
    """
    await _TURN.first(session, lock=_LOCK)
    published = len(await _PUBLISH.rows(session, counted=list(counted)))
    if published:
        await _TELL.first(session, channel=CHANNEL)
        jobs.later(session, jobs.CALL_WEBHOOKS, ANY_WEBHOOK)
    return published


def _publish() -> Prepared:
    waiting = (
        sa.select(
            col(Publication.event_id),
            sa.func.row_number().over(order_by=col(Publication.event_id)).label("nth"),
        )
        .join(Event, col(Event.id) == col(Publication.event_id))
        .where(
            col(Publication.position).is_(None),
            sa.or_(
                col(Event.id) == sa.any_(sa.bindparam("counted", type_=sa.ARRAY(sa.BigInteger))),
                ~_is_behind(),
            ),
        )
        .order_by(col(Publication.event_id))
        .limit(_AT_ONCE)
        .subquery()
    )
    newest = sa.select(sa.func.coalesce(sa.func.max(Publication.position), 0)).scalar_subquery()
    return Prepared(
        sa.update(Publication.__table__)  # type: ignore[attr-defined]
        .where(col(Publication.event_id) == waiting.c.event_id)
        .values(position=newest + waiting.c.nth)
        .returning(col(Publication.position))
    )


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


# Made once: to put a statement together takes longer than to run it.
_UNPUBLISHED = Prepared(
    sa.select(col(Event.id))
    .join(Publication, col(Publication.event_id) == col(Event.id))
    .where(col(Publication.position).is_(None), col(Event.skill_id) == sa.bindparam("skill_id"))
)
_TURN = Prepared(sa.select(sa.func.pg_advisory_xact_lock(sa.bindparam("lock", type_=sa.BigInteger))))
_PUBLISH = _publish()
_TELL = Prepared(sa.select(sa.func.pg_notify(sa.bindparam("channel", type_=sa.Text), "")))
