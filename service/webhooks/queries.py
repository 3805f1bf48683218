"""Reading webhooks, and what waits to be sent to them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.activity.models import Event, EventKind, Publication
from service.catalogue.models import Skill
from service.database import Select
from service.people.models import Person
from service.proposals.sources import PUBLIC_PROPOSALS
from service.webhooks.models import DeliveryState, Webhook, WebhookDelivery
from service.webhooks.rules import DeliveryNotFound, WebhookNotFound


@dataclass(frozen=True)
class Told:
    """One event as a webhook is told of it; None where it has no skill, proposal or person, or no more."""

    event_id: int
    kind: EventKind
    happened_at: datetime
    position: int
    actor: str | None
    skill_slug: str | None
    skill_name: str | None
    number: int | None
    title: str | None


async def get_webhook(session: AsyncSession, webhook_id: int | None) -> Webhook:
    """The webhook, locked until the transaction ends. Raises WebhookNotFound."""
    statement = select(Webhook).where(col(Webhook.id) == webhook_id).with_for_update()
    found = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise WebhookNotFound
    return found


async def get_delivery(session: AsyncSession, delivery_id: int | None) -> WebhookDelivery:
    """The delivery, locked until the transaction ends. Raises DeliveryNotFound."""
    statement = select(WebhookDelivery).where(col(WebhookDelivery.id) == delivery_id).with_for_update()
    found = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise DeliveryNotFound
    return found


async def number_of_webhooks(session: AsyncSession) -> int:
    """How many there are, those that are turned off included."""
    return int((await session.execute(sa.select(sa.func.count()).select_from(Webhook))).scalar_one())


async def webhooks_due(session: AsyncSession, *, at: datetime, limit: int) -> list[int]:
    """The ids of webhooks that something is to be sent to now, whoever has waited longest first."""
    statement = (
        sa.select(col(WebhookDelivery.webhook_id))
        .where(_is_due(at))
        .group_by(col(WebhookDelivery.webhook_id))
        .order_by(sa.func.min(WebhookDelivery.due_at))
        .limit(limit)
    )
    return list((await session.execute(statement)).scalars())


async def claim_delivery(session: AsyncSession, webhook_id: int, *, at: datetime) -> WebhookDelivery | None:
    """What the webhook is to be sent next, locked until the transaction ends; what others send is passed by."""
    statement = (
        select(WebhookDelivery)
        .where(_is_due(at), col(WebhookDelivery.webhook_id) == webhook_id)
        .order_by(col(WebhookDelivery.due_at), col(WebhookDelivery.id))
        .limit(1)
    )
    return (await session.execute(statement.with_for_update(skip_locked=True))).scalar_one_or_none()


async def told_of(session: AsyncSession, event_id: int) -> Told:
    """What there is to say of a published event; nothing of a proposal that not everybody may see any more."""
    statement: Select = (
        sa.select(
            col(Event.id),
            col(Event.kind),
            col(Event.happened_at),
            col(Publication.position),
            col(Person.name),
            col(Skill.slug),
            col(Skill.name),
            PUBLIC_PROPOSALS.c.id,
            PUBLIC_PROPOSALS.c.title,
        )
        .join(Publication, col(Publication.event_id) == col(Event.id))
        .outerjoin(Person, col(Person.id) == col(Event.actor_id))
        .outerjoin(Skill, col(Skill.id) == col(Event.skill_id))
        .outerjoin(PUBLIC_PROPOSALS, PUBLIC_PROPOSALS.c.id == col(Event.proposal_id))
        .where(col(Event.id) == event_id)
    )
    return Told(*(await session.execute(statement)).one())


def _is_due(at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(col(WebhookDelivery.state) == DeliveryState.WAITING, col(WebhookDelivery.due_at) <= at)
