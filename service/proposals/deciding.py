"""What reviewers do to a proposal: they say what they think of it, accept it, or decline it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity import actions as activity
from service.activity.announcements import announce
from service.activity.models import Event, EventKind
from service.catalogue import actions as catalogue
from service.catalogue.content import change_to_json
from service.people.models import Person
from service.prepared import Prepared
from service.proposals import merging, queries, records, reviewing, rules
from service.proposals.changes import FieldChoice
from service.proposals.merging import Prospect
from service.proposals.models import (
    DeclineReason,
    Proposal,
    ProposalReview,
    ProposalSkill,
    ProposalState,
    Verdict,
)
from service.watches import actions as watches

# Made once: to put it together takes longer than to run it.
_APPLIED = Prepared(
    sa.update(ProposalSkill.__table__)  # type: ignore[attr-defined]
    .where(
        col(ProposalSkill.proposal_id) == sa.bindparam("of_proposal"),
        col(ProposalSkill.version) == sa.bindparam("of_version"),
        col(ProposalSkill.skill_id) == sa.bindparam("of_skill"),
    )
    .values(applied_revision=sa.bindparam("number"))
)


async def review_proposal(
    session: AsyncSession,
    proposal_id: int,
    *,
    by: Person,
    version: int,
    verdict: Verdict,
    text: str = "",
    at: datetime,
) -> Proposal:
    """Say what one thinks of the version of an open proposal that one has read; the reviewer then watches it.

    Raises:
        NotFound, NotAllowed, Conflict, InvalidInput: see `service.proposals.rules`.
    """
    proposal = await queries.get_proposal(session, proposal_id, lock=True)
    await reviewing.ensure_can_review(session, proposal, by)
    rules.ensure_can_decide(proposal, by)
    rules.ensure_version(proposal, version)
    said = rules.clean_words(text, name="text", needed=verdict is Verdict.REQUEST_CHANGES)
    session.add(
        ProposalReview(
            proposal_id=proposal.id,
            version=version,
            person_id=by.id,
            verdict=verdict,
            text=said,
            reviewed_at=at,
        )
    )
    await session.flush()
    await watches.watch_reviewed_proposal(session, proposal.id, by=by.id, at=at)
    await records.record(
        session,
        EventKind.PROPOSAL_REVIEWED,
        proposal,
        by=by,
        at=at,
        version=version,
        verdict=verdict.value,
        text=said,
    )
    return proposal


async def accept_proposal(
    session: AsyncSession,
    proposal_id: int,
    *,
    by: Person,
    version: int | None = None,
    edits: Sequence[FieldChoice] = (),
    at: datetime,
) -> Proposal:
    """Apply an open proposal to the catalogue: all of it, in every skill that it touches, or nothing.

    With edits it first becomes what the reviewer chose, as a version of the reviewer's: approvals of what it said
    before do not count for that, and author and reviewer are credited both.

    Raises:
        Rejected: of `FieldHasMoved`, one per touched field that has moved; nothing is written.
        NotFound, NotAllowed, Conflict: see `service.proposals.rules`.
    """
    proposal = await queries.get_proposal(session, proposal_id, lock=True)
    await reviewing.ensure_can_review(session, proposal, by)
    rules.ensure_can_decide(proposal, by)
    rules.ensure_version(proposal, version)
    prospects = await merging.prospects_of(session, await queries.parts_of(session, proposal))
    if edits:
        prospects = await merging.resolve(session, proposal, prospects, edits)
        if not prospects:
            raise rules.NothingChanges(path=("edits",))
        parts = [prospect.part for prospect in prospects]
        await records.supersede(session, proposal, parts, by=by, at=at)
    await merging.ensure_no_conflicts(session, prospects)
    await _ensure_approved(session, proposal, by)
    changing = [prospect for prospect in prospects if prospect.changes]
    if not changing:
        raise rules.AlreadyInPlace
    for prospect in changing:
        await merging.ensure_fits(session, prospect)

    records.decide(proposal, ProposalState.ACCEPTED, by=by, at=at)
    first: Event | None = None
    for prospect in changing:
        event = await _apply(session, proposal, prospect, by=by, at=at, is_edited=bool(edits), part_of=first)
        first = first or event
    await watches.watch_decided_proposal(session, proposal.id, by=by.id, at=at)
    await announce(session, [prospect.skill.id for prospect in prospects if not prospect.changes])
    return proposal


async def decline_proposal(
    session: AsyncSession,
    proposal_id: int,
    *,
    by: Person,
    why: DeclineReason = DeclineReason.OTHER,
    reason: str,
    at: datetime,
) -> Proposal:
    """Close an open proposal without applying it, telling the author why.

    Raises:
        NotFound, NotAllowed, Conflict, InvalidInput: see `service.proposals.rules`.
    """
    proposal = await queries.get_proposal(session, proposal_id, lock=True)
    await reviewing.ensure_can_review(session, proposal, by)
    rules.ensure_can_decide(proposal, by)
    proposal.decline_reason = why
    proposal.decision_reason = rules.clean_words(reason, name="reason")
    records.decide(proposal, ProposalState.DECLINED, by=by, at=at)
    await records.record(session, EventKind.PROPOSAL_DECLINED, proposal, by=by, at=at, why=why.value)
    await watches.watch_decided_proposal(session, proposal.id, by=by.id, at=at)
    return proposal


async def _ensure_approved(session: AsyncSession, proposal: Proposal, by: Person) -> None:
    needed = await queries.approvals_needed(session, proposal)
    if needed > 1:
        rules.ensure_approved(await queries.approvers_of(session, proposal), needed, by)


async def _apply(
    session: AsyncSession,
    proposal: Proposal,
    prospect: Prospect,
    *,
    by: Person,
    at: datetime,
    is_edited: bool,
    part_of: Event | None,
) -> Event:
    """The part as its skill's next revision, which is an Event of its own."""
    skill, changes = prospect.skill, prospect.changes
    revision = await catalogue.revise_skill(
        session,
        skill,
        changes,
        at=at,
        by=proposal.author_id,
        edited_by=by.id if is_edited else None,
        reason=proposal.title,
        proposal_id=proposal.id,
    )
    of_part = {"of_proposal": proposal.id, "of_version": proposal.version, "of_skill": skill.id}
    await _APPLIED.first(session, **of_part, number=revision.number)
    return await activity.record(
        session,
        EventKind.PROPOSAL_ACCEPTED,
        at=at,
        actor_id=by.id,
        skill_id=skill.id,
        proposal_id=proposal.id,
        part_of=part_of,
        revision=revision.number,
        is_edited=is_edited,
        changes=[change_to_json(change) for change in changes],
    )
