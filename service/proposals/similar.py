"""Open proposals that touch the same fields: what a new one may repeat, or collide with."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from service.catalogue.content import Change, ChangeKind, Place, Value
from service.people.trust import Gate
from service.proposals.models import Proposal, ProposalChange, ProposalState
from service.proposals.queries import as_change

# The newest changes that are looked at, and how many proposals are told of.
_CHANGES_MAX = 2_000
SIMILAR_MAX = 20

# A field of a skill, or of the requirement in a place of it; and what is wished for each.
Touched = tuple[int, Place | None, str]
Wishes = dict[Touched, tuple[ChangeKind, Value]]


@dataclass(frozen=True)
class Similar:
    """An open proposal with the fields that both touch; `is_same` where it wishes just the same."""

    proposal_id: int
    fields: tuple[Touched, ...]
    is_same: bool


def wishes_of(changes: Mapping[int, Iterable[Change]]) -> Wishes:
    """What is wished for each field of each skill."""
    return {
        (skill_id, change.place, edit.field): (change.kind, edit.after)
        for skill_id, some in changes.items()
        for change in some
        for edit in change.fields
    }


async def similar_to(session: AsyncSession, wishes: Wishes) -> list[Similar]:
    """The open proposals that touch a field of the wishes, which no proposal has made yet; most in common first."""
    return _most_similar(wishes, await _open_wishes(session, {skill_id for skill_id, *_ in wishes}))


async def similar_by_proposal(session: AsyncSession, ids: Collection[int]) -> dict[int, list[Similar]]:
    """The same for each of the proposals as it stands: two statements for all of them."""
    rows = await session.execute(_as_they_stand().where(col(Proposal.id).in_(ids)))
    own = _by_proposal(rows.scalars())
    others = await _open_wishes(session, {skill_id for wishes in own.values() for skill_id, *_ in wishes})
    return {
        key: _most_similar(own.get(key, {}), {other: each for other, each in others.items() if other != key})
        for key in ids
    }


async def _open_wishes(session: AsyncSession, skill_ids: Collection[int]) -> dict[int, Wishes]:
    statement = (
        _as_they_stand()
        .where(
            col(Proposal.state) == ProposalState.OPEN,
            col(Proposal.gate) == Gate.OPEN,
            col(ProposalChange.skill_id).in_(skill_ids),
        )
        .order_by(col(ProposalChange.proposal_id).desc(), col(ProposalChange.position))
        .limit(_CHANGES_MAX)
    )
    return _by_proposal((await session.execute(statement)).scalars())


def _as_they_stand() -> SelectOfScalar[ProposalChange]:
    is_present = sa.and_(
        col(Proposal.id) == col(ProposalChange.proposal_id),
        col(Proposal.version) == col(ProposalChange.version),
    )
    return select(ProposalChange).join(Proposal, is_present)


def _by_proposal(rows: Iterable[ProposalChange]) -> dict[int, Wishes]:
    found: dict[int, Wishes] = {}
    for row in rows:
        found.setdefault(row.proposal_id, {}).update(wishes_of({row.skill_id: [as_change(row)]}))
    return found


def _most_similar(wishes: Wishes, others: Mapping[int, Wishes]) -> list[Similar]:
    found = [
        Similar(proposal_id, tuple(key for key in wishes if key in theirs), theirs == wishes)
        for proposal_id, theirs in others.items()
    ]
    shared = [each for each in found if each.fields]
    return sorted(shared, key=lambda each: (-len(each.fields), -each.proposal_id))[:SIMILAR_MAX]
