"""Registering webhooks, queueing what they hear of, and noting what came of it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service import jobs
from service.activity import actions as activity
from service.activity.models import EventKind, PublicEventKind
from service.moderation.log import log
from service.moderation.models import AuditAction
from service.news.queries import newest_position
from service.webhooks import queries, rules
from service.webhooks.models import DeliveryState, Webhook, WebhookAttempt, WebhookDelivery, WebhookEnd

_NONCE_BYTES = 16
# Webhooks are made one after another, so that no two take the last place among those that may be.
_LOCK = 7_405_193_305
_FAULT_MAX = 300
_GONE = 410
_KEPT = timedelta(days=30)

# For each webhook the events behind its position, a batch at most; the position moves on in the same statement.
_QUEUE = sa.text(
    """
    WITH behind AS (
      SELECT webhook.id, webhook.position, kinds, least(newest.position, webhook.position + :batch) AS until
      FROM webhook, (SELECT max(position) AS position FROM publication) AS newest
      WHERE disabled_at IS NULL AND webhook.position < newest.position
      FOR UPDATE OF webhook SKIP LOCKED
    ),
    queued AS (
      INSERT INTO webhook_delivery (webhook_id, event_id, state, attempts, created_at, due_at)
      SELECT behind.id, event.id, 'WAITING', 0, :at, :at
      FROM behind
      JOIN publication ON publication.position > behind.position AND publication.position <= until
      JOIN event ON event.id = publication.event_id
      WHERE cardinality(kinds) = 0 OR event.kind = ANY(kinds)
      ORDER BY publication.position
      ON CONFLICT (webhook_id, event_id) DO NOTHING
    ),
    moved AS (UPDATE webhook SET position = until FROM behind WHERE webhook.id = behind.id RETURNING 1)
    SELECT count(*) FROM moved
    """
).bindparams(sa.bindparam("at", type_=sa.DateTime(timezone=True)), sa.bindparam("batch", type_=sa.BigInteger))


@dataclass(frozen=True)
class Outcome:
    """What one try came to: the status of the answer, or why there was none; and how long it took."""

    milliseconds: int
    status: int | None = None
    fault: str | None = None

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has said that it has it."""
        return self.status is not None and 200 <= self.status < 300


async def create_webhook(
    session: AsyncSession, url: str, kinds: Sequence[PublicEventKind], *, by: int, at: datetime
) -> Webhook:
    """A webhook that hears of what is published from now on.

    Raises:
        InvalidInput, TooManyWebhooks: see `service.webhooks.rules`.
    """
    rules.ensure_url(url)
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    if await queries.number_of_webhooks(session) >= rules.WEBHOOKS_MAX:
        raise rules.TooManyWebhooks
    webhook = Webhook(
        url=url,
        kinds=rules.clean_kinds(kinds),
        nonce=secrets.token_bytes(_NONCE_BYTES),
        position=await newest_position(session),
        created_at=at,
        created_by_id=by,
    )
    session.add(webhook)
    await session.flush()
    await _record(session, webhook, AuditAction.WEBHOOK_CREATED, by=by, at=at)
    return webhook


async def update_webhook(
    session: AsyncSession,
    webhook_id: int | None,
    *,
    url: str | None,
    kinds: Sequence[PublicEventKind] | None,
    is_enabled: bool | None,
    by: int,
    at: datetime,
) -> Webhook:
    """Change what is given. One that is turned on again hears of what is published from then on.

    Raises:
        WebhookNotFound, InvalidInput: see `service.webhooks.rules`.
    """
    webhook = await queries.get_webhook(session, webhook_id)
    if url is not None:
        rules.ensure_url(url)
        webhook.url = url
    if kinds is not None:
        webhook.kinds = rules.clean_kinds(kinds)
    if is_enabled is False and webhook.disabled_at is None:
        await _turn_off(session, webhook.id, WebhookEnd.TURNED_OFF, at=at)
    if is_enabled and webhook.disabled_at is not None:
        webhook.disabled_at = webhook.disabled_because = webhook.failing_since = None
        webhook.position = await newest_position(session)
    await _record(session, webhook, AuditAction.WEBHOOK_CHANGED, by=by, at=at)
    return webhook


async def rotate_secret(session: AsyncSession, webhook_id: int | None, *, by: int, at: datetime) -> Webhook:
    """Give the webhook another secret; the one before is none at once. Raises WebhookNotFound."""
    webhook = await queries.get_webhook(session, webhook_id)
    webhook.nonce = secrets.token_bytes(_NONCE_BYTES)
    await _record(session, webhook, AuditAction.WEBHOOK_RENEWED, by=by, at=at)
    return webhook


async def delete_webhook(session: AsyncSession, webhook_id: int | None, *, by: int, at: datetime) -> None:
    """Remove the webhook with its log. Raises WebhookNotFound."""
    webhook = await queries.get_webhook(session, webhook_id)
    await _record(session, webhook, AuditAction.WEBHOOK_REMOVED, by=by, at=at)
    await session.delete(webhook)


async def redeliver(session: AsyncSession, delivery_id: int | None, *, at: datetime) -> WebhookDelivery:
    """Send a delivery once more, now, with all its tries before it; by its id the receiver knows it again.

    Raises:
        DeliveryNotFound, WebhookIsOff: see `service.webhooks.rules`.
    """
    delivery = await queries.get_delivery(session, delivery_id)
    webhook = await queries.get_webhook(session, delivery.webhook_id)
    if webhook.disabled_at is not None:
        raise rules.WebhookIsOff
    delivery.state, delivery.attempts = DeliveryState.WAITING, 0
    delivery.delivered_at, delivery.due_at = None, at
    jobs.later(session, jobs.CALL_WEBHOOKS, webhook.id)
    return delivery


async def queue_deliveries(session: AsyncSession, *, at: datetime, batch: int) -> int:
    """Queue what was published for each webhook that wants it; returns for how many there was anything to look at."""
    return int((await session.execute(_QUEUE, {"at": at, "batch": batch})).scalar_one())


async def note_outcome(
    session: AsyncSession, delivery: WebhookDelivery, outcome: Outcome, *, at: datetime
) -> None:
    """Log the try, and what becomes of the delivery and of its webhook."""
    fault = None if outcome.fault is None else outcome.fault[:_FAULT_MAX]
    session.add(
        WebhookAttempt(
            delivery_id=delivery.id,
            made_at=at,
            status=outcome.status,
            fault=fault,
            milliseconds=outcome.milliseconds,
        )
    )
    delivery.attempts += 1
    if outcome.is_taken:
        delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, at
        await session.flush()
        await session.execute(_of(delivery.webhook_id).values(failing_since=None))
        return
    again_at = rules.next_try(delivery.attempts, at=at)
    if again_at is None:
        delivery.state = DeliveryState.FAILED
    else:
        delivery.due_at = again_at
    await session.flush()
    await _note_failing(session, delivery.webhook_id, outcome, at=at)


async def sweep_deliveries(session: AsyncSession, *, at: datetime, limit: int) -> None:
    """Forget what is older than 30 days and does not wait, a batch at most."""
    oldest = sa.select(col(WebhookDelivery.id)).order_by(col(WebhookDelivery.id)).limit(limit)
    await session.execute(
        sa.delete(WebhookDelivery).where(
            col(WebhookDelivery.id).in_(oldest),
            col(WebhookDelivery.state) != DeliveryState.WAITING,
            col(WebhookDelivery.created_at) < at - _KEPT,
        )
    )


async def _note_failing(session: AsyncSession, webhook_id: int, outcome: Outcome, *, at: datetime) -> None:
    since = sa.func.coalesce(col(Webhook.failing_since), at)
    noted = _of(webhook_id).values(failing_since=since).returning(col(Webhook.failing_since))
    failing_since = (await session.execute(noted)).scalars().one()
    assert failing_since is not None
    if outcome.status == _GONE:
        await _turn_off(session, webhook_id, WebhookEnd.GONE, at=at)
    elif at - failing_since >= rules.LASTING:
        await _turn_off(session, webhook_id, WebhookEnd.FAILING, at=at)


async def _turn_off(session: AsyncSession, webhook_id: int, because: WebhookEnd, *, at: datetime) -> None:
    await session.execute(_of(webhook_id).values(disabled_at=at, disabled_because=because))
    waiting = sa.update(WebhookDelivery).where(
        col(WebhookDelivery.webhook_id) == webhook_id, col(WebhookDelivery.state) == DeliveryState.WAITING
    )
    await session.execute(waiting.values(state=DeliveryState.FAILED))


def _of(webhook_id: int) -> sa.Update:
    return sa.update(Webhook).where(col(Webhook.id) == webhook_id)


async def _record(
    session: AsyncSession, webhook: Webhook, action: AuditAction, *, by: int, at: datetime
) -> None:
    """The Event, and a line for those who keep order: who made the instance's news go where.

    Of the address the host alone: the rest may be what lets its bearer in.
    """
    await activity.record(
        session, EventKind.WEBHOOK_CHANGED, at=at, actor_id=by, webhook_id=webhook.id, what=action.value
    )
    host = urlsplit(webhook.url).hostname
    log(session, action, by=by, at=at, details={"webhook_id": webhook.id, "host": host})
