"""The life of a proposal. Each action checks, changes, records and returns; the caller's transaction commits."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity import actions as activity
from service.activity.announcements import announce
from service.activity.models import Event, EventKind
from service.catalogue import actions as catalogue
from service.catalogue.content import change_to_json, fields_to_json
from service.errors import below
from service.people import trust
from service.people.models import Person
from service.people.queries import domains_by_reviewer, lock_person
from service.people.trust import Gate
from service.proposals import drafting, merging, queries, rules
from service.proposals.changes import Part, SkillWish
from service.proposals.merging import Prospect
from service.proposals.models import (
    Proposal,
    ProposalChange,
    ProposalSkill,
    ProposalState,
    ProposalVersion,
)
from service.watches import actions as watches


async def create_proposal(
    session: AsyncSession,
    *,
    by: Person,
    wishes: Sequence[SkillWish],
    title: str,
    at: datetime,
    reason: str = "",
    idempotency_key: str | None = None,
) -> Proposal:
    """Suggest changes to one skill, or to several as one, each written against one of the skill's revisions.

    Each touched field's value at that revision is kept, so that accepting can tell whether it has moved. The same
    idempotency key gives the same proposal back.

    Raises:
        NotFound, InvalidInput, Conflict, Rejected: see `service.proposals.rules` and `drafting`.
    """
    rules.ensure_texts(title, reason, idempotency_key)
    # The locks make two requests with one key take turns, and what one person proposes is counted in turn.
    await lock_person(session, by.id)
    parts = await drafting.draft(session, wishes)
    if idempotency_key is not None:
        earlier = await queries.find_proposal_by_key(session, by.id, idempotency_key)
        if earlier is not None:
            return await _same_again(session, earlier, title, reason, parts)
    done = await queries.proposals_since(session, at - trust.HOUR, person_id=by.id)
    trust.ensure_not_too_often(trust.PROPOSALS, by, *done, at=at)
    for wish, prospect in zip(wishes, await merging.prospects_of(session, parts), strict=True):
        with below(*wish.path):
            if not prospect.changes:
                raise rules.NothingChanges
            await merging.ensure_fits(session, prospect)

    proposal = Proposal(
        skill_id=parts[0].skill_id,
        title=title.strip(),
        reason=reason.strip(),
        author_id=by.id,
        gate=trust.gate_for(by, [title, reason, *_texts(parts)], at=at),
        created_at=at,
        idempotency_key=idempotency_key,
    )
    session.add(proposal)
    await session.flush()
    await _keep_version(session, proposal, parts, by=by, at=at)
    await watches.watch_own_proposal(session, proposal.id, by=by.id, at=at)
    if proposal.gate is Gate.OPEN:
        await record_created(session, proposal, at=at)
    return proposal


async def record_created(session: AsyncSession, proposal: Proposal, *, at: datetime) -> None:
    """Tell of a proposal once everybody may see it: when it is made, or when a moderator lets it through."""
    await _record(session, EventKind.PROPOSAL_CREATED, proposal, by=proposal.author_id, at=at)


async def accept_proposal(session: AsyncSession, proposal_id: int, *, by: Person, at: datetime) -> Proposal:
    """Apply an open proposal to the catalogue: all of it, in every skill that it touches, or nothing.

    Raises:
        Rejected: of `FieldHasMoved`, one per touched field that has moved; nothing is written.
        NotFound, NotAllowed, Conflict: see `service.proposals.rules`.
    """
    proposal = await queries.get_proposal(session, proposal_id, lock=True)
    await _ensure_can_review(session, proposal, by=by)
    rules.ensure_can_decide(proposal, by)
    prospects = await merging.prospects_of(session, await queries.parts_of(session, proposal))
    await merging.ensure_no_conflicts(session, prospects)
    changing = [prospect for prospect in prospects if prospect.changes]
    if not changing:
        raise rules.AlreadyInPlace
    for prospect in changing:
        await merging.ensure_fits(session, prospect)

    _decide(proposal, ProposalState.ACCEPTED, by=by, at=at)
    first: Event | None = None
    for prospect in changing:
        event = await _apply(session, proposal, prospect, by=by, at=at, part_of=first)
        first = first or event
    await announce(session, [prospect.skill.id for prospect in prospects if not prospect.changes])
    return proposal


async def decline_proposal(
    session: AsyncSession, proposal_id: int, *, by: Person, reason: str, at: datetime
) -> Proposal:
    """Close an open proposal without applying it, telling the author why.

    Raises:
        NotFound, NotAllowed, Conflict, InvalidInput: see `service.proposals.rules`.
    """
    proposal = await queries.get_proposal(session, proposal_id, lock=True)
    await _ensure_can_review(session, proposal, by=by)
    rules.ensure_can_decide(proposal, by)
    proposal.decision_reason = rules.clean_reason(reason)
    _decide(proposal, ProposalState.DECLINED, by=by, at=at)
    await _record(session, EventKind.PROPOSAL_DECLINED, proposal, by=by.id, at=at)
    return proposal


async def withdraw_proposal(session: AsyncSession, proposal_id: int, *, by: Person, at: datetime) -> Proposal:
    """Take one's own open proposal back.

    Raises:
        NotFound, NotAllowed, Conflict: see `service.proposals.rules`.
    """
    proposal = await queries.get_proposal(session, proposal_id, lock=True)
    rules.ensure_can_withdraw(proposal, by)
    _decide(proposal, ProposalState.WITHDRAWN, by=by, at=at)
    await _record(session, EventKind.PROPOSAL_WITHDRAWN, proposal, by=by.id, at=at)
    return proposal


async def _ensure_can_review(session: AsyncSession, proposal: Proposal, *, by: Person) -> None:
    touched = await queries.domains_touched(session, await queries.skills_touched(session, proposal))
    limited_to = (await domains_by_reviewer(session, [by.id]))[by.id]
    rules.ensure_can_review(proposal, by, touched=touched, limited_to=limited_to)


def _texts(parts: Sequence[Part]) -> Iterator[str]:
    """All that a proposal wishes to say in the catalogue."""
    for part in parts:
        for change in part.changes:
            yield from (str(edit.after) for edit in change.fields if edit.after is not None)


async def _same_again(
    session: AsyncSession, earlier: Proposal, title: str, reason: str, parts: Sequence[Part]
) -> Proposal:
    """The proposal that the key made before, if it was the same one; what has become of it since does not matter."""
    first = await queries.get_version(session, earlier.id, 1)
    before = await queries.parts_of(session, earlier, version=1)
    if (first.title, first.reason) != (title.strip(), reason.strip()) or _wishes(before) != _wishes(parts):
        raise rules.IdempotencyKeyReused
    return earlier


def _wishes(parts: Sequence[Part]) -> list[object]:
    return [(part.skill_id, part.changes) for part in parts]


async def _keep_version(
    session: AsyncSession, proposal: Proposal, parts: Sequence[Part], *, by: Person, at: datetime
) -> None:
    """Write down what the proposal says now, under the number of its version.

    Flushed table by table: without relationships the session does not know that one row needs another.
    """
    key = {"proposal_id": proposal.id, "version": proposal.version}
    session.add(
        ProposalVersion(
            proposal_id=proposal.id,
            number=proposal.version,
            title=proposal.title,
            reason=proposal.reason,
            written_by_id=by.id,
            written_at=at,
        )
    )
    await session.flush()
    session.add_all(
        ProposalSkill(**key, skill_id=part.skill_id, position=position, base_revision=part.base_revision)
        for position, part in enumerate(parts)
    )
    await session.flush()
    changes = [(part.skill_id, change) for part in parts for change in part.changes]
    session.add_all(
        ProposalChange(
            **key,
            skill_id=skill_id,
            position=position,
            kind=change.kind,
            role_id=None if change.place is None else change.place.role_id,
            level_id=None if change.place is None else change.place.level_id,
            fields=fields_to_json(change.fields),
        )
        for position, (skill_id, change) in enumerate(changes)
    )
    await session.flush()


async def _apply(
    session: AsyncSession,
    proposal: Proposal,
    prospect: Prospect,
    *,
    by: Person,
    at: datetime,
    part_of: Event | None,
) -> Event:
    """The part as its skill's next revision, which is an Event of its own."""
    skill, changes = prospect.skill, prospect.changes
    revision = await catalogue.revise_skill(
        session, skill, changes, at=at, by=proposal.author_id, reason=proposal.title, proposal_id=proposal.id
    )
    applied = sa.update(ProposalSkill).where(
        col(ProposalSkill.proposal_id) == proposal.id,
        col(ProposalSkill.version) == proposal.version,
        col(ProposalSkill.skill_id) == skill.id,
    )
    await session.execute(applied.values(applied_revision=revision.number))
    return await activity.record(
        session,
        EventKind.PROPOSAL_ACCEPTED,
        at=at,
        actor_id=by.id,
        skill_id=skill.id,
        proposal_id=proposal.id,
        part_of=part_of,
        revision=revision.number,
        changes=[change_to_json(change) for change in changes],
    )


def _decide(proposal: Proposal, state: ProposalState, *, by: Person, at: datetime) -> None:
    proposal.state = state
    proposal.decided_at = at
    proposal.decided_by_id = by.id


async def _record(
    session: AsyncSession, kind: EventKind, proposal: Proposal, *, by: int | None, at: datetime
) -> None:
    """An act on the proposal as a whole: one Event, told of the first skill; the others are concerned as well."""
    event = await activity.record(
        session, kind, at=at, actor_id=by, skill_id=proposal.skill_id, proposal_id=proposal.id
    )
    touched = await queries.skills_touched(session, proposal)
    await activity.concern(session, event, touched)
    await announce(session, [skill_id for skill_id in touched if skill_id != proposal.skill_id])
