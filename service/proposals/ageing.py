"""What time does to a proposal that nobody goes on with: it is marked, and later closed."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from service.activity.models import EventKind
from service.proposals import queries, records
from service.proposals.models import EXPIRED_AFTER, DeclineReason, ProposalState


async def age_proposal(session: AsyncSession, proposal_id: int, *, at: datetime) -> int:
    """Mark an open proposal as stale, or close one that has stayed marked; returns 1 where either was due, else 0.

    One that somebody writes at this moment is passed by: it is not stale.
    """
    proposal = await queries.lock_aged(session, proposal_id, at=at)
    if proposal is None:
        return 0
    if proposal.stale_at is None:
        proposal.stale_at = at
        await records.tell(session, EventKind.PROPOSAL_MARKED_STALE, proposal, by=None, at=at)
        return 1
    proposal.state, proposal.decided_at = ProposalState.DECLINED, at
    proposal.decline_reason = DeclineReason.STALE
    proposal.decision_reason = f"Nobody has gone on with it for {EXPIRED_AFTER.days} days."
    await records.tell(session, EventKind.PROPOSAL_EXPIRED, proposal, by=None, at=at)
    return 1
