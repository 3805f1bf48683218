"""Whose watches an act matches, and how many people would hear of one that has not happened."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity.models import Event, EventKind
from service.catalogue.content import Change
from service.database import timestamp_type
from service.notifications.kinds import KINDS
from service.notifications.queries import changes_by_skill
from service.notifications.rules import impacts
from service.proposals.models import Proposal
from service.watches.models import Watch

_SUBJECTS = ("skill_id", "group_id", "domain_id", "role_id", "proposal_id")
# Where skills stand, which roles ask anything of some of them, and the level below each of their frameworks.
_AROUND: sa.TextualSelect = (
    sa.text(
        """
    WITH place AS (
      SELECT skill_group.id AS group_id, skill_group.domain_id, skill.framework_id
      FROM skill JOIN skill_group ON skill_group.id = skill.group_id WHERE skill.id = ANY(:skills)
    ), step AS (
      SELECT id, lag(id) OVER (PARTITION BY framework_id ORDER BY rank) AS lower
      FROM level WHERE framework_id IN (SELECT framework_id FROM place)
    )
    SELECT
      ARRAY(SELECT DISTINCT group_id FROM place) AS groups,
      ARRAY(SELECT DISTINCT domain_id FROM place) AS domains,
      ARRAY(SELECT DISTINCT role_id FROM requirement WHERE skill_id = ANY(:whole)) AS roles,
      (SELECT coalesce(jsonb_object_agg(id, lower), '{}') FROM step WHERE lower IS NOT NULL) AS ladder
    """
    )
    .bindparams(
        sa.bindparam("skills", type_=ARRAY(sa.BigInteger)), sa.bindparam("whole", type_=ARRAY(sa.BigInteger))
    )
    .columns(
        groups=ARRAY(sa.BigInteger),
        domains=ARRAY(sa.BigInteger),
        roles=ARRAY(sa.BigInteger),
        ladder=JSONB,
    )
)


def _hearing() -> sa.Select[int]:
    """How many people hear of an act by watches on its subjects; made once, which takes longer than to ask it."""

    def ids(name: str) -> sa.BindParameter[Any]:
        return sa.bindparam(name, type_=ARRAY(sa.BigInteger))

    lasting = sa.and_(
        sa.or_(*(getattr(Watch, subject) == sa.any_(ids(subject)) for subject in _SUBJECTS)),
        col(Watch.ended_at).is_(None),
        sa.or_(
            col(Watch.expires_at).is_(None),
            col(Watch.expires_at) > sa.bindparam("at", type_=timestamp_type),
        ),
    )
    topics = [topic.value for topic in KINDS[EventKind.PROPOSAL_ACCEPTED].topics]
    own = (
        sa.func.unnest(ids("own_roles"), ids("own_levels"))
        .table_valued("role_id", "level_id")
        .render_derived()
    )
    return sa.select(sa.func.count(sa.distinct(col(Watch.person_id)))).where(
        lasting,
        col(Watch.person_id) != sa.all_(ids("but")),
        # A muted watch keeps its subject silent, whatever else the person watches.
        col(Watch.person_id).not_in(sa.select(col(Watch.person_id)).where(lasting, col(Watch.is_muted))),
        col(Watch.events).op("&&")(sa.literal(topics, ARRAY(sa.Text))),
        sa.or_(
            sa.not_(col(Watch.only_own_levels)),
            sa.tuple_(col(Watch.own_role_id), col(Watch.own_level_id)).in_(
                sa.select(own.c.role_id, own.c.level_id)
            ),
        ),
    )


_HEARING = _hearing()


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
    given = {
        **reach.subjects,
        "own_roles": [place.role_id for place in of_all.by_place],
        "own_levels": [place.level_id for place in of_all.by_place],
        "but": list(but),
        "at": at,
    }
    return int((await session.execute(_HEARING, given)).scalar_one())


async def _reach(
    session: AsyncSession,
    skill_ids: Collection[int],
    changes: Mapping[int, Sequence[Change]],
    *,
    proposal_id: int | None,
) -> Reach:
    touched = {
        change.place.role_id for part in changes.values() for change in part if change.place is not None
    }
    # Whoever watches a role hears of a skill of it that changes as a whole.
    whole = [key for key, part in changes.items() if any(change.place is None for change in part)]
    around = (await session.execute(_AROUND, {"skills": list(skill_ids), "whole": whole})).one()
    return Reach(
        subjects={
            "skill_id": sorted(skill_ids),
            "group_id": sorted(around.groups),
            "domain_id": sorted(around.domains),
            "role_id": sorted(touched.union(around.roles)),
            "proposal_id": [] if proposal_id is None else [proposal_id],
        },
        changes=changes,
        ladder={int(level): lower for level, lower in around.ladder.items()},
    )
