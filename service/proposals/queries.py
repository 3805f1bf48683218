"""Reading proposals."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.catalogue.content import Change, Place, fields_from_json
from service.catalogue.models import Skill
from service.database import Select
from service.paging import Cut, Key, Page, take, take_each
from service.proposals.models import Proposal, ProposalChange, ProposalState
from service.proposals.rules import ProposalNotFound

# The newest first: a list of proposals is read from its end.
NEWEST_FIRST = [Key(col(Proposal.id), descending=True)]


@dataclass(frozen=True)
class ProposalFilter:
    """Which proposals a list shows; None asks for no more."""

    states: tuple[ProposalState, ...] | None = None
    skill: str | None = None
    author_id: int | None = None


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


async def list_proposals(session: AsyncSession, wanted: ProposalFilter, page: Page) -> Cut:
    """A page of proposals, the newest first."""
    return await take(session, _filtered(proposal_rows(), wanted), NEWEST_FIRST, page)


async def count_proposals(session: AsyncSession, wanted: ProposalFilter) -> int:
    """How many proposals the filter shows."""
    statement = _filtered(sa.select(sa.func.count()).select_from(Proposal), wanted)
    return int((await session.execute(statement)).scalar_one())


async def proposals_by_skill(
    session: AsyncSession, ids: Collection[int], wanted: ProposalFilter, page: Page
) -> dict[int, Cut]:
    """The same page of proposals for each skill, the newest first."""
    statement = _filtered(proposal_rows(), wanted)
    return await take_each(session, ids, col(Proposal.skill_id), statement, NEWEST_FIRST, page)


async def proposal_counts_by_skill(
    session: AsyncSession, ids: Collection[int], wanted: ProposalFilter
) -> dict[int, int]:
    """How many proposals of each skill the filter shows."""
    statement: Select = sa.select(col(Proposal.skill_id), sa.func.count()).where(
        col(Proposal.skill_id).in_(ids)
    )
    rows = await session.execute(_filtered(statement, wanted).group_by(col(Proposal.skill_id)))
    return dict.fromkeys(ids, 0) | dict(rows.all())


async def proposals_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, Any]:
    """The proposals with these ids, as rows of `proposal_rows`."""
    rows = (await session.execute(proposal_rows().where(col(Proposal.id).in_(ids)))).all()
    return {row.id: row for row in rows}


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


async def changes_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, ProposalChange]:
    """The changes with these ids."""
    rows = (await session.execute(select(ProposalChange).where(col(ProposalChange.id).in_(ids)))).scalars()
    return {row.id: row for row in rows}


def as_change(row: ProposalChange) -> Change:
    """The plain value that a row holds."""
    place = Place(row.level_id, row.role_id) if row.level_id is not None and row.role_id is not None else None
    return Change(row.kind, fields_from_json(row.fields), place)


def proposal_rows() -> Select:
    """A proposal's columns."""
    return sa.select(*(column for column in Proposal.__table__.c))  # type: ignore[attr-defined]


def _filtered(statement: Select, wanted: ProposalFilter) -> Select:
    if wanted.states is not None:
        statement = statement.where(col(Proposal.state).in_(wanted.states))
    if wanted.author_id is not None:
        statement = statement.where(col(Proposal.author_id) == wanted.author_id)
    if wanted.skill is not None:
        skill = sa.select(col(Skill.id)).where(col(Skill.slug) == wanted.skill)
        statement = statement.where(col(Proposal.skill_id).in_(skill))
    return statement
