"""What authors do to their proposals. Each action checks, changes, records and returns; the caller commits."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from service.activity.models import EventKind
from service.errors import below
from service.people import trust
from service.people.models import Person
from service.people.queries import lock_person
from service.proposals import drafting, merging, queries, records, reviewing, rules
from service.proposals.changes import FieldChoice, Part, SkillWish
from service.proposals.merging import Prospect
from service.proposals.models import (
    Proposal,
    ProposalState,
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
    prospects = await drafting.draft(session, wishes)
    parts = [prospect.part for prospect in prospects]
    if idempotency_key is not None:
        earlier = await queries.find_proposal_by_key(session, by.id, idempotency_key)
        if earlier is not None:
            return await _same_again(session, earlier, title, reason, parts)
    rules.ensure_may_propose_more(await queries.count_open(session, by.id))
    done = await queries.proposals_since(session, at - trust.HOUR, person_id=by.id)
    trust.ensure_not_too_often(trust.PROPOSALS, by, *done, at=at)
    await _ensure_sense(session, wishes, prospects)

    proposal = Proposal(
        skill_id=parts[0].skill_id,
        title=title.strip(),
        reason=reason.strip(),
        author_id=by.id,
        gate=records.gate_of(by, title, reason, parts, at=at),
        created_at=at,
        active_at=at,
        idempotency_key=idempotency_key,
    )
    session.add(proposal)
    await session.flush()
    await records.keep_version(session, proposal, parts, by=by, at=at)
    await watches.watch_own_proposal(session, proposal.id, by=by.id, at=at)
    await records.record(session, EventKind.PROPOSAL_CREATED, proposal, by=by, at=at)
    return proposal


async def edit_proposal(
    session: AsyncSession,
    proposal_id: int,
    *,
    by: Person,
    version: int,
    at: datetime,
    title: str | None = None,
    reason: str | None = None,
    wishes: Sequence[SkillWish] | None = None,
) -> Proposal:
    """Let one's own open proposal say something else; what is not given stays. `version` is the one that was read.

    Raises:
        NotFound, NotAllowed, Conflict, InvalidInput, Rejected: see `service.proposals.rules` and `drafting`.
    """
    proposal = await queries.get_proposal(session, proposal_id, lock=True)
    rules.ensure_can_withdraw(proposal, by)
    rules.ensure_version(proposal, version)
    title = proposal.title if title is None else title.strip()
    reason = proposal.reason if reason is None else reason.strip()
    rules.ensure_texts(title, reason, None)
    parts = before = await queries.parts_of(session, proposal)
    prospects = [] if wishes is None else await drafting.draft(session, wishes)
    if wishes is not None:
        parts = [prospect.part for prospect in prospects]
    if (title, reason, parts) == (proposal.title, proposal.reason, before):
        raise rules.NothingChanges("the proposal", path=())
    await _ensure_sense(session, wishes or (), prospects)
    proposal.title, proposal.reason = title, reason
    await records.supersede(session, proposal, parts, by=by, at=at)
    await records.record(session, EventKind.PROPOSAL_EDITED, proposal, by=by, at=at, version=proposal.version)
    return proposal


async def rebase_proposal(
    session: AsyncSession,
    proposal_id: int,
    *,
    by: Person,
    version: int,
    choices: Sequence[FieldChoice],
    at: datetime,
) -> Proposal:
    """Write an open proposal against its skills as they stand; it stays its author's, whoever does this.

    Where a field has moved, a choice says what is to stand there.

    Raises:
        Rejected: of `FieldHasMoved`, for each field that has moved and that no choice is about.
        NotFound, NotAllowed, Conflict, InvalidInput: see `service.proposals.rules` and `merging.resolve`.
    """
    proposal = await queries.get_proposal(session, proposal_id, lock=True)
    rules.ensure_can_rebase(proposal, by)
    if proposal.author_id != by.id:
        await reviewing.ensure_can_review(session, proposal, by)
    rules.ensure_version(proposal, version)
    prospects = await merging.prospects_of(session, await queries.parts_of(session, proposal))
    if all(prospect.part.base_revision == prospect.skill.revision for prospect in prospects):
        raise rules.NotOutdated
    resolved = await merging.resolve(session, proposal, prospects, choices)
    if not resolved:
        raise rules.NothingChanges(path=("choices",))
    for prospect in resolved:
        await merging.ensure_fits(session, prospect)
    await records.supersede(session, proposal, [prospect.part for prospect in resolved], by=by, at=at)
    await records.record(
        session,
        EventKind.PROPOSAL_EDITED,
        proposal,
        by=by,
        at=at,
        version=proposal.version,
        rebased=True,
    )
    return proposal


async def withdraw_proposal(session: AsyncSession, proposal_id: int, *, by: Person, at: datetime) -> Proposal:
    """Take one's own open proposal back.

    Raises:
        NotFound, NotAllowed, Conflict: see `service.proposals.rules`.
    """
    proposal = await queries.get_proposal(session, proposal_id, lock=True)
    rules.ensure_can_withdraw(proposal, by)
    records.decide(proposal, ProposalState.WITHDRAWN, by=by, at=at)
    await records.record(session, EventKind.PROPOSAL_WITHDRAWN, proposal, by=by, at=at)
    return proposal


async def _ensure_sense(
    session: AsyncSession, wishes: Sequence[SkillWish], prospects: Sequence[Prospect]
) -> None:
    """Each part changes something in its skill as it stands, and leaves it whole."""
    for wish, prospect in zip(wishes, prospects, strict=True):
        with below(*wish.path):
            if not prospect.changes:
                raise rules.NothingChanges
            await merging.ensure_fits(session, prospect)


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
