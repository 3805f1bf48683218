"""Cursors stay right whatever commits when: whoever has read up to one has missed nothing before it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from service.activity.actions import record
from service.activity.models import EventKind
from service.database import AsyncSession, Database
from service.news.actions import publish
from service.news.queries import newest_position, news_between
from tests.factories import Clock

WRITERS, EVENTS = 8, 12


@asynccontextmanager
async def open_transaction(database: Database, clock: Clock) -> AsyncIterator[AsyncSession]:
    """A transaction that has written an event, and has yet to commit."""
    async with database.transaction() as session:
        await record(session, EventKind.PROPOSAL_CREATED, at=clock())
        yield session


async def publish_all(database: Database) -> int:
    async with database.transaction() as session:
        return await publish(session)


async def read(database: Database, after: int) -> list[tuple[int, int]]:
    """Position and id of what is published behind a position."""
    async with database.read_session() as session:
        newest = await newest_position(session)
        return [(row.position, row.id) for row in await news_between(session, after, newest, limit=1_000)]


async def test_what_commits_later_comes_later_though_it_began_before(
    database: Database, clock: Clock
) -> None:
    async with open_transaction(database, clock):
        async with open_transaction(database, clock):
            pass
        assert await publish_all(database) == 1
        assert await read(database, 0) == [(1, 2)]
    assert await publish_all(database) == 1
    assert await read(database, 1) == [(2, 1)]


async def test_a_publisher_waits_for_the_one_before_it(database: Database, clock: Clock) -> None:
    async with open_transaction(database, clock):
        pass
    async with database.transaction() as session:
        await publish(session)
        async with open_transaction(database, clock):
            pass
        second = asyncio.create_task(publish_all(database))
        done, _ = await asyncio.wait({second}, timeout=0.2)
        assert not done
        assert await read(database, 0) == []
    assert await second == 1
    assert [position for position, _ in await read(database, 0)] == [1, 2]


@pytest.mark.parametrize("publishers", [1, 3])
async def test_a_reader_who_goes_by_cursors_misses_nothing(
    database: Database, clock: Clock, publishers: int
) -> None:
    written, begun, overtaken = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def write(number: int) -> None:
        if number:
            await begun.wait()
        for _ in range(EVENTS):
            async with open_transaction(database, clock):
                # The first to write commits after others are read, so that ids and positions come in different orders.
                if not number:
                    begun.set()
                    await overtaken.wait()

    async def publish_on() -> None:
        while not written.is_set():
            await publish_all(database)
        await publish_all(database)

    async def read_on() -> list[int]:
        seen: list[int] = []
        cursor = 0
        while len(seen) < WRITERS * EVENTS:
            for position, event_id in await read(database, cursor):
                assert position > cursor
                cursor = position
                seen.append(event_id)
                overtaken.set()
        return seen

    async with asyncio.timeout(30):
        tasks = [asyncio.create_task(publish_on()) for _ in range(publishers)]
        reader = asyncio.create_task(read_on())
        await asyncio.gather(*(write(number) for number in range(WRITERS)))
        written.set()
        await asyncio.gather(*tasks)
        seen = await reader
    assert sorted(seen) == list(range(1, WRITERS * EVENTS + 1))
    assert seen != sorted(seen), "the ids came in the order of the commits: nothing was tried"
