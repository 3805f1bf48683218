"""Reading proposals in order to write them. What their readers see comes from `sources.py`."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.catalogue.content import Change, Place, fields_from_json
from service.proposals.models import Proposal, ProposalChange
from service.proposals.rules import ProposalNotFound


async def get_proposal(session: AsyncSession, proposal_id: int, *, lock: bool = False) -> Proposal:
    """The proposal, with its row lock held until the transaction ends where asked.

    Raises:
        ProposalNotFound: there is none.
    """
    statement = select(Proposal).where(col(Proposal.id) == proposal_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    proposal = (await session.execute(statement)).scalar_one_or_none()
    if proposal is None:
        raise ProposalNotFound
    return proposal


async def find_proposal_by_key(session: AsyncSession, author_id: int, key: str) -> Proposal | None:
    """What the person has proposed under the idempotency key."""
    statement = select(Proposal).where(
        col(Proposal.author_id) == author_id, col(Proposal.idempotency_key) == key
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def changes_by_proposal(session: AsyncSession, ids: Collection[int]) -> dict[int, list[ProposalChange]]:
    """Each proposal's changes in their order."""
    statement = (
        select(ProposalChange)
        .where(col(ProposalChange.proposal_id).in_(ids))
        .order_by(col(ProposalChange.proposal_id), col(ProposalChange.position))
    )
    found: dict[int, list[ProposalChange]] = {key: [] for key in ids}
    for row in (await session.execute(statement)).scalars():
        found[row.proposal_id].append(row)
    return found


def as_change(row: ProposalChange) -> Change:
    """The plain value that a row holds."""
    place = Place(row.level_id, row.role_id) if row.level_id is not None and row.role_id is not None else None
    return Change(row.kind, fields_from_json(row.fields), place)
