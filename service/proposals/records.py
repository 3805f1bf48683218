"""What every act on a proposal writes: its versions, its decision, and the Event."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity import actions as activity
from service.activity.announcements import announce
from service.activity.models import EventKind
from service.catalogue.content import fields_to_json
from service.people import trust
from service.people.models import Person
from service.people.trust import Gate
from service.prepared import Prepared
from service.proposals import queries, rules
from service.proposals.changes import Part
from service.proposals.models import (
    Proposal,
    ProposalChange,
    ProposalSkill,
    ProposalState,
    ProposalVersion,
)
from service.watches import actions as watches

# Made once: to put a statement together takes longer than to run it.
_VERSION = Prepared(
    sa.insert(ProposalVersion.__table__),  # type: ignore[attr-defined]
    ("proposal_id", "number", "title", "reason", "written_by_id", "written_at"),
)
_SKILL = Prepared(
    sa.insert(ProposalSkill.__table__),  # type: ignore[attr-defined]
    ("proposal_id", "version", "skill_id", "position", "base_revision"),
)
_CHANGE = Prepared(
    sa.insert(ProposalChange.__table__),  # type: ignore[attr-defined]
    ("proposal_id", "version", "skill_id", "position", "kind", "role_id", "level_id", "fields"),
)


async def keep_version(
    session: AsyncSession, proposal: Proposal, parts: Sequence[Part], *, by: Person, at: datetime
) -> None:
    """Write down what the proposal says now, under the number of its version."""
    key = {"proposal_id": proposal.id, "version": proposal.version}
    await _VERSION.first(
        session,
        proposal_id=proposal.id,
        number=proposal.version,
        title=proposal.title,
        reason=proposal.reason,
        written_by_id=by.id,
        written_at=at,
    )
    touched = [
        {**key, "skill_id": part.skill_id, "position": position, "base_revision": part.base_revision}
        for position, part in enumerate(parts)
    ]
    await _SKILL.each(session, touched)
    changes = [(part.skill_id, change) for part in parts for change in part.changes]
    written = [
        {
            **key,
            "skill_id": skill_id,
            "position": position,
            "kind": change.kind,
            "role_id": None if change.place is None else change.place.role_id,
            "level_id": None if change.place is None else change.place.level_id,
            "fields": fields_to_json(change.fields),
        }
        for position, (skill_id, change) in enumerate(changes)
    ]
    await _CHANGE.each(session, written)


async def supersede(
    session: AsyncSession, proposal: Proposal, parts: Sequence[Part], *, by: Person, at: datetime
) -> None:
    """Let the proposal say something else from now on. What it said stays readable; what was said of that is past.

    Where somebody new adds a link, it waits for a moderator.

    Raises:
        TooManyVersions: it has as many versions as may be.
    """
    rules.ensure_may_grow(proposal)
    if proposal.gate is Gate.OPEN:
        proposal.gate = gate_of(by, proposal.title, proposal.reason, parts, at=at)
    no_longer_touched = await queries.skills_touched(session, proposal)
    proposal.version += 1
    proposal.skill_id = parts[0].skill_id
    await keep_version(session, proposal, parts, by=by, at=at)
    await announce(session, no_longer_touched)


def gate_of(by: Person, title: str, reason: str, parts: Sequence[Part], *, at: datetime) -> Gate:
    """Whether everybody may see such a proposal, as the person writes it."""
    wished = [edit.after for part in parts for change in part.changes for edit in change.fields]
    return trust.gate_for(by, [title, reason, *(str(value) for value in wished)], at=at)


def decide(proposal: Proposal, state: ProposalState, *, by: Person, at: datetime) -> None:
    """Close the proposal by somebody's decision."""
    _go_on(proposal, at)
    proposal.state = state
    proposal.decided_at = at
    proposal.decided_by_id = by.id


async def record(
    session: AsyncSession,
    kind: EventKind,
    proposal: Proposal,
    *,
    by: Person | None,
    at: datetime,
    **payload: Any,
) -> None:
    """Somebody's act on the proposal as a whole, which shows that it is not stale."""
    _go_on(proposal, at)
    await tell(session, kind, proposal, by=by, at=at, **payload)


async def go_on(session: AsyncSession, proposal_id: int, *, at: datetime) -> None:
    """Note that people still talk about the proposal; one that is decided stays as it is."""
    open_one = sa.update(Proposal).where(
        col(Proposal.id) == proposal_id, col(Proposal.state) == ProposalState.OPEN
    )
    await session.execute(open_one.values(active_at=at, stale_at=None))


async def tell(
    session: AsyncSession,
    kind: EventKind,
    proposal: Proposal,
    *,
    by: Person | None,
    at: datetime,
    **payload: Any,
) -> None:
    """What happened to the proposal as a whole: one Event, told of the first skill; the others are concerned as well.

    Nothing is told of a proposal that not everybody may see. Of what it says anew, those are asked to review it who
    have its domains to review; whoever lets it say so knows of it.
    """
    if proposal.gate is not Gate.OPEN:
        return
    actor_id = None if by is None else by.id
    if kind in (EventKind.PROPOSAL_CREATED, EventKind.PROPOSAL_EDITED):
        asked = await queries.asked_to_review(session, proposal, by=actor_id)
        await watches.ask_for_review(session, proposal.id, asked, at=at)
    await activity.record(
        session,
        kind,
        at=at,
        actor_id=actor_id,
        skill_id=proposal.skill_id,
        proposal_id=proposal.id,
        about=await queries.skills_touched(session, proposal),
        **payload,
    )


def _go_on(proposal: Proposal, at: datetime) -> None:
    proposal.active_at, proposal.stale_at = at, None
