"""Bring a skill's stored numbers to its revision."""

from service.counters import recount as recount_counters
from worker.surroundings import Surroundings


async def recount(around: Surroundings, skill_id: int) -> int:
    """Recompute the numbers of the skill from the truth; returns 1 where they were behind, else 0."""
    async with around.database.transaction() as session:
        return await recount_counters(session, [skill_id])
