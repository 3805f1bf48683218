"""Reviewers who act at the same moment, many times over: each change is applied once, and nobody waits for ever."""

import asyncio
import random
from collections import Counter
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from service.catalogue.content import EMPTY, Change, ChangeKind, FieldChange, Place, apply, change_from_json
from service.catalogue.models import Requirement, Revision, Skill
from service.catalogue.queries import content_of
from service.database import Database
from service.errors import DomainError, Rejected
from service.people.actions import join
from service.people.models import Person, PersonRole
from service.proposals import actions, deciding
from service.proposals.changes import EditSkill, SkillWish
from service.proposals.rules import ProposalAlreadyDecided
from tests.factories import Clock, make_frame, make_skill
from tests.factories.proposals import make_proposal

Outcome = TypeVar("Outcome")

SKILLS = 20
# As many act at the same moment; with all at once, a slow machine would end waits by the time-out of statements.
AT_ONCE = 8


@pytest.fixture
async def people(database: Database, clock: Clock) -> list[Person]:
    """An author and two reviewers, who have been there for a year."""
    async with database.transaction() as session:
        return [
            await join(session, f"{name}@skills.test", at=clock() - timedelta(days=365), role=role)
            for name, role in (
                ("author", PersonRole.CONTRIBUTOR),
                ("first", PersonRole.REVIEWER),
                ("second", PersonRole.REVIEWER),
            )
        ]


@pytest.fixture
async def skills(database: Database) -> list[int]:
    """The ids of twenty skills with ten requirements each."""
    async with database.transaction() as session:
        frame = await make_frame(session)
        return [(await make_skill(session, frame, f"Skill {number}")).id for number in range(SKILLS)]


async def some_at_once(acts: Sequence[Coroutine[Any, Any, Outcome]]) -> list[Outcome]:
    """Do the acts in this order, several at any moment; their outcomes."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def act_in_turn(act: Coroutine[Any, Any, Outcome]) -> Outcome:
        async with turn:
            return await act

    return await asyncio.gather(*map(act_in_turn, acts))


async def attempt(database: Database, clock: Clock, number: int, by: Person) -> str:
    """What becomes of accepting the proposal: “done”, or the name of what stood in the way."""
    try:
        async with database.transaction() as session:
            await deciding.accept_proposal(session, number, by=by, at=clock())
    except DomainError as error:
        return type(error).__name__
    return "done"


async def ensure_folds(database: Database) -> None:
    """Each skill is the sum of its revisions."""
    async with database.read_session() as session:
        for skill in (await session.execute(select(Skill))).scalars().all():
            kept = select(Revision.changes).where(col(Revision.skill_id) == skill.id)
            revisions = (await session.execute(kept.order_by(col(Revision.number)))).scalars().all()
            changes = [change_from_json(document) for revision in revisions for document in revision]
            folded, now = apply(EMPTY, changes), await content_of(session, skill)
            assert len(revisions) == skill.revision
            assert {name: now.fields[name] for name in folded.fields} == folded.fields
            for place, fields in folded.requirements.items():
                assert {name: now.requirements[place][name] for name in fields} == fields
            assert folded.requirements.keys() == now.requirements.keys()


async def test_two_accept_the_same_proposal_200_times_and_each_applies_once(
    database: Database, clock: Clock, people: list[Person], skills: list[int]
) -> None:
    """Ten of them touch each skill, at the same moment too."""
    author, *reviewers = people
    async with database.transaction() as session:
        rows = (await session.execute(select(Requirement))).scalars().all()
        numbers = []
        for row in rows:
            edit = FieldChange("description", row.description, f"Better {row.id}.")
            place = Place(row.level_id, row.role_id)
            change = Change(ChangeKind.EDIT_REQUIREMENT, (edit,), place)
            made = await make_proposal(session, row.skill_id, [change], at=clock(), author_id=author.id)
            numbers.append(made.id)
    assert len(numbers) == 200
    outcomes = await some_at_once(
        [attempt(database, clock, number, by) for number in numbers for by in reviewers]
    )
    assert Counter(outcomes) == {"done": 200, ProposalAlreadyDecided.__name__: 200}
    for first, second in zip(outcomes[::2], outcomes[1::2], strict=True):
        assert {first, second} == {"done", ProposalAlreadyDecided.__name__}
    async with database.read_session() as session:
        texts = (await session.execute(sa.text("SELECT id, description FROM requirement"))).all()
        assert all(text == f"Better {number}." for number, text in texts)
        revisions = (await session.execute(sa.text("SELECT revision FROM skill"))).scalars().all()
        assert set(revisions) == {11}
        events = sa.text("SELECT count(*) FROM event WHERE kind = 'PROPOSAL_ACCEPTED'")
        assert (await session.execute(events)).scalar_one() == 200
    await ensure_folds(database)


async def test_overlapping_sets_in_any_order_never_block_each_other(
    database: Database, clock: Clock, people: list[Person], skills: list[int]
) -> None:
    """Proposing and accepting lock several skills each; PostgreSQL ends a deadlock with an error, which fails this."""
    author, *reviewers = people
    dice = random.Random(7)

    async def propose(number: int) -> int:
        touched = dice.sample(skills[:6], dice.randint(2, 5))
        fields = {dice.choice(["summary", "name"]): f"Text {number}"}
        wishes = [SkillWish(skill_id, 1, [EditSkill(fields)]) for skill_id in touched]
        async with database.transaction() as session:
            made = await actions.create_proposal(session, by=author, wishes=wishes, title="T", at=clock())
            return made.id

    numbers = await some_at_once([propose(number) for number in range(40)])
    attempts = [attempt(database, clock, number, by) for number in numbers for by in reviewers]
    dice.shuffle(attempts)
    counted = Counter(await some_at_once(attempts))
    assert counted["done"] >= 2
    assert counted.keys() <= {"done", Rejected.__name__, ProposalAlreadyDecided.__name__}
    await ensure_folds(database)
