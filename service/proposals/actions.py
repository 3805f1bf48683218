"""The life of a proposal. Each action checks, changes, records and returns; the caller's transaction commits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from service.activity import actions as activity
from service.activity.models import EventKind
from service.catalogue import actions as catalogue
from service.catalogue import queries as catalogue_queries
from service.catalogue import rules as catalogue_rules
from service.catalogue.content import (
    Change,
    Content,
    apply,
    change_to_json,
    conflicts,
    diff,
    fields_to_json,
    settle,
)
from service.catalogue.models import Skill
from service.catalogue.rules import ensure_text
from service.errors import InvalidInput
from service.people.models import Person
from service.proposals import drafting, queries, rules
from service.proposals.changes import RequestedChange
from service.proposals.models import (
    CHANGES_MAX,
    REASON_MAX,
    TITLE_MAX,
    Proposal,
    ProposalChange,
    ProposalState,
)
from service.watches import actions as watches


async def create_proposal(
    session: AsyncSession,
    *,
    by: Person,
    skill_id: int,
    base_revision: int,
    title: str,
    changes: Sequence[RequestedChange],
    at: datetime,
    reason: str = "",
    idempotency_key: str | None = None,
) -> Proposal:
    """Suggest changes to a skill, written against one of its revisions.

    Each touched field's value at that revision is kept, so that accepting can tell whether it has moved. The same
    idempotency key gives the same proposal back.

    Raises:
        NotFound, InvalidInput, Conflict, Rejected: see `service.proposals.rules` and `drafting`.
    """
    _ensure_texts(title, reason, idempotency_key)
    if not 1 <= len(changes) <= CHANGES_MAX:
        raise InvalidInput(f"A proposal holds 1 to {CHANGES_MAX} changes.", path=("changes",))
    # The lock makes two requests with one key take turns.
    skill = await catalogue_queries.get_skill(session, skill_id, lock=True)
    base, drafted = await _draft(session, skill, base_revision, changes)
    if idempotency_key is not None:
        earlier = await queries.find_proposal_by_key(session, by.id, idempotency_key)
        if earlier is not None:
            return await _same_again(session, earlier, skill_id, title, reason, drafted)
    current = await catalogue_queries.content_of(session, skill)
    if not settle(drafted, current):
        raise rules.NothingChanges
    await _ensure_fits(session, skill, base, drafted)

    proposal = Proposal(
        skill_id=skill_id,
        base_revision=base_revision,
        title=title.strip(),
        reason=reason.strip(),
        author_id=by.id,
        created_at=at,
        idempotency_key=idempotency_key,
    )
    session.add(proposal)
    await session.flush()
    session.add_all(_change_rows(proposal.id, drafted))
    await watches.watch_own_proposal(session, proposal.id, by=by.id, at=at)
    await _record(session, EventKind.PROPOSAL_CREATED, proposal, by=by, at=at)
    return proposal


async def accept_proposal(session: AsyncSession, proposal_id: int, *, by: Person, at: datetime) -> Proposal:
    """Apply an open proposal to the catalogue.

    Raises:
        Rejected: of `FieldHasMoved`, one per touched field that has moved; nothing is written.
        NotFound, NotAllowed, Conflict: see `service.proposals.rules`.
    """
    proposal = await queries.get_proposal(session, proposal_id, lock=True)
    rules.ensure_can_decide(proposal, by)
    skill = await catalogue_queries.get_skill(session, proposal.skill_id, lock=True)
    current = await catalogue_queries.content_of(session, skill)
    rows = (await queries.changes_by_proposal(session, [proposal_id]))[proposal_id]
    proposed = [queries.as_change(row) for row in rows]

    found = conflicts(proposed, current)
    rules.reject_conflicts(
        found, await catalogue_queries.names_of_places(session, [conflict.place for conflict in found])
    )
    changes = settle(proposed, current)
    if not changes:
        raise rules.AlreadyInPlace
    await _ensure_fits(session, skill, current, changes)

    revision = await catalogue.revise_skill(
        session, skill, changes, at=at, by=proposal.author_id, reason=proposal.title, proposal_id=proposal.id
    )
    _decide(proposal, ProposalState.ACCEPTED, by=by, at=at)
    proposal.applied_revision = revision.number
    await _record(
        session,
        EventKind.PROPOSAL_ACCEPTED,
        proposal,
        by=by,
        at=at,
        revision=revision.number,
        changes=[change_to_json(change) for change in changes],
    )
    return proposal


async def decline_proposal(
    session: AsyncSession, proposal_id: int, *, by: Person, reason: str, at: datetime
) -> Proposal:
    """Close an open proposal without applying it, telling the author why.

    Raises:
        NotFound, NotAllowed, Conflict, InvalidInput: see `service.proposals.rules`.
    """
    proposal = await queries.get_proposal(session, proposal_id, lock=True)
    rules.ensure_can_decide(proposal, by)
    proposal.decision_reason = rules.clean_reason(reason)
    _decide(proposal, ProposalState.DECLINED, by=by, at=at)
    await _record(session, EventKind.PROPOSAL_DECLINED, proposal, by=by, at=at)
    return proposal


async def withdraw_proposal(session: AsyncSession, proposal_id: int, *, by: Person, at: datetime) -> Proposal:
    """Take one's own open proposal back.

    Raises:
        NotFound, NotAllowed, Conflict: see `service.proposals.rules`.
    """
    proposal = await queries.get_proposal(session, proposal_id, lock=True)
    rules.ensure_can_withdraw(proposal, by)
    _decide(proposal, ProposalState.WITHDRAWN, by=by, at=at)
    await _record(session, EventKind.PROPOSAL_WITHDRAWN, proposal, by=by, at=at)
    return proposal


async def _draft(
    session: AsyncSession, skill: Skill, base_revision: int, wishes: Sequence[RequestedChange]
) -> tuple[Content, tuple[Change, ...]]:
    if not 1 <= base_revision <= skill.revision:
        raise InvalidInput(
            f"The skill is at revision {skill.revision}: give the revision that the change was written against.",
            path=("baseRevision",),
        )
    base = await catalogue_queries.content_of(session, skill, revision=base_revision)
    wanted = await drafting.wanted_content(session, skill, base, wishes)
    return base, diff(base, wanted)


async def _same_again(
    session: AsyncSession,
    earlier: Proposal,
    skill_id: int,
    title: str,
    reason: str,
    drafted: tuple[Change, ...],
) -> Proposal:
    """The proposal that the key made before, if it is the same one."""
    rows = (await queries.changes_by_proposal(session, [earlier.id]))[earlier.id]
    same = (earlier.skill_id, earlier.title, earlier.reason) == (skill_id, title.strip(), reason.strip())
    if not same or tuple(queries.as_change(row) for row in rows) != drafted:
        raise rules.IdempotencyKeyReused
    return earlier


async def _ensure_fits(
    session: AsyncSession, skill: Skill, content: Content, changes: Sequence[Change]
) -> None:
    """What must hold of the skill as a whole once the changes are applied."""
    after = apply(content, changes).fields
    catalogue_rules.ensure_replacement(after)
    if after["slug"] != skill.slug:
        await catalogue.ensure_slug_is_free(session, str(after["slug"]), skill_id=skill.id)


def _ensure_texts(title: str, reason: str, idempotency_key: str | None) -> None:
    for text, name, least, most in (
        (title, "title", 1, TITLE_MAX),
        (reason, "reason", 0, REASON_MAX),
        (idempotency_key or "-", "idempotencyKey", 1, rules.IDEMPOTENCY_KEY_MAX),
    ):
        try:
            ensure_text(text, what=f"The {name}", least=least, most=most)
        except InvalidInput as error:
            raise InvalidInput(error.message, path=(name,)) from error


def _change_rows(proposal_id: int, changes: Sequence[Change]) -> list[ProposalChange]:
    return [
        ProposalChange(
            proposal_id=proposal_id,
            position=position,
            kind=change.kind,
            role_id=None if change.place is None else change.place.role_id,
            level_id=None if change.place is None else change.place.level_id,
            fields=fields_to_json(change.fields),
        )
        for position, change in enumerate(changes)
    ]


def _decide(proposal: Proposal, state: ProposalState, *, by: Person, at: datetime) -> None:
    proposal.state = state
    proposal.decided_at = at
    proposal.decided_by_id = by.id


async def _record(
    session: AsyncSession, kind: EventKind, proposal: Proposal, *, by: Person, at: datetime, **payload: Any
) -> None:
    await activity.record(
        session, kind, at=at, actor_id=by.id, skill_id=proposal.skill_id, proposal_id=proposal.id, **payload
    )
