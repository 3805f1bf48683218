"""What a feed tells: the newest of the news on a topic, with the names that a reader of feeds wants to see."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity.models import Event, EventKind, Publication
from service.catalogue.models import Skill
from service.database import Select
from service.news.queries import Topic, is_public, on_topic
from service.people.models import Person
from service.proposals.sources import PUBLIC_PROPOSALS


@dataclass(frozen=True)
class Item:
    """One event; None where it has no skill, proposal or person, or no more."""

    event_id: int
    kind: EventKind
    happened_at: datetime
    actor: str | None
    skill_slug: str | None
    skill_name: str | None
    number: int | None
    title: str | None
    reason: str | None


async def newest_items(session: AsyncSession, topic: Topic, *, limit: int) -> list[Item]:
    """The topic's news, the newest first; none of proposals that not everybody may see."""
    statement: Select = (
        sa.select(
            col(Event.id),
            col(Event.kind),
            col(Event.happened_at),
            col(Person.name),
            col(Skill.slug),
            col(Skill.name),
            PUBLIC_PROPOSALS.c.id,
            PUBLIC_PROPOSALS.c.title,
            PUBLIC_PROPOSALS.c.reason,
        )
        .join(Publication, col(Publication.event_id) == col(Event.id))
        .outerjoin(Person, col(Person.id) == col(Event.actor_id))
        .outerjoin(Skill, col(Skill.id) == col(Event.skill_id))
        .outerjoin(PUBLIC_PROPOSALS, PUBLIC_PROPOSALS.c.id == col(Event.proposal_id))
        .where(col(Publication.position).is_not(None), is_public(), *on_topic(topic))
        .order_by(col(Publication.position).desc())
        .limit(limit)
    )
    return [Item(*row) for row in (await session.execute(statement)).all()]
