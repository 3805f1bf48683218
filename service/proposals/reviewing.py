"""Who may decide about which skills: the one way to it for reviewing, accepting, declining, rebasing and reverting."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from service.people.models import Person, PersonRole
from service.proposals import queries, rules
from service.proposals.models import Proposal


async def ensure_can_review(session: AsyncSession, proposal: Proposal, by: Person) -> None:
    """Raise unless everybody sees the proposal, and all that it touches is the reviewer's.

    Raises:
        ProposalNotFound, ProposalWaits, OutsideDomains: see `service.proposals.rules`.
    """
    rules.ensure_sees(proposal, by)
    rules.ensure_waits_for_none(proposal)
    await ensure_within_domains(session, proposal, by)


async def ensure_within_domains(
    session: AsyncSession, touched: Proposal | Collection[int], by: Person
) -> None:
    """Raise OutsideDomains where one of the skills, or of the proposal's, is in a domain that is not the reviewer's.

    Maintainers and admins, and reviewers who are limited to none, review all domains.
    """
    if by.role is PersonRole.REVIEWER and not await queries.are_within_domains(session, touched, by.id):
        raise rules.OutsideDomains
