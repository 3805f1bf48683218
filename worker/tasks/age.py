"""Mark a proposal that nobody goes on with, and close it later."""

from service.proposals.ageing import age_proposal
from worker.surroundings import Surroundings


async def age(around: Surroundings, proposal_id: int) -> int:
    """Let the proposal be as old as it is; returns 1 where it was marked or closed, else 0."""
    async with around.database.transaction() as session:
        return await age_proposal(session, proposal_id, at=around.now())
