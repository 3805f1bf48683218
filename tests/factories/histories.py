"""What must hold of every catalogue, whatever has been done to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from service import counters
from service.catalogue.content import (
    EMPTY,
    Change,
    Content,
    Place,
    Value,
    apply,
    change_from_json,
    diff,
    inverse,
)
from service.catalogue.models import Revision, Skill
from service.catalogue.queries import content_of
from service.database import Database
from service.proposals.models import Proposal, ProposalSkill, ProposalState
from service.proposals.queries import parts_of


@dataclass(frozen=True)
class History:
    """A skill's revisions, and its content after each of them; `contents[0]` is from before the first."""

    skill: Skill
    standing: Content
    revisions: Sequence[Revision]
    contents: Sequence[Content]


async def histories(database: Database) -> dict[int, History]:
    """The history of each skill, replayed from nothing."""
    async with database.read_session() as session:
        skills = (await session.execute(select(Skill))).scalars().all()
        revisions = (await session.execute(select(Revision).order_by(col(Revision.number)))).scalars().all()
        standing = {skill.id: await content_of(session, skill) for skill in skills}
    found = {}
    for skill in skills:
        own = [revision for revision in revisions if revision.skill_id == skill.id]
        contents = [EMPTY]
        for revision in own:
            contents.append(apply(contents[-1], changes_of(revision)))
        found[skill.id] = History(skill, standing[skill.id], own, contents)
    return found


async def ensure_sound(database: Database) -> dict[int, History]:
    """Fail unless each skill is the fold of its revisions, no revision has overwritten what whoever wrote it had not
    seen, every accepted text was there, and the stored numbers are those of a recount."""
    found = await histories(database)
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
    by_id = {revision.id: revision for history in found.values() for revision in history.revisions}
    async with database.read_session() as session:
        accepted = select(Proposal).where(col(Proposal.state) == ProposalState.ACCEPTED)
        for proposal in (await session.execute(accepted)).scalars().all():
            parts = {part.skill_id: part.changes for part in await parts_of(session, proposal)}
            applied = select(ProposalSkill).where(
                col(ProposalSkill.proposal_id) == proposal.id,
                col(ProposalSkill.version) == proposal.version,
                col(ProposalSkill.applied_revision).is_not(None),
            )
            rows = (await session.execute(applied)).scalars().all()
            assert rows, f"proposal {proposal.id} was accepted, and is nowhere"
            for row in rows:
                assert row.applied_revision is not None
                history = found[row.skill_id]
                assert history.revisions[row.applied_revision - 1].proposal_id == proposal.id
                _ensure_merged(history, row.applied_revision, parts[row.skill_id])
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
