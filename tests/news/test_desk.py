"""The news desk reads what somebody follows, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from service.activity.actions import record
from service.activity.models import EventKind
from service.database import Database
from service.news.actions import publish
from service.news.desk import NewsDesk
from service.news.queries import Topic
from tests.factories.catalogue import make_frame, make_skill
from tests.factories.statements import recorded_statements

NOW = datetime(2026, 11, 29, tzinfo=UTC)


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[NewsDesk]:
    """A desk at work."""
    desk = NewsDesk(database)
    desk.start()
    yield desk
    await desk.close()


async def news_of(database: Database, desk: NewsDesk) -> int:
    """Something is published, and the desk hears of it; gives the event's id."""
    async with database.transaction() as session:
        event = await record(session, EventKind.CATALOGUE_IMPORTED, at=NOW)
    async with database.transaction() as session:
        await publish(session)
    desk.wake()
    return event.id


async def test_what_nobody_follows_is_not_read(database: Database, desk: NewsDesk) -> None:
    following = await desk.follow(Topic())
    await following.aclose()
    with recorded_statements() as statements:
        await desk._read()
    assert statements == []


async def test_whoever_follows_hears_of_what_comes_from_then_on(database: Database, desk: NewsDesk) -> None:
    async with database.transaction() as session:
        await make_skill(session, await make_frame(session))
    await news_of(database, desk)
    for _ in range(2):
        following = await desk.follow(Topic())
        new = await news_of(database, desk)
        async with asyncio.timeout(10):
            assert (await anext(following)).row.id == new
        await following.aclose()
        await news_of(database, desk)


async def test_one_who_leaves_at_once_takes_nothing_from_one_who_comes_at_the_same_time(
    database: Database, desk: NewsDesk
) -> None:
    async with database.transaction() as session:
        await make_skill(session, await make_frame(session))

    async def come_and_go() -> None:
        await (await desk.follow(Topic())).aclose()

    gone = asyncio.create_task(come_and_go())
    stays = asyncio.create_task(desk.follow(Topic()))
    await gone
    following = await stays
    new = await news_of(database, desk)
    async with asyncio.timeout(10):
        assert (await anext(following)).row.id == new
    await following.aclose()


async def test_one_who_gives_up_waiting_leaves_no_place_in_the_news(
    database: Database, desk: NewsDesk
) -> None:
    """Whoever comes next hears of what is published from then on, and of nothing before."""
    async with database.transaction() as session:
        await make_skill(session, await make_frame(session))
    coming = asyncio.create_task(desk.follow(Topic()))
    async with asyncio.timeout(10):
        await desk._begun.wait()
    coming.cancel()
    await asyncio.gather(coming, return_exceptions=True)
    await news_of(database, desk)
    following = await desk.follow(Topic())
    new = await news_of(database, desk)
    async with asyncio.timeout(10):
        assert (await anext(following)).row.id == new
    await following.aclose()
