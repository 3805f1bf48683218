"""Bring a skill's stored numbers to its revision, and publish what waits for them."""

from service.counters import recount as recount_counters
from service.news.actions import publish, unpublished
from worker.surroundings import Surroundings


async def recount(around: Surroundings, skill_id: int) -> int:
    """Recompute the numbers of the skill from the truth; returns 1 where they were behind, else 0.

    What had been written when the counting began is published with the numbers, in one commit: nobody hears of a
    change before its numbers are there, and a skill that changes all the time still makes news.
    """
    async with around.database.transaction() as session:
        events = await unpublished(session, skill_id)
        behind = await recount_counters(session, [skill_id])
        await publish(session, events)
        return behind
