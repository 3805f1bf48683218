"""Where proposals come from."""

from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.catalogue.models import Skill
from service.catalogue.sources import APPROVALS_NEEDED
from service.database import Select, enum_column_type
from service.paging import Direction
from service.people.trust import Gate
from service.proposals.models import (
    Proposal,
    ProposalChange,
    ProposalReview,
    ProposalSkill,
    ProposalState,
    ProposalVersion,
    ReviewDecision,
    Verdict,
)
from service.sources import Order, Source, Viewpoint, any_of, columns_of
from service.watches.sources import watcher_count

# What stands in the place of a title that a moderator hid.
HIDDEN_TITLE = "Hidden by a moderator"
_IS_READABLE = col(Proposal.hidden_at).is_(None)


def _seen(rows: Select, viewpoint: Viewpoint) -> Select:
    """What is held or rejected is seen by its author and by moderators."""
    own = viewpoint.is_person(col(Proposal.author_id))
    return rows.where(sa.or_(col(Proposal.gate) == Gate.OPEN, own, viewpoint.moderates()))


def _parts_seen(rows: Select, viewpoint: Viewpoint) -> Select:
    """What a proposal is made of is seen with it, and its texts no more once it is hidden, but by moderators."""
    proposal = _seen(sa.select(col(Proposal.id)), viewpoint)
    readable = proposal.where(sa.or_(_IS_READABLE, viewpoint.moderates()))
    return rows.where(rows.selected_columns["proposal_id"].in_(readable))


def _touches(skill: type[ProposalSkill]) -> sa.ColumnElement[bool]:
    """Whether the proposal as it stands touches the skill."""
    return sa.and_(col(skill.proposal_id) == col(Proposal.id), col(skill.version) == col(Proposal.version))


def _last_words(verdict: Verdict) -> sa.ScalarSelect[int]:
    """How many people's last word on the present version is the verdict; an account that is gone says nothing."""
    later = aliased(ProposalReview)
    superseded = sa.select(sa.literal(1)).where(
        col(later.proposal_id) == col(ProposalReview.proposal_id),
        col(later.version) == col(ProposalReview.version),
        col(later.person_id) == col(ProposalReview.person_id),
        col(later.id) > col(ProposalReview.id),
    )
    return (
        sa.select(sa.func.count(col(ProposalReview.person_id)))
        .where(
            col(ProposalReview.proposal_id) == col(Proposal.id),
            col(ProposalReview.version) == col(Proposal.version),
            col(ProposalReview.verdict) == verdict,
            ~superseded.correlate(ProposalReview).exists(),
        )
        .correlate(Proposal)
        .scalar_subquery()
    )


def _approvals_needed() -> sa.ScalarSelect[int]:
    """As many as the most careful of the skills that it touches asks for."""
    return (
        sa.select(sa.func.max(APPROVALS_NEEDED))
        .select_from(ProposalSkill)
        .join(Skill, col(Skill.id) == col(ProposalSkill.skill_id))
        .where(_touches(ProposalSkill))
        .correlate(Proposal)
        .scalar_subquery()
    )


def _is_outdated() -> sa.ColumnElement[bool]:
    """Whether it is open, and any skill has moved on from the revision that it was written against."""
    moved = (
        sa.select(sa.literal(1))
        .select_from(ProposalSkill)
        .join(Skill, col(Skill.id) == col(ProposalSkill.skill_id))
        .where(_touches(ProposalSkill), col(Skill.revision) > col(ProposalSkill.base_revision))
    )
    return sa.and_(col(Proposal.state) == ProposalState.OPEN, moved.correlate(Proposal).exists())


def _is_stale() -> sa.ColumnElement[bool]:
    return sa.and_(col(Proposal.state) == ProposalState.OPEN, col(Proposal.stale_at).is_not(None))


def _review_decision() -> sa.ColumnElement[ReviewDecision]:
    decision = sa.case(
        (_last_words(Verdict.REQUEST_CHANGES) > 0, ReviewDecision.CHANGES_REQUESTED.value),
        (_last_words(Verdict.APPROVE) >= _approvals_needed(), ReviewDecision.APPROVED.value),
        else_=ReviewDecision.REVIEW_REQUIRED.value,
    )
    return sa.type_coerce(decision, enum_column_type(ReviewDecision, "review_decision"))


def _proposals() -> Source:
    """A proposal's columns, the revisions of the first skill that it touches, and what its reviews come to."""
    first = aliased(ProposalSkill)
    rows = sa.select(
        *(column for column in columns_of(Proposal) if column.key not in ("title", "reason")),
        sa.case((_IS_READABLE, col(Proposal.title)), else_=HIDDEN_TITLE).label("title"),
        sa.case((_IS_READABLE, col(Proposal.reason)), else_="").label("reason"),
        col(first.base_revision),
        col(first.applied_revision),
        watcher_count("proposal_id", col(Proposal.id)),
        _review_decision().label("review_decision"),
        _last_words(Verdict.APPROVE).label("approval_count"),
        _approvals_needed().label("approvals_needed"),
        _is_outdated().label("is_outdated"),
        _is_stale().label("is_stale"),
    )
    return Source(
        rows.outerjoin(first, sa.and_(_touches(first), col(first.position) == 0)),
        by_skills=frozenset({"is_outdated"}),
        seen=_seen,
    )


PROPOSALS = _proposals()
# The same, once for each skill that it touches.
PROPOSALS_BY_SKILL = replace(
    PROPOSALS,
    rows=PROPOSALS.rows.add_columns(col(ProposalSkill.skill_id).label("touched_skill_id")).join(
        ProposalSkill, _touches(ProposalSkill)
    ),
)
SKILLS = Source(
    sa.select(*columns_of(ProposalSkill)),
    key=("proposal_id", "version", "skill_id"),
    order=("position",),
    seen=_parts_seen,
)
VERSIONS = Source(
    sa.select(*columns_of(ProposalVersion)),
    key=("proposal_id", "number"),
    order=("number",),
    seen=_parts_seen,
)
REVIEWS = Source(sa.select(*columns_of(ProposalReview)), seen=_parts_seen)
CHANGES = Source(sa.select(*columns_of(ProposalChange)), order=("position",), seen=_parts_seen)

# A list of proposals, or of reviews, is read from its end.
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
