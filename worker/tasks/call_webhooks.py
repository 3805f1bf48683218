"""Hand what was published to the webhooks that wish to hear of it."""

import asyncio
import time

import structlog

from service.webhooks import actions, queries
from service.webhooks.models import Webhook
from service.webhooks.rules import signed_headers
from worker.surroundings import Surroundings
from worker.webhooks.message import body_of, message_id

log = structlog.get_logger()

# A round that lasts longer leaves the rest to the next: a job must end.
_ROUND_SECONDS = 60.0
# Webhooks that are called at the same time, each with one thing after another; and events queued at once for each.
_AT_ONCE = 5
_BATCH = 1_000


async def call_webhooks(around: Surroundings, webhook_id: int = 0) -> int:  # noqa: ARG001  a wake-up: all that is due
    """Queue what has been published, and send what is due; returns how much was taken.

    One round goes on at a time in a worker; whoever comes meanwhile asks it to look again before it ends.
    """
    around.calling.calls += 1
    if around.calling.turn.locked():
        return 0
    async with around.calling.turn:
        return await _call_due(around)


async def _call_due(around: Surroundings) -> int:
    taken = 0
    until = time.monotonic() + _ROUND_SECONDS
    while time.monotonic() < until and not around.calling.is_last:
        calls = around.calling.calls
        async with around.database.transaction() as session:
            queued = await actions.queue_deliveries(session, at=around.now(), batch=_BATCH)
        async with around.database.read_session() as session:
            due = await queries.webhooks_due(session, at=around.now(), limit=_AT_ONCE)
        taken += sum(await asyncio.gather(*(_call(around, webhook_id, until) for webhook_id in due)))
        if not queued and not due and calls == around.calling.calls:
            break
    return taken


async def _call(around: Surroundings, webhook_id: int, until: float) -> int:
    """Send the webhook what is due, one after another; returns how much was taken."""
    taken = 0
    while time.monotonic() < until and not around.calling.is_last:
        was_taken = await _call_once(around, webhook_id)
        if was_taken is None:
            break
        taken += was_taken
    return taken


async def _call_once(around: Surroundings, webhook_id: int) -> bool | None:
    """Whether the next delivery was taken; None where there is none.

    Its row is locked while it is sent, so that no second worker sends it as well. A worker that dies leaves it waiting:
    it comes once more, with the same id.
    """
    async with around.database.transaction() as session:
        delivery = await queries.claim_delivery(session, webhook_id, at=around.now())
        if delivery is None:
            return None
        webhook = await session.get_one(Webhook, webhook_id)
        body = body_of(await queries.told_of(session, delivery.event_id), site_url=around.sender.base_url)
        headers = signed_headers(
            body,
            message_id=message_id(delivery.event_id),
            at=around.now(),
            secret_key=around.secret_key,
            nonce=webhook.nonce,
        )
        headers |= {"content-type": "application/json", "user-agent": "skillprofile"}
        outcome = await around.caller.call(webhook.url, headers, body)
        await actions.note_outcome(session, delivery, outcome, at=around.now())
        if not outcome.is_taken:
            log.warning("webhook_failed", webhook_id=webhook_id, status=outcome.status, fault=outcome.fault)
        return outcome.is_taken
