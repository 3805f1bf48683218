"""Reading proposals in order to write them. What their readers see comes from `sources.py`."""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.catalogue.content import Change, ChangeKind, Place, fields_from_json
from service.catalogue.models import Group, Skill
from service.catalogue.sources import APPROVALS_NEEDED
from service.database import Select
from service.people.models import Person, PersonRole, ReviewerDomain
from service.people.trust import Gate
from service.prepared import Prepared
from service.proposals.changes import Part
from service.proposals.models import (
    EXPIRED_AFTER,
    STALE_AFTER,
    Proposal,
    ProposalChange,
    ProposalReview,
    ProposalSkill,
    ProposalState,
    ProposalVersion,
    Verdict,
)
from service.proposals.rules import ProposalNotFound

# Nobody is helped where more are asked to review the same.
_ASKED_MAX = 50
# Statements of every acceptance and every proposal are made once: to put one together takes longer than to run it.
_PROPOSAL = select(Proposal).where(col(Proposal.id) == sa.bindparam("proposal_id"))
_PROPOSAL_LOCKED = _PROPOSAL.with_for_update(key_share=True).execution_options(populate_existing=True)
_OPEN_OF_AUTHOR = Prepared(
    sa.select(sa.func.count()).where(
        col(Proposal.author_id) == sa.bindparam("author_id"), col(Proposal.state) == ProposalState.OPEN
    )
)
_SINCE = Prepared(
    sa.select(sa.func.count(), sa.func.min(col(Proposal.created_at))).where(
        col(Proposal.author_id) == sa.bindparam("author_id"), col(Proposal.created_at) > sa.bindparam("since")
    )
)
_OF_VERSION = (
    col(ProposalSkill.proposal_id) == sa.bindparam("proposal_id"),
    col(ProposalSkill.version) == sa.bindparam("version"),
)
_PARTS = Prepared(
    sa.select(
        col(ProposalSkill.skill_id),
        col(ProposalSkill.base_revision),
        *(getattr(ProposalChange, name) for name in ("kind", "role_id", "level_id", "fields")),
    )
    .join(
        ProposalChange,
        sa.and_(
            col(ProposalChange.proposal_id) == col(ProposalSkill.proposal_id),
            col(ProposalChange.version) == col(ProposalSkill.version),
            col(ProposalChange.skill_id) == col(ProposalSkill.skill_id),
        ),
    )
    .where(*_OF_VERSION)
    .order_by(col(ProposalSkill.position), col(ProposalChange.position))
)
_TOUCHED = sa.select(col(ProposalSkill.skill_id)).where(*_OF_VERSION)
_TOUCHED_IN_ORDER = Prepared(_TOUCHED.order_by(col(ProposalSkill.position)))
_APPROVALS_NEEDED = Prepared(sa.select(sa.func.max(APPROVALS_NEEDED)).where(col(Skill.id).in_(_TOUCHED)))


class ChangeRow(Protocol):
    """What a change is made of, as `ProposalChange` keeps it."""

    kind: ChangeKind
    role_id: int | None
    level_id: int | None
    fields: list[dict[str, Any]]


def _within_domains(is_touched: sa.ColumnElement[bool]) -> Prepared:
    own = sa.select(col(ReviewerDomain.domain_id)).where(
        col(ReviewerDomain.person_id) == sa.bindparam("person_id")
    )
    foreign = (
        sa.select(sa.literal(1))
        .select_from(Skill)
        .join(Group, col(Skill.group_id) == col(Group.id))
        .where(is_touched, col(Group.domain_id).not_in(own))
    )
    return Prepared(sa.select(sa.not_(sa.and_(own.exists(), foreign.exists()))))


_PROPOSAL_WITHIN_DOMAINS = _within_domains(col(Skill.id).in_(_TOUCHED))
_SKILLS_WITHIN_DOMAINS = _within_domains(
    col(Skill.id) == sa.any_(sa.bindparam("skill_ids", type_=sa.ARRAY(sa.BigInteger)))
)


def _asked() -> Select:
    """Those who review these domains alone, where all that the proposal touches is theirs."""
    touched = (
        sa.select(col(Group.domain_id))
        .join(Skill, col(Skill.group_id) == col(Group.id))
        .where(col(Skill.id).in_(_TOUCHED))
        .distinct()
        .cte("touched")
    )
    return (
        sa.select(col(ReviewerDomain.person_id))
        .join(touched, touched.c.domain_id == col(ReviewerDomain.domain_id))
        .join(Person, col(Person.id) == col(ReviewerDomain.person_id))
        .where(
            col(Person.role) == PersonRole.REVIEWER,
            col(Person.suspended_at).is_(None),
            col(Person.removed_at).is_(None),
            col(Person.id).is_distinct_from(sa.bindparam("by", type_=sa.BigInteger)),
        )
        .group_by(col(ReviewerDomain.person_id))
        .having(sa.func.count() == sa.select(sa.func.count()).select_from(touched).scalar_subquery())
        .order_by(col(ReviewerDomain.person_id))
        .limit(_ASKED_MAX)
    )


_ASKED = _asked()


async def get_proposal(session: AsyncSession, proposal_id: int, *, lock: bool = False) -> Proposal:
    """The proposal, with its row lock held until the transaction ends where asked.

    Raises:
        ProposalNotFound: there is none.
    """
    found = await session.execute(_PROPOSAL_LOCKED if lock else _PROPOSAL, {"proposal_id": proposal_id})
    proposal = found.scalar_one_or_none()
    if proposal is None:
        raise ProposalNotFound
    return proposal


async def find_proposal_by_key(session: AsyncSession, author_id: int, key: str) -> Proposal | None:
    """What the person has proposed under the idempotency key."""
    statement = select(Proposal).where(
        col(Proposal.author_id) == author_id, col(Proposal.idempotency_key) == key
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def count_open(session: AsyncSession, author_id: int) -> int:
    """How many open proposals the person has."""
    return int(await _OPEN_OF_AUTHOR.value(session, author_id=author_id))


async def get_version(session: AsyncSession, proposal_id: int, number: int) -> ProposalVersion:
    """What the proposal said at a version that it has, or had."""
    return await session.get_one(ProposalVersion, (proposal_id, number))


async def parts_of(session: AsyncSession, proposal: Proposal, *, version: int | None = None) -> list[Part]:
    """What the proposal changes in each of its skills, in their order; now, or as an earlier version had it."""
    wanted = proposal.version if version is None else version
    rows = await _PARTS.rows(session, proposal_id=proposal.id, version=wanted)
    return [
        Part(skill_id, base_revision, tuple(map(as_change, some)))
        for (skill_id, base_revision), some in groupby(rows, key=lambda row: (row[0], row[1]))
    ]


async def changes_by_id(session: AsyncSession, proposal: Proposal) -> dict[int, ProposalChange]:
    """The changes of the present version."""
    statement = select(ProposalChange).where(
        col(ProposalChange.proposal_id) == proposal.id, col(ProposalChange.version) == proposal.version
    )
    return {row.id: row for row in (await session.execute(statement)).scalars()}


async def open_changes_by_proposal(
    session: AsyncSession, ids: Collection[int]
) -> dict[int, list[ProposalChange]]:
    """What each of the open ones among the proposals changes, in order: one statement for all."""
    statement = (
        select(ProposalChange)
        .join(
            Proposal,
            sa.and_(
                col(Proposal.id) == col(ProposalChange.proposal_id),
                col(Proposal.version) == col(ProposalChange.version),
            ),
        )
        .where(col(Proposal.id).in_(ids), col(Proposal.state) == ProposalState.OPEN)
        .order_by(col(ProposalChange.proposal_id), col(ProposalChange.position))
    )
    found: dict[int, list[ProposalChange]] = {key: [] for key in ids}
    for row in (await session.execute(statement)).scalars():
        found[row.proposal_id].append(row)
    return found


async def skills_touched(session: AsyncSession, proposal: Proposal) -> list[int]:
    """The ids of the skills that the proposal touches, in their order."""
    return [skill_id for (skill_id,) in await _TOUCHED_IN_ORDER.rows(session, **_version_of(proposal))]


async def approvals_needed(session: AsyncSession, proposal: Proposal) -> int:
    """How many people besides the author must stand behind the proposal: as many as any of its skills asks for."""
    return int(await _APPROVALS_NEEDED.value(session, **_version_of(proposal)))


async def approvers_of(session: AsyncSession, proposal: Proposal) -> set[int]:
    """The people whose last word on the present version of the proposal is that it should be accepted."""
    statement = (
        select(ProposalReview.person_id, ProposalReview.verdict)
        .where(
            col(ProposalReview.proposal_id) == proposal.id, col(ProposalReview.version) == proposal.version
        )
        .order_by(col(ProposalReview.id))
    )
    last_words: dict[int | None, Verdict] = dict((await session.execute(statement)).all())
    return {person for person, verdict in last_words.items() if person and verdict is Verdict.APPROVE}


async def asked_to_review(session: AsyncSession, proposal: Proposal, *, by: int | None) -> list[int]:
    """The people who have been given domains to review, with all that the proposal touches among these.

    Whoever lets it say so is not asked.
    """
    return list((await session.execute(_ASKED, {"by": by, **_version_of(proposal)})).scalars())


async def are_within_domains(
    session: AsyncSession, touched: Proposal | Collection[int], reviewer_id: int
) -> bool:
    """Whether the skills, or those of a proposal, stand in domains of the reviewer; who is limited to none has all."""
    if isinstance(touched, Proposal):
        found = await _PROPOSAL_WITHIN_DOMAINS.value(session, person_id=reviewer_id, **_version_of(touched))
    else:
        found = await _SKILLS_WITHIN_DOMAINS.value(session, person_id=reviewer_id, skill_ids=list(touched))
    return bool(found)


async def proposals_since(
    session: AsyncSession, since: datetime, *, person_id: int
) -> tuple[int, datetime | None]:
    """How many proposals the person has made after the time, and when the first of them."""
    count, first_at = await _SINCE.first(session, author_id=person_id, since=since)
    return count, first_at


async def proposals_aged(session: AsyncSession, *, at: datetime, limit: int) -> list[int]:
    """Open proposals to be marked as stale or closed, those left alone the longest first."""
    statement = select(Proposal.id).where(_is_aged(at)).order_by(col(Proposal.active_at)).limit(limit)
    return list((await session.execute(statement)).scalars())


async def lock_aged(session: AsyncSession, proposal_id: int, *, at: datetime) -> Proposal | None:
    """The proposal with its row lock, if it is to be marked or closed and nobody else holds the lock."""
    statement = (
        select(Proposal)
        .where(col(Proposal.id) == proposal_id, _is_aged(at))
        .with_for_update(key_share=True, skip_locked=True)
    )
    return (await session.execute(statement)).scalar_one_or_none()


def _version_of(proposal: Proposal) -> dict[str, int]:
    """What `_TOUCHED` asks for: the proposal's present version."""
    return {"proposal_id": proposal.id, "version": proposal.version}


def _is_aged(at: datetime) -> sa.ColumnElement[bool]:
    """What waits for a moderator, or was refused by one, does not age: nobody could go on with it."""
    marked_long_ago = col(Proposal.stale_at) <= at - (EXPIRED_AFTER - STALE_AFTER)
    return sa.and_(
        col(Proposal.state) == ProposalState.OPEN,
        col(Proposal.gate) == Gate.OPEN,
        col(Proposal.active_at) <= at - STALE_AFTER,
        sa.or_(col(Proposal.stale_at).is_(None), marked_long_ago),
    )


def as_change(row: ChangeRow) -> Change:
    """The plain value that a row holds."""
    place = Place(row.level_id, row.role_id) if row.level_id is not None and row.role_id is not None else None
    return Change(row.kind, fields_from_json(row.fields), place)
