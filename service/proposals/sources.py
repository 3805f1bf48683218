"""Where proposals come from."""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.catalogue.models import Domain, Group, Skill
from service.database import Select
from service.paging import Direction
from service.people.models import Person, PersonRole, ReviewerDomain
from service.people.trust import Gate
from service.proposals import standing
from service.proposals.models import (
    Proposal,
    ProposalChange,
    ProposalReview,
    ProposalSkill,
    ProposalState,
    ProposalVersion,
    Verdict,
)
from service.sources import Order, Source, Viewpoint, any_of, columns_of
from service.watches.sources import watcher_count

# What stands in the place of a title that a moderator hid.
HIDDEN_TITLE = "Hidden by a moderator"
_IS_READABLE = col(Proposal.hidden_at).is_(None)
_TITLE = sa.case((_IS_READABLE, col(Proposal.title)), else_=HIDDEN_TITLE).label("title")
_REASON = sa.case((_IS_READABLE, col(Proposal.reason)), else_="").label("reason")


def is_seen(viewpoint: Viewpoint) -> sa.ColumnElement[bool]:
    """Whether a proposal is seen: what is held or rejected is, by its author and by moderators."""
    own = viewpoint.is_person(col(Proposal.author_id))
    return sa.or_(col(Proposal.gate) == Gate.OPEN, own, viewpoint.moderates())


def _seen(rows: Select, viewpoint: Viewpoint) -> Select:
    return rows.where(is_seen(viewpoint))


def _parts_seen(rows: Select, viewpoint: Viewpoint) -> Select:
    """What a proposal is made of is seen with it, and its texts no more once it is hidden, but by moderators."""
    proposal = _seen(sa.select(col(Proposal.id)), viewpoint)
    readable = proposal.where(sa.or_(_IS_READABLE, viewpoint.moderates()))
    return rows.where(rows.selected_columns["proposal_id"].in_(readable))


def _proposals() -> Source:
    """A proposal's columns, the revisions of the first skill that it touches, and what its reviews come to."""
    first = aliased(ProposalSkill)
    rows = sa.select(
        *(column for column in columns_of(Proposal) if column.key not in ("title", "reason")),
        _TITLE,
        _REASON,
        col(first.base_revision),
        col(first.applied_revision),
        watcher_count("proposal_id", col(Proposal.id)),
        standing.review_decision().label("review_decision"),
        standing.last_words(Verdict.APPROVE).label("approval_count"),
        standing.approvals_needed().label("approvals_needed"),
        standing.is_outdated().label("is_outdated"),
        standing.has_conflicts().label("has_conflicts"),
        standing.is_stale().label("is_stale"),
    )
    return Source(
        rows.outerjoin(first, sa.and_(standing.touches(first), col(first.position) == 0)),
        by_skills=frozenset({"is_outdated", "has_conflicts", "approvals_needed", "review_decision"}),
        seen=_seen,
    )


PROPOSALS = _proposals()
# The same, once for each skill that it touches.
PROPOSALS_BY_SKILL = replace(
    PROPOSALS,
    rows=PROPOSALS.rows.add_columns(col(ProposalSkill.skill_id).label("touched_skill_id")).join(
        ProposalSkill, standing.touches(ProposalSkill)
    ),
)


def _by_reviewer() -> Source:
    """The same, once for each person who may decide on it: `service.proposals.reviewing` in SQL."""
    limit = sa.select(sa.literal(1)).where(col(ReviewerDomain.person_id) == col(Person.id))
    elsewhere = (
        sa.select(sa.literal(1))
        .select_from(ProposalSkill)
        .join(Skill, col(Skill.id) == col(ProposalSkill.skill_id))
        .join(Group, col(Group.id) == col(Skill.group_id))
        .where(
            standing.touches(ProposalSkill),
            ~limit.where(col(ReviewerDomain.domain_id) == col(Group.domain_id))
            .correlate(Person, Group)
            .exists(),
        )
    )
    reviews_all = sa.or_(col(Person.role) != PersonRole.REVIEWER, ~limit.correlate(Person).exists())
    rows = PROPOSALS.rows.add_columns(col(Person.id).label("reviewer_id")).join(
        Person, col(Person.role).in_([role for role in PersonRole if role.rank >= PersonRole.REVIEWER.rank])
    )
    return replace(
        PROPOSALS,
        rows=rows.where(
            col(Proposal.state) == ProposalState.OPEN,
            col(Proposal.gate) == Gate.OPEN,
            col(Proposal.author_id).is_distinct_from(col(Person.id)),
            sa.or_(reviews_all, ~elsewhere.correlate(Proposal, Person).exists()),
        ),
    )


PROPOSALS_BY_REVIEWER = _by_reviewer()
# What everybody may read of a proposal, for what is told to everybody.
PUBLIC_PROPOSALS = _seen(sa.select(col(Proposal.id), _TITLE, _REASON), Viewpoint()).subquery(
    "public_proposal"
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
# What waits is looked at in the order in which it came.
OLDEST_FIRST = Order("oldest first", ("id",))


@dataclass(frozen=True)
class ProposalFilter:
    """Which proposals a list shows; None asks for no more. `skill` and `domains` are slugs."""

    states: tuple[str, ...] | None = None
    skill: str | None = None
    domains: tuple[str, ...] | None = None
    reviews: tuple[str, ...] | None = None
    is_outdated: bool | None = None
    has_conflicts: bool | None = None
    is_stale: bool | None = None
    created_before: datetime | None = None


@dataclass(frozen=True)
class OfNumber:
    """The one proposal of the number."""

    number: int


def proposals_shown(rows: Select, wanted: ProposalFilter) -> Select:
    """Narrow a SELECT over proposals to those of the filter."""
    if wanted.states is not None:
        rows = rows.where(sa.cast(col(Proposal.state), sa.Text) == any_of(wanted.states))
    if wanted.skill is not None:
        rows = rows.where(_touches_skill(col(Skill.slug) == wanted.skill))
    if wanted.domains is not None:
        domain = sa.select(col(Domain.id)).where(col(Domain.slug) == any_of(wanted.domains))
        group = sa.select(col(Group.id)).where(col(Group.domain_id).in_(domain))
        rows = rows.where(_touches_skill(col(Skill.group_id).in_(group)))
    if wanted.reviews is not None:
        rows = rows.where(sa.cast(standing.review_decision(), sa.Text) == any_of(wanted.reviews))
    if wanted.created_before is not None:
        rows = rows.where(col(Proposal.created_at) < wanted.created_before)
    for condition, is_wanted in (
        (standing.is_outdated(), wanted.is_outdated),
        (standing.has_conflicts(), wanted.has_conflicts),
        (standing.is_stale(), wanted.is_stale),
    ):
        if is_wanted is not None:
            rows = rows.where(condition == is_wanted)
    return rows


def _touches_skill(wanted: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether the proposal as it stands touches such a skill."""
    touching = sa.select(col(ProposalSkill.proposal_id), col(ProposalSkill.version)).where(
        col(ProposalSkill.skill_id).in_(sa.select(col(Skill.id)).where(wanted))
    )
    return sa.tuple_(col(Proposal.id), col(Proposal.version)).in_(touching)


def proposal_of_number(rows: Select, wanted: OfNumber) -> Select:
    """The proposal of the number."""
    return rows.where(col(Proposal.id) == wanted.number)
