"""Where proposals come from."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from service.catalogue.models import Skill
from service.database import Select
from service.paging import Direction
from service.proposals.models import Proposal, ProposalChange
from service.sources import Order, Source, any_of, columns_of
from service.watches.sources import watcher_count

PROPOSALS = Source(sa.select(*columns_of(Proposal), watcher_count("proposal_id", col(Proposal.id))))
CHANGES = Source(sa.select(*columns_of(ProposalChange)), order=("position",))

# A list of proposals is read from its end.
NEWEST_FIRST = Order("newest first", ("id",), Direction.DESC)


@dataclass(frozen=True)
class ProposalFilter:
    """Which proposals a list shows; None asks for no more. `skill` is a slug."""

    states: tuple[str, ...] | None = None
    skill: str | None = None


@dataclass(frozen=True)
class OfNumber:
    """The one proposal of the number."""

    number: int


def proposals_shown(rows: Select, wanted: ProposalFilter) -> Select:
    """Narrow a SELECT over proposals to those of the filter."""
    if wanted.states is not None:
        rows = rows.where(sa.cast(col(Proposal.state), sa.Text) == any_of(wanted.states))
    if wanted.skill is not None:
        skill = sa.select(col(Skill.id)).where(col(Skill.slug) == wanted.skill)
        rows = rows.where(col(Proposal.skill_id).in_(skill))
    return rows


def proposal_of_number(rows: Select, wanted: OfNumber) -> Select:
    """The proposal of the number."""
    return rows.where(col(Proposal.id) == wanted.number)
