"""Pieces: rows of lists that are kept by themselves, and put together with what a statement says of the rest."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from service.activity.announcements import Change
from service.api.limits import Limits
from service.api.node import encode_id
from service.api.plan.pieces import MARK
from service.database import Database
from service.people.models import Person
from tests.api.plan.ends import Ends
from tests.factories import Clock, make_frame, make_skill

OF_SKILLS = "{ skills { totalCount nodes { name levels { level { name } requirements { description } } } } }"
OF_ROLE = """{ role(slug: "platform-engineer") {
  name skills { nodes { skill { slug group { name } } requirements { description level { rank } } } } } }"""
OF_PAGE = (
    "{ skills(last: 3) { totalCount nodes { name roleCount group { slug name } } pageInfo { endCursor } } }"
)
EVERY = [OF_SKILLS, OF_ROLE, OF_PAGE]


@pytest.fixture
async def listed(database: Database, database_url: str, clock: Clock) -> AsyncIterator[Ends]:
    """Three skills, whose ids are 1 to 3."""
    async with database.transaction() as session:
        frame = await make_frame(session)
        for name in ("A", "B", "C"):
            await make_skill(session, frame, name)
    found = Ends(database, database_url, clock)
    yield found
    await found.fetcher.close()


async def statements(ends: Ends, document: str) -> list[str]:
    """What is asked for an answer, which is that of the executor."""
    count = len(ends.fetcher.asked)
    found, _ = await ends.by_plan(document)
    assert found.shown == (await ends.by_executor(document)).shown
    return [sql for sql, _ in ends.fetcher.asked[count:]]


async def change(ends: Ends, sql: str, *changes: Change) -> None:
    """Change rows, and tell of it."""
    async with ends.database.transaction() as session:
        for statement in sql.split("; "):
            await session.execute(sa.text(statement))
    for one in changes:
        ends.pieces.forget(one)


@pytest.mark.parametrize("document", EVERY)
async def test_rows_are_read_once(listed: Ends, document: str) -> None:
    assert len(await statements(listed, document)) == 2
    assert len(await statements(listed, document)) == 1
    assert len(listed.fetcher.asked) == 3


@pytest.mark.parametrize("document", EVERY)
async def test_a_changed_skill_is_read_again_and_no_other(listed: Ends, document: str) -> None:
    await statements(listed, document)
    await change(listed, "UPDATE requirement SET description = 'Anew.' WHERE skill_id = 2", Change(2, ("b",)))
    assert len(await statements(listed, document)) == 2
    _, values = listed.fetcher.asked[-1]
    assert [2] in values
    assert len(await statements(listed, document)) == 1


async def test_a_change_of_anything_leaves_no_row(listed: Ends) -> None:
    for document in EVERY:
        await statements(listed, document)
    await change(listed, "UPDATE skill_group SET name = 'Other'; UPDATE level SET name = slug", Change())
    for document in EVERY:
        assert len(await statements(listed, document)) == 2


async def test_what_two_documents_ask_alike_is_read_for_one(listed: Ends) -> None:
    await statements(listed, OF_SKILLS)
    row = OF_SKILLS.partition("nodes ")[2].removesuffix(" } }")
    again = (
        f"{{ x: skills(last: 2, orderBy: {{field: LAST_UPDATED}}) {{ edges {{ cursor y: node {row} }} }} }}"
    )
    assert len(await statements(listed, again)) == 1


async def test_what_a_document_asks_alike_in_several_places_is_read_once(listed: Ends) -> None:
    row = OF_SKILLS.partition("nodes ")[2].removesuffix(" } }")
    document = " ".join(f"x{size}: skills(first: {size}) {{ nodes {row} }}" for size in range(1, 13))
    assert len(await statements(listed, f"{{ {document} }}")) == 2
    assert len(await statements(listed, f"{{ {document} }}")) == 1


async def test_all_statements_of_an_answer_have_one_time(
    listed: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the express lane too, where nobody else looks at the clock."""
    await statements(listed, OF_SKILLS)
    listed.pieces.clear()
    ask = listed.fetcher.value

    async def value(sql: str, values: Sequence[Any]) -> bytes:
        if "unnest" in sql:
            await asyncio.get_running_loop().create_future()
        return await ask(sql, values)

    monkeypatch.setattr(listed.fetcher, "value", value)
    monkeypatch.setattr(listed.assembler, "_limits", Limits(seconds=0.1))
    async with asyncio.timeout(10):
        reply, _ = await listed.by_plan(OF_SKILLS)
    assert reply.status == 503


async def test_the_same_under_other_names_is_not_the_same(listed: Ends) -> None:
    for name in ("a", "b", "a"):
        await statements(listed, f"{{ skills {{ nodes {{ {name}: name levels {{ id }} }} }} }}")


NOT_APART = {
    "of its own columns alone": "{ skills { nodes { name keywords roleCount } } }",
    "with another skill": "{ skills { nodes { levels { id } replacedBy { name } } } }",
    "with a number of other skills": "{ skills { nodes { levels { requirements { role { skillCount } } } } } }",
    "with rows that not everybody sees": "{ skills { nodes { levels { id } proposals { totalCount } } } }",
    "with arguments": '{ skills { nodes { levels { id } excerpt(text: "a") } } }',
    "of no list": '{ skill(slug: "a") { levels { requirements { description } } } }',
}


@pytest.mark.parametrize("document", NOT_APART.values(), ids=NOT_APART.keys())
async def test_what_is_no_row_of_one_skill_is_not_kept(listed: Ends, document: str) -> None:
    for _ in range(2):
        (sql,) = await statements(listed, document)
        assert MARK not in sql


async def test_while_changes_are_not_heard_all_is_read(listed: Ends) -> None:
    await statements(listed, OF_SKILLS)
    listed.feed.is_live = False
    await change(listed, "UPDATE skill SET name = 'Z' WHERE id = 2")
    (sql,) = await statements(listed, OF_SKILLS)
    assert MARK not in sql


async def test_what_is_read_while_hearing_ends_is_not_kept(
    listed: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _beside_pieces(listed, monkeypatch, lambda: setattr(listed.feed, "is_live", False))
    await statements(listed, OF_SKILLS)
    assert listed.pieces.used == 0


async def test_what_was_read_before_a_change_is_not_kept_after_it(
    listed: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _beside_pieces(listed, monkeypatch, lambda: listed.pieces.forget(Change(2, ("b",))))
    await statements(listed, OF_SKILLS)
    assert len(await statements(listed, OF_SKILLS)) == 2
    assert listed.fetcher.asked[-1][1] == [[2]]


async def _beside_pieces(ends: Ends, monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Act once, while rows are read that were missing."""
    ask, acts = ends.fetcher.value, [act]

    async def value(sql: str, values: Sequence[Any]) -> bytes:
        found = await ask(sql, values)
        if "unnest" in sql and acts:
            acts.pop()()
        return found

    monkeypatch.setattr(ends.fetcher, "value", value)


@pytest.mark.parametrize("document", EVERY)
async def test_a_skill_that_goes_between_two_statements(
    listed: Ends, monkeypatch: pytest.MonkeyPatch, document: str
) -> None:
    """The list is then read as a whole: it never shows a row that is none."""
    ask = listed.fetcher.value
    gone: list[int] = []

    async def value(sql: str, values: Sequence[Any]) -> bytes:
        if "unnest" in sql and not gone:
            gone.append(2)
            await change(
                listed,
                "DELETE FROM requirement WHERE skill_id = 2; DELETE FROM revision WHERE skill_id = 2; "
                "DELETE FROM skill_text WHERE skill_id = 2; DELETE FROM skill WHERE id = 2",
            )
        return await ask(sql, values)

    monkeypatch.setattr(listed.fetcher, "value", value)
    assert len(await statements(listed, document)) == 3
    assert gone
    assert len(await statements(listed, document)) == 1, "the rows that were there are kept"


@pytest.mark.parametrize("document", EVERY)
async def test_they_stay_within_their_bounds(listed: Ends, document: str) -> None:
    listed.pieces.entries = 2
    for _ in range(3):
        await statements(listed, document)
        assert len(listed.pieces._kept) == 2
    listed.pieces.size = listed.pieces.used
    for _ in range(3):
        await statements(listed, document)
        assert listed.pieces.used <= listed.pieces.size


async def test_nothing_of_a_viewer_is_kept(listed: Ends, clock: Clock) -> None:
    """What is theirs stands beside the rows, and rows with anything of theirs are read with all."""
    people = [Person(email=f"{name}@skills.test", name=name, created_at=clock()) for name in ("ada", "eva")]
    async with listed.database.transaction() as session:
        session.add_all(people)
    beside = OF_SKILLS.replace("{ skills", "{ viewer { email } skills", 1)
    within = OF_SKILLS.replace("name", "viewerWatch { id } name", 1)
    await statements(listed, OF_SKILLS)
    await statements(listed, within)
    for person in [*people, None]:
        listed.viewer = person
        (sql,) = await statements(listed, beside)
        assert MARK in sql, "everybody's rows are the same"
        (sql,) = await statements(listed, within)
        assert (MARK in sql) is (person is None)
    kept = b"".join(text for text, _ in listed.pieces._kept.values())
    assert b"skills.test" not in kept
    assert kept.count(b'"viewerWatch":null') == 3


async def test_a_skill_by_its_id_is_read_as_ever(listed: Ends) -> None:
    document = f'{{ node(id: "{encode_id("Skill", (2,))}") {{ ... on Skill {{ levels {{ id }} }} }} }}'
    (sql,) = await statements(listed, document)
    assert MARK not in sql
