"""Proposals, written straight into the tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from service.catalogue.content import Change, fields_to_json
from service.proposals.models import (
    DeclineReason,
    Proposal,
    ProposalChange,
    ProposalSkill,
    ProposalState,
    ProposalVersion,
)


async def make_proposal(
    session: AsyncSession,
    skill_id: int,
    changes: Sequence[Change] = (),
    *,
    at: datetime,
    state: ProposalState = ProposalState.OPEN,
    base_revision: int = 1,
    applied_revision: int | None = None,
    **more: Any,
) -> Proposal:
    """A proposal for one skill, made at the moment, and decided then where it is not open."""
    decided = {} if state is ProposalState.OPEN else {"decided_at": at}
    wanted: dict[str, Any] = {"skill_id": skill_id, "state": state, "title": "Better"}
    wanted |= {"created_at": at, "active_at": at}
    if state is ProposalState.DECLINED:
        wanted["decline_reason"] = DeclineReason.OTHER
    wanted |= decided | more
    proposal = Proposal(**wanted)
    session.add(proposal)
    await session.flush()
    key = {"proposal_id": proposal.id, "version": 1}
    session.add(
        ProposalVersion(
            proposal_id=proposal.id,
            number=1,
            title=proposal.title,
            reason=proposal.reason,
            written_by_id=proposal.author_id,
            written_at=at,
        )
    )
    await session.flush()
    session.add(
        ProposalSkill(
            **key,
            skill_id=skill_id,
            position=0,
            base_revision=base_revision,
            applied_revision=applied_revision,
        )
    )
    await session.flush()
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
        for position, change in enumerate(changes)
    )
    await session.flush()
    return proposal
