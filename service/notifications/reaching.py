"""Whose watches an act matches, and how many people would hear of one that has not happened."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity.models import Event, EventKind
from service.catalogue.content import Change
from service.catalogue.models import Group, Level, Requirement, Skill
from service.notifications.kinds import KINDS
from service.notifications.queries import changes_by_skill
from service.notifications.rules import impacts
from service.proposals.models import Proposal
from service.watches.models import Watch


@dataclass(frozen=True)
class Reach:
    """Whose watches an act matches: ids by the watch's column; the changes of each skill; the level below each."""

    subjects: Mapping[str, list[int]]
    changes: Mapping[int, Sequence[Change]]
    ladder: Mapping[int, int]


async def reach_of(session: AsyncSession, act: Sequence[Event]) -> Reach:
    """What an act is about: its subjects, and its changes for those who have a role and a level."""
    first = act[0]
    proposal = None if first.proposal_id is None else await session.get(Proposal, first.proposal_id)
    changes = await changes_by_skill(session, first, proposal)
    skill_ids = {event.skill_id for event in act if event.skill_id is not None} | changes.keys()
    return await _reach(session, skill_ids, changes, proposal_id=first.proposal_id)


async def count_reached(
    session: AsyncSession,
    changes: Mapping[int, Sequence[Change]],
    *,
    proposal_id: int | None,
    but: Collection[int],
    at: datetime,
) -> int:
    """How many people would hear of these changes of skills, were they applied now; some people left out."""
    reach = await _reach(session, changes.keys(), changes, proposal_id=proposal_id)
    of_all = impacts([change for part in changes.values() for change in part], reach.ladder)
    own = [(place.role_id, place.level_id) for place in of_all.by_place]
    topics = [topic.value for topic in KINDS[EventKind.PROPOSAL_ACCEPTED].topics]
    lasting = sa.and_(
        sa.or_(*(getattr(Watch, subject).in_(ids) for subject, ids in reach.subjects.items())),
        col(Watch.ended_at).is_(None),
        sa.or_(col(Watch.expires_at).is_(None), col(Watch.expires_at) > at),
    )
    heard = sa.select(sa.func.count(sa.distinct(col(Watch.person_id)))).where(
        lasting,
        col(Watch.person_id).not_in(but),
        # A muted watch keeps its subject silent, whatever else the person watches.
        col(Watch.person_id).not_in(sa.select(col(Watch.person_id)).where(lasting, col(Watch.is_muted))),
        col(Watch.events).op("&&")(sa.literal(topics, ARRAY(sa.Text))),
        sa.or_(
            sa.not_(col(Watch.only_own_levels)),
            sa.tuple_(col(Watch.own_role_id), col(Watch.own_level_id)).in_(own),
        ),
    )
    return int((await session.execute(heard)).scalar_one())


async def _reach(
    session: AsyncSession,
    skill_ids: Collection[int],
    changes: Mapping[int, Sequence[Change]],
    *,
    proposal_id: int | None,
) -> Reach:
    rows = sa.select(col(Group.id), col(Group.domain_id), col(Skill.framework_id)).join(
        Skill, col(Skill.group_id) == col(Group.id)
    )
    places = (await session.execute(rows.where(col(Skill.id).in_(skill_ids)))).all()
    return Reach(
        subjects={
            "skill_id": sorted(skill_ids),
            "group_id": sorted({group_id for group_id, _, _ in places}),
            "domain_id": sorted({domain_id for _, domain_id, _ in places}),
            "role_id": await _roles_touched(session, changes),
            "proposal_id": [] if proposal_id is None else [proposal_id],
        },
        changes=changes,
        ladder=await _ladder(session, {framework_id for _, _, framework_id in places}),
    )


async def _roles_touched(session: AsyncSession, changes: Mapping[int, Sequence[Change]]) -> list[int]:
    """The roles whose requirements change; all of a skill's where the skill itself does."""
    touched = {
        change.place.role_id for part in changes.values() for change in part if change.place is not None
    }
    whole = [key for key, part in changes.items() if any(change.place is None for change in part)]
    if whole:
        rows = sa.select(col(Requirement.role_id)).distinct().where(col(Requirement.skill_id).in_(whole))
        touched |= set((await session.execute(rows)).scalars())
    return sorted(touched)


async def _ladder(session: AsyncSession, framework_ids: Collection[int]) -> dict[int, int]:
    """The level below each level of the frameworks, where there is one."""
    below = sa.func.lag(col(Level.id)).over(partition_by=col(Level.framework_id), order_by=col(Level.rank))
    rows = sa.select(col(Level.id), below).where(col(Level.framework_id).in_(framework_ids))
    return {level_id: lower for level_id, lower in await session.execute(rows) if lower is not None}
