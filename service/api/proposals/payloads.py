"""What the mutations of a proposal take and answer alike."""

import strawberry

from service.api.context import Info
from service.api.node import row_id
from service.api.proposals.types import Proposal
from service.proposals.models import Proposal as ProposalRow
from service.proposals.rules import ProposalNotFound


@strawberry.type
class ProposalPayload:
    """What every proposal mutation answers."""

    proposal: Proposal | None = strawberry.field(default=None, description="The proposal as it now stands.")


def proposal_number(proposal_id: str) -> int:
    """The number that an id holds. Raises ProposalNotFound for an id of something else."""
    number = row_id(proposal_id, "Proposal")
    if number is None:
        raise ProposalNotFound
    return number


async def shown(info: Info, row: ProposalRow) -> Proposal | None:
    """The proposal as its readers see it, read once the transaction is committed."""
    return await Proposal.find(info, (row.id,))
