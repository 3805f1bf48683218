"""What must hold of every catalogue, whatever has been done to it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select

from service import counters
from service.catalogue.content import (
    EMPTY,
    REQUIREMENT_FIELDS,
    SKILL_FIELDS,
    Change,
    Content,
    Place,
    Value,
    apply,
    change_from_json,
    diff,
    inverse,
)
from service.catalogue.models import Requirement, Revision, Skill
from service.database import Database
from service.proposals.models import Proposal, ProposalChange, ProposalSkill, ProposalState
from service.proposals.queries import as_change


@dataclass(frozen=True)
class History:
    """A skill's revisions, and its content after each of them; `contents[0]` is from before the first."""

    skill: Skill
    standing: Content
    revisions: Sequence[Revision]
    contents: Sequence[Content]


async def histories(database: Database, slugs: Collection[str] | None = None) -> dict[int, History]:
    """The history of each skill (of these slugs), replayed from nothing."""
    wanted = select(Skill) if slugs is None else select(Skill).where(col(Skill.slug).in_(slugs))
    async with database.read_session() as session:
        skills = (await session.execute(wanted)).scalars().all()
        ids = [skill.id for skill in skills]
        ordered = select(Revision).where(col(Revision.skill_id).in_(ids)).order_by(col(Revision.number))
        revisions = (await session.execute(ordered)).scalars().all()
        rows = select(Requirement).where(col(Requirement.skill_id).in_(ids))
        requirements = (await session.execute(rows)).scalars().all()
    found = {}
    for skill in skills:
        own = [revision for revision in revisions if revision.skill_id == skill.id]
        contents = [EMPTY]
        for revision in own:
            contents.append(apply(contents[-1], changes_of(revision)))
        standing = _standing(skill, [row for row in requirements if row.skill_id == skill.id])
        found[skill.id] = History(skill, standing, own, contents)
    return found


def _standing(skill: Skill, rows: Sequence[Requirement]) -> Content:
    return Content(
        {name: getattr(skill, name) for name in SKILL_FIELDS},
        {
            Place(row.level_id, row.role_id): {name: getattr(row, name) for name in REQUIREMENT_FIELDS}
            for row in rows
        },
    )


async def ensure_sound(database: Database, slugs: Collection[str] | None = None) -> dict[int, History]:
    """Fail where something was lost: each skill (of these slugs) is the fold of its revisions, none of which overwrote
    what its writer had not seen, every accepted text was there, and stored numbers are those of a recount."""
    found = await histories(database, slugs)
    for history in found.values():
        ensure_fold(history)
    await _ensure_nothing_lost(database, found)
    async with database.read_session() as session:
        assert await counters.stale(session) == []
    return found


def ensure_fold(history: History) -> None:
    """Fail unless the skill is the fold of its revisions, each of which says truly what it replaced."""
    numbers = [revision.number for revision in history.revisions]
    assert numbers == list(range(1, history.skill.revision + 1))
    assert diff(history.contents[-1], history.standing) == ()
    newest = history.revisions[-1]
    assert history.skill.last_updated_at == newest.changed_at
    assert history.skill.last_updated_by_id == newest.person_id
    for before, revision in zip(history.contents, history.revisions, strict=False):
        for place, field, was, _ in edits(changes_of(revision)):
            assert value(before, place, field) == was, (history.skill.slug, revision.number, field)


async def _ensure_nothing_lost(database: Database, found: dict[int, History]) -> None:
    is_present = sa.and_(
        col(Proposal.id) == col(ProposalSkill.proposal_id),
        col(Proposal.version) == col(ProposalSkill.version),
    )
    accepted = (
        select(ProposalSkill)
        .join(Proposal, is_present)
        .where(col(Proposal.state) == ProposalState.ACCEPTED, col(ProposalSkill.skill_id).in_(found))
    )
    same = ("proposal_id", "version", "skill_id")
    wished = select(ProposalChange).where(col(ProposalChange.skill_id).in_(found))
    async with database.read_session() as session:
        touched = (await session.execute(accepted)).scalars().all()
        changes = (await session.execute(wished)).scalars().all()
    for row in touched:
        parts = [as_change(one) for one in changes if all(getattr(one, n) == getattr(row, n) for n in same)]
        history = found[row.skill_id]
        if row.applied_revision is None:
            continue  # others had said all of it already
        assert history.revisions[row.applied_revision - 1].proposal_id == row.proposal_id
        _ensure_merged(history, row.applied_revision, parts)
    by_id = {revision.id: revision for history in found.values() for revision in history.revisions}
    for revision in by_id.values():
        if revision.reverts_id is not None:
            taken_back = by_id[revision.reverts_id]
            _ensure_merged(found[revision.skill_id], revision.number, inverse(changes_of(taken_back)))


def _ensure_merged(history: History, number: int, changes: Sequence[Change]) -> None:
    """The wishes are there after the revision, and what they replaced is what their writer had seen."""
    before, after = history.contents[number - 1], history.contents[number]
    for place, field, was, wished in edits(changes):
        said = (history.skill.slug, number, field)
        assert value(after, place, field) == wished, said
        assert value(before, place, field) in (was, wished), said


def changes_of(revision: Revision) -> list[Change]:
    """What the revision changed."""
    return [change_from_json(document) for document in revision.changes]


def edits(changes: Sequence[Change]) -> list[tuple[Place | None, str, Value, Value]]:
    """Each field with its value before and after."""
    return [
        (change.place, edit.field, edit.before, edit.after) for change in changes for edit in change.fields
    ]


def value(content: Content, place: Place | None, field: str) -> Value:
    """A field's value; None where there is none."""
    return (content.fields if place is None else content.requirements.get(place, {})).get(field)
