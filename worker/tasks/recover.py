"""The sweep that finds what lost wake-ups left lying, so that losing every job loses nothing."""

import asyncio

import structlog

from service.counters import skills_behind
from service.notifications.queries import events_waiting, mails_due
from worker.surroundings import Surroundings
from worker.tasks.deliver import deliver
from worker.tasks.notify import notify
from worker.tasks.recount import recount

log = structlog.get_logger()

# As much as one sweep takes on; the next one goes on from there.
_BATCH = 200


async def recover(around: Surroundings) -> int:
    """Do what waits: events not told, mails due, numbers behind; returns how many rows it found."""
    async with around.database.read_session() as session:
        events = await events_waiting(session, limit=_BATCH)
        skills = await skills_behind(session, limit=_BATCH)
    for event_id in events:
        await notify(around, event_id)
    for skill_id in skills:
        await recount(around, skill_id)
    async with around.database.read_session() as session:
        mails = await mails_due(session, at=around.now(), limit=_BATCH) if around.transport else []
    await asyncio.gather(*(deliver(around, mail_id) for mail_id in mails))
    found = len(events) + len(skills) + len(mails)
    if found:
        log.info("recovered", events=len(events), skills=len(skills), mails=len(mails))
    return found
