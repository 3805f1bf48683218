"""Where a proposal stands, worked out of its own rows and the catalogue's: expressions over `Proposal`, in SQL."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.catalogue.content import ChangeKind
from service.catalogue.models import Requirement, Skill
from service.catalogue.sources import APPROVALS_NEEDED
from service.database import enum_column_type
from service.proposals.models import (
    Proposal,
    ProposalChange,
    ProposalReview,
    ProposalSkill,
    ProposalState,
    ReviewDecision,
    Verdict,
)

# Written out: a compiled plan has no parameters of JSON.
_NULL = sa.literal_column("'null'::jsonb", JSONB)
_SAYS_PROFICIENCY = sa.literal_column("""'[{"field": "proficiency"}]'::jsonb""", JSONB)


def touches(skill: type[ProposalSkill]) -> sa.ColumnElement[bool]:
    """Whether the proposal as it stands touches the skill."""
    return sa.and_(col(skill.proposal_id) == col(Proposal.id), col(skill.version) == col(Proposal.version))


def last_words(verdict: Verdict) -> sa.ScalarSelect[int]:
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


def approvals_needed() -> sa.ScalarSelect[int]:
    """As many as the most careful of the skills that it touches asks for."""
    return (
        sa.select(sa.func.max(APPROVALS_NEEDED))
        .select_from(ProposalSkill)
        .join(Skill, col(Skill.id) == col(ProposalSkill.skill_id))
        .where(touches(ProposalSkill))
        .correlate(Proposal)
        .scalar_subquery()
    )


def is_outdated() -> sa.ColumnElement[bool]:
    """Whether it is open, and any skill has moved on from the revision that it was written against."""
    moved = (
        sa.select(sa.literal(1))
        .select_from(ProposalSkill)
        .join(Skill, col(Skill.id) == col(ProposalSkill.skill_id))
        .where(touches(ProposalSkill), col(Skill.revision) > col(ProposalSkill.base_revision))
    )
    return sa.and_(col(Proposal.state) == ProposalState.OPEN, moved.correlate(Proposal).exists())


def has_conflicts() -> sa.ColumnElement[bool]:
    """Whether it is open, and a field that it touches has moved: `service.catalogue.content.conflicts`, in SQL."""
    edit = sa.func.jsonb_array_elements(col(ProposalChange.fields)).table_valued(sa.column("value", JSONB))
    name, before, after = (edit.c.value[key] for key in ("field", "before", "after"))
    whole = sa.case(
        (col(ProposalChange.role_id).is_(None), sa.func.to_jsonb(sa.literal_column("skill"), type_=JSONB)),
        else_=sa.func.to_jsonb(sa.literal_column("requirement"), type_=JSONB),
    )
    now = sa.func.coalesce(sa.func.jsonb_extract_path(whole, name.astext, type_=JSONB), _NULL)
    is_gone = sa.and_(col(ProposalChange.kind) == ChangeKind.EDIT_REQUIREMENT, col(Requirement.id).is_(None))
    # Whoever removes a requirement touches what was left unsaid as well.
    is_said_now = sa.and_(
        col(ProposalChange.kind) == ChangeKind.REMOVE_REQUIREMENT,
        col(Requirement.proficiency).is_not(None),
        ~col(ProposalChange.fields).contains(_SAYS_PROFICIENCY),
    )
    moved = (
        sa.select(sa.literal(1))
        .select_from(ProposalChange)
        .join(Skill, col(Skill.id) == col(ProposalChange.skill_id))
        .outerjoin(
            Requirement,
            sa.and_(
                col(Requirement.skill_id) == col(ProposalChange.skill_id),
                col(Requirement.role_id) == col(ProposalChange.role_id),
                col(Requirement.level_id) == col(ProposalChange.level_id),
            ),
        )
        .join(edit, sa.true())
        .where(
            col(ProposalChange.proposal_id) == col(Proposal.id),
            col(ProposalChange.version) == col(Proposal.version),
            sa.or_(is_gone, is_said_now, sa.and_(now != before, now != after)),
        )
    )
    return sa.and_(is_outdated(), moved.correlate(Proposal).exists())


def is_stale() -> sa.ColumnElement[bool]:
    """Whether it is open, and marked since nobody goes on with it."""
    return sa.and_(col(Proposal.state) == ProposalState.OPEN, col(Proposal.stale_at).is_not(None))


def review_decision() -> sa.ColumnElement[ReviewDecision]:
    """What the reviews of the present version come to."""
    decision = sa.case(
        (last_words(Verdict.REQUEST_CHANGES) > 0, ReviewDecision.CHANGES_REQUESTED.value),
        (last_words(Verdict.APPROVE) >= approvals_needed(), ReviewDecision.APPROVED.value),
        else_=ReviewDecision.REVIEW_REQUIRED.value,
    )
    return sa.type_coerce(decision, enum_column_type(ReviewDecision, "review_decision"))
