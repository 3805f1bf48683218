"""Where proposals come from."""

from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.catalogue.models import Skill
from service.database import Select
from service.paging import Direction
from service.proposals.models import Proposal, ProposalChange, ProposalSkill
from service.sources import Order, Source, any_of, columns_of
from service.watches.sources import watcher_count


def _touches(skill: type[ProposalSkill]) -> sa.ColumnElement[bool]:
    """Whether the proposal as it stands touches the skill."""
    return sa.and_(col(skill.proposal_id) == col(Proposal.id), col(skill.version) == col(Proposal.version))


def _proposals() -> Source:
    """A proposal's columns, and the revisions of the first skill that it touches."""
    first = aliased(ProposalSkill)
    watchers = watcher_count("proposal_id", col(Proposal.id))
    rows = sa.select(*columns_of(Proposal), col(first.base_revision), col(first.applied_revision), watchers)
    return Source(rows.outerjoin(first, sa.and_(_touches(first), col(first.position) == 0)))


PROPOSALS = _proposals()
# The same, once for each skill that it touches.
PROPOSALS_BY_SKILL = replace(
    PROPOSALS,
    rows=PROPOSALS.rows.add_columns(col(ProposalSkill.skill_id).label("touched_skill_id")).join(
        ProposalSkill, _touches(ProposalSkill)
    ),
)
SKILLS = Source(
    sa.select(*columns_of(ProposalSkill)), key=("proposal_id", "version", "skill_id"), order=("position",)
)
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
        touching = sa.select(col(ProposalSkill.proposal_id), col(ProposalSkill.version)).where(
            col(ProposalSkill.skill_id).in_(skill)
        )
        rows = rows.where(sa.tuple_(col(Proposal.id), col(Proposal.version)).in_(touching))
    return rows


def proposal_of_number(rows: Select, wanted: OfNumber) -> Select:
    """The proposal of the number."""
    return rows.where(col(Proposal.id) == wanted.number)
