"""The ways into proposals: all public."""

from typing import Annotated

import strawberry

from service.api.catalogue.inputs import ensure_storable
from service.api.connection import Connection
from service.api.plan.fields import one, page
from service.api.plan.marks import Asked
from service.api.proposals.types import Proposal
from service.proposals import sources
from service.proposals.models import ProposalState


@strawberry.input(description="Which proposals to show. Every field given narrows the list.")
class ProposalFilter:
    """All where nothing is given."""

    state: list[ProposalState] | None = strawberry.field(default=None, description="Any of these.")
    skill: str | None = strawberry.field(default=None, description="A skill's slug.")


Number = Annotated[int, strawberry.argument(description="As people say it.")]
Filter = Annotated[ProposalFilter | None, strawberry.argument(description="Which proposals to show.")]


def _of_number(number: Number) -> Asked:
    return Asked(sources.OfNumber(number))


def _wanted(filter: Filter = None) -> Asked:
    given = filter or ProposalFilter()
    ensure_storable("skill", given.skill)
    states = None if given.state is None else tuple(item.value for item in given.state)
    return Asked(sources.ProposalFilter(states, given.skill), sources.NEWEST_FIRST)


@strawberry.type
class ProposalQuery:
    """Root fields of proposals."""

    proposal: Proposal | None = one(
        "The proposal of the number; null for none.", narrow=sources.proposal_of_number, ask=_of_number
    )
    proposals: Connection[Proposal] = page(
        "What has been proposed, the newest first.", narrow=sources.proposals_shown, ask=_wanted
    )
