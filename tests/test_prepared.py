"""Statements that are asked past SQLAlchemy, in a session's transaction nevertheless."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from asyncpg.exceptions import PostgresError
from sqlmodel import col

from service.activity.models import Event, EventKind
from service.database import Database
from service.errors import Busy
from service.jobs import RecordingQueue
from service.people.models import Person, PersonRole
from service.prepared import Prepared

NOW = datetime(2026, 11, 29, tzinfo=UTC)
NEVER = Prepared(sa.text("SELECT pg_sleep(60)"))
NAMES = Prepared(sa.select(col(Person.name)).order_by(col(Person.id)))
JOINED = ("email", "name", "role", "created_at")
JOIN = Prepared(sa.insert(Person.__table__).returning(col(Person.id)), JOINED)  # type: ignore[attr-defined]
ANNA = {"email": "anna@example.org", "name": "Anna", "role": PersonRole.REVIEWER, "created_at": NOW}


async def test_it_sees_what_the_session_has_not_yet_written(database: Database) -> None:
    async with database.transaction() as session:
        person = Person(email="anna@example.org", name="Anna", created_at=NOW)
        session.add(person)
        assert [row.name for row in await NAMES.rows(session)] == ["Anna"]
        person.name = "Anne"
        assert await NAMES.value(session) == "Anne"


async def test_what_it_writes_is_undone_with_the_transaction_that_it_begins(database: Database) -> None:
    async def begin() -> None:
        async with database.transaction() as session:
            await JOIN.value(session, **ANNA)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await begin()
    async with database.read_session() as session:
        assert await NAMES.rows(session) == []


async def test_what_it_writes_is_there_once_the_transaction_is_committed(database: Database) -> None:
    async with database.transaction() as session:
        await JOIN.each(session, [ANNA, ANNA | {"email": "ben@example.org", "name": "Ben"}])
    async with database.read_session() as session:
        assert await NAMES.rows(session) == [("Anna",), ("Ben",)]


async def test_values_are_of_the_types_of_their_columns(database: Database) -> None:
    kept = Prepared(
        sa.insert(Event.__table__).returning(col(Event.kind), col(Event.payload)),  # type: ignore[attr-defined]
        ("kind", "happened_at", "payload"),
    )
    async with database.transaction() as session:
        row = await kept.first(session, kind=EventKind.PERSON_JOINED, happened_at=NOW, payload={"é": [1]})
    assert (row.kind, row.payload) == (EventKind.PERSON_JOINED, {"é": [1]})
    assert type(row.kind) is EventKind


async def test_a_column_with_a_default_is_named(database: Database) -> None:
    forgetful = Prepared(sa.insert(Person.__table__), ("email", "name", "created_at"))  # type: ignore[attr-defined]
    async with database.transaction() as session:
        with pytest.raises(TypeError, match="role"):
            await forgetful.first(session, **ANNA)


@pytest.mark.parametrize(("kind", "value"), [(sa.Float, 1.5), (sa.Numeric, Decimal("1.5")), (sa.Integer, 2)])
async def test_numbers_are_the_drivers(
    database: Database, kind: type[sa.types.TypeEngine[Any]], value: Any
) -> None:
    number = Prepared(sa.select(sa.cast(sa.literal_column("1.5"), kind).label("number")))
    async with database.read_session() as session:
        found = await number.value(session)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("statement", "given"),
    [
        (Prepared(sa.text("SELECT CAST(:first AS text), CAST(:second AS text)")), {"first": "a"}),
        (
            Prepared(sa.select(col(Person.id)).where(col(Person.name) == sa.bindparam("name"))),
            {"nane": "Anna"},
        ),
        (JOIN, {name: value for name, value in ANNA.items() if name != "name"}),
    ],
)
async def test_a_parameter_that_is_forgotten_is_told(
    database: Database, statement: Prepared, given: dict[str, Any]
) -> None:
    async with database.read_session() as session:
        with pytest.raises(TypeError, match=r"needs a value for (second|name)"):
            await statement.first(session, **given)


@pytest.mark.parametrize(("state", "error"), [("40P01", Busy), ("22012", PostgresError)])
async def test_what_others_stand_in_the_way_of_may_be_tried_again(
    database: Database, state: str, error: type[Exception]
) -> None:
    ending = Prepared(sa.text(f"DO $$ BEGIN RAISE SQLSTATE '{state}'; END $$"))

    async def begin() -> None:
        async with database.transaction() as session:
            await ending.first(session)

    with pytest.raises(error):
        await begin()


async def test_a_connection_on_which_postgresql_has_hung_up_is_not_used_again(database: Database) -> None:
    own = Prepared(sa.text("SELECT pg_backend_pid()"))
    hang_up = Prepared(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))
    async with database.read_session() as session:
        before = await own.value(session)
        with pytest.raises(PostgresError):
            await hang_up.value(session)
    async with database.read_session() as session:
        assert await own.value(session) != before


async def test_a_connection_that_is_lost_in_a_transaction_is_what_is_told(database: Database) -> None:
    hang_up = Prepared(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))

    async def begin() -> None:
        async with database.transaction() as session:
            await JOIN.value(session, **ANNA)
            await hang_up.value(session)

    with pytest.raises(PostgresError, match="administrator command"):
        await begin()
    async with database.transaction() as session:
        assert await NAMES.rows(session) == []


async def test_a_statement_that_is_given_up_leaves_its_connection_to_nobody(database: Database) -> None:
    async def begin() -> None:
        async with database.transaction() as session:
            await JOIN.value(session, **ANNA)
            await NEVER.value(session)

    for _ in range(21):  # more than there are connections
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(begin(), 0.05)
    async with asyncio.timeout(10), database.transaction() as session:
        assert await NAMES.rows(session) == []


async def test_a_statement_whose_table_has_changed_may_be_tried_again(database_url: str) -> None:
    database = Database(database_url, queue=RecordingQueue(), pool_size=1)

    async def change(statement: str) -> None:
        async with database.transaction() as session:
            await session.execute(sa.text(statement))

    async def ask() -> Any:
        async with database.transaction() as session:
            return await everything.value(session)

    everything = Prepared(sa.text("SELECT * FROM changing"))
    await change("CREATE TABLE changing AS SELECT 1 AS number")
    try:
        assert await ask() == 1
        await change("ALTER TABLE changing ALTER number TYPE text")
        with pytest.raises(Busy):
            await ask()
        assert await ask() == "1"
    finally:
        await change("DROP TABLE changing")
        await database.close()
