"""The sweep that finds what lost wake-ups left lying, so that losing every job loses nothing."""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from service.counters import skills_behind
from service.credentials.actions import sweep_sessions
from service.notifications.actions import sweep_notifications
from service.notifications.queries import events_waiting
from service.proposals.queries import proposals_aged
from service.sign_in.queries import account_mails_due
from service.sign_in.sweeping import sweep_links
from service.watches.actions import end_expired
from service.webhooks.actions import sweep_deliveries
from worker.surroundings import Surroundings
from worker.tasks.account_mail import account_mail
from worker.tasks.age import age
from worker.tasks.call_webhooks import call_webhooks
from worker.tasks.deliver import deliver
from worker.tasks.notify import notify
from worker.tasks.publish import publish
from worker.tasks.recount import recount

log = structlog.get_logger()

# As much as one sweep takes on; the next one goes on from there.
_BATCH = 200


async def recover(around: Surroundings) -> int:
    """Do what waits; returns how much of it was done.

    Watches, sessions and links that are over, proposals left alone, mails about accounts, events, numbers, webhooks,
    mails.
    """
    async with around.database.transaction() as session:
        await end_expired(session, at=around.now())
        await sweep_notifications(session, at=around.now(), limit=_BATCH)
        await sweep_deliveries(session, at=around.now(), limit=_BATCH)
        await sweep_sessions(session, at=around.now(), limit=_BATCH)
        await sweep_links(session, at=around.now(), limit=_BATCH)
    async with around.database.read_session() as session:
        left_alone = await proposals_aged(session, at=around.now(), limit=_BATCH)
    aged = await _each(age, around, left_alone)
    async with around.database.read_session() as session:
        events = await events_waiting(session, limit=_BATCH)
        skills = await skills_behind(session, limit=_BATCH)
        letters = (
            []
            if around.transport is None
            else await account_mails_due(session, at=around.now(), limit=_BATCH)
        )
    written = await _each(account_mail, around, letters)
    told = await _each(notify, around, events)
    recounted = await _each(recount, around, skills)
    published = await publish(around)
    called = await call_webhooks(around)
    sent = await deliver(around)
    if aged or written or told or recounted or published or called or sent:
        log.info(
            "recovered",
            proposals=aged,
            events=told,
            skills=recounted,
            published=published,
            calls=called,
            mails=sent,
            account_mails=written,
        )
    return aged + written + told + recounted + published + called + sent


async def _each(
    task: Callable[[Surroundings, int], Awaitable[int]], around: Surroundings, row_ids: Sequence[int]
) -> int:
    """Do the task for each row; returns for how many it went well. One that fails does not keep the others waiting."""
    done = 0
    for row_id in row_ids:
        try:
            await task(around, row_id)
            done += 1
        except Exception:
            log.exception("task_failed", task=task.__name__, row_id=row_id)
    return done
