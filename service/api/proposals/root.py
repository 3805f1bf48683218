"""The ways into proposals: all public."""

from typing import Annotated

import strawberry

from service.api.connection import Connection
from service.api.plan.fields import one, page
from service.api.plan.marks import Asked
from service.api.proposals.filters import wanted
from service.api.proposals.types import Proposal
from service.proposals import sources

Number = Annotated[int, strawberry.argument(description="As people say it.")]


def _of_number(number: Number) -> Asked:
    return Asked(sources.OfNumber(number))


@strawberry.type
class ProposalQuery:
    """Root fields of proposals."""

    proposal: Proposal | None = one(
        "The proposal of the number; null for none.", narrow=sources.proposal_of_number, ask=_of_number
    )
    proposals: Connection[Proposal] = page(
        "What has been proposed, the newest first.", narrow=sources.proposals_shown, ask=wanted
    )
