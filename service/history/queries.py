"""A skill as it was: the fold of its revisions from nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from service.catalogue.content import EMPTY, Change, Content, Place, apply, change_from_json, diff
from service.catalogue.models import Revision
from service.catalogue.queries import find_skill_id
from service.history.rules import RevisionNotFound


@dataclass(frozen=True)
class Version:
    """A skill as it was at a revision; `revisions` says which one last changed each requirement."""

    revision: Revision
    content: Content
    revisions: Mapping[Place, int]


@dataclass(frozen=True)
class Comparison:
    """Two revisions of a skill, and the changes that lead from the one to the other."""

    start: Revision
    end: Revision
    changes: tuple[Change, ...]


async def versions_by_skill(
    session: AsyncSession,
    skill_ids: Collection[int],
    *,
    number: int | None = None,
    at: datetime | None = None,
) -> dict[int, Version]:
    """Each skill as it was at the revision of the number, or after the last one applied by that time.

    A skill without such a revision is left out.
    """
    if number is not None:
        until: sa.ColumnElement[bool] = col(Revision.number) <= number
    else:
        earlier = aliased(Revision)
        last = sa.select(sa.func.max(col(earlier.number))).where(
            col(earlier.skill_id) == col(Revision.skill_id), col(earlier.changed_at) <= at
        )
        until = col(Revision.number) <= last.scalar_subquery()
    found = await _revisions(session, skill_ids, until)
    return {
        skill_id: _version(revisions)
        for skill_id, revisions in found.items()
        if number is None or revisions[-1].number == number
    }


async def compare(session: AsyncSession, slug: str, start: int, end: int) -> Comparison | None:
    """The difference between two revisions of the skill of the slug; None where any of them is not there."""
    skill_id = await find_skill_id(session, slug)
    if skill_id is None or min(start, end) < 1:
        return None
    found = await _revisions(session, [skill_id], col(Revision.number) <= max(start, end))
    revisions = found.get(skill_id, [])
    if len(revisions) < max(start, end):
        return None
    changes = diff(_fold(revisions[:start]), _fold(revisions[:end]))
    return Comparison(revisions[start - 1], revisions[end - 1], changes)


async def get_act(session: AsyncSession, revision_id: int) -> list[Revision]:
    """The revision, and all others by which the same proposal was applied to other skills, in the order of the skills.

    Raises:
        RevisionNotFound: there is none.
    """
    proposal = sa.select(col(Revision.proposal_id)).where(col(Revision.id) == revision_id).scalar_subquery()
    statement = select(Revision).where(
        sa.or_(col(Revision.id) == revision_id, col(Revision.proposal_id) == proposal)
    )
    found = list((await session.execute(statement.order_by(col(Revision.skill_id)))).scalars())
    if not found:
        raise RevisionNotFound
    return found


async def _revisions(
    session: AsyncSession, skill_ids: Collection[int], until: sa.ColumnElement[bool]
) -> dict[int, list[Revision]]:
    """The revisions of each skill from the first on; their numbers run without a gap."""
    statement = select(Revision).where(col(Revision.skill_id).in_(skill_ids), until)
    rows = await session.execute(statement.order_by(col(Revision.skill_id), col(Revision.number)))
    grouped = groupby(rows.scalars(), key=lambda revision: revision.skill_id)
    return {skill_id: list(revisions) for skill_id, revisions in grouped}


def _version(revisions: Sequence[Revision]) -> Version:
    content = _fold(revisions)
    touched = {change.place: revision.number for revision in revisions for change in changes_of(revision)}
    return Version(revisions[-1], content, {place: touched[place] for place in content.requirements})


def _fold(revisions: Sequence[Revision]) -> Content:
    return apply(EMPTY, [change for revision in revisions for change in changes_of(revision)])


def changes_of(revision: Revision) -> list[Change]:
    """What the revision changed, as plain values."""
    return [change_from_json(document) for document in revision.changes]
