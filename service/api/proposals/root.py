"""The ways into proposals."""

from typing import Annotated

import strawberry

from service.api.catalogue.inputs import ensure_storable
from service.api.connection import After, Before, Connection, First, Last
from service.api.context import Info
from service.api.proposals.types import Proposal, ProposalFilter, proposal_connection, proposal_page
from service.proposals import queries


@strawberry.type
class ProposalQuery:
    """Root fields of proposals: all public."""

    @strawberry.field(description="The proposal of the number; null for none.")
    async def proposal(
        self, info: Info, number: Annotated[int, strawberry.argument(description="As people say it.")]
    ) -> Proposal | None:
        """Open or decided."""
        return await Proposal.find(info, (number,))

    @strawberry.field(description="What has been proposed, the newest first.")
    async def proposals(
        self,
        info: Info,
        filter: Annotated[
            ProposalFilter | None, strawberry.argument(description="Which proposals to show.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Proposal]:
        """Of all skills."""
        wanted = queries.ProposalFilter()
        if filter is not None:
            ensure_storable("skill", filter.skill)
            states = None if filter.state is None else tuple(filter.state)
            wanted = queries.ProposalFilter(states=states, skill=filter.skill)
        page = proposal_page(first, after, last, before)
        database = info.context.database
        async with database.read_session() as session:
            cut = await queries.list_proposals(session, wanted, page)

        async def count() -> int:
            async with database.read_session() as session:
                return await queries.count_proposals(session, wanted)

        return proposal_connection(cut, count)
