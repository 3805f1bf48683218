"""Hearing of changes ends when it is told to, whatever it is in the middle of."""

import asyncio
from typing import Any

import asyncpg
import pytest

from service.changes import ChangeFeed

_PATIENCE_SECONDS = 10


async def test_it_can_be_closed_at_the_moment_it_is_connected(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = ChangeFeed(database_url, hears={}, began=lambda: None, lost=lambda: None)
    connect: Any = asyncpg.connect
    closing: asyncio.Future[asyncio.Task[None]] = asyncio.get_running_loop().create_future()

    async def connect_while_closing(**options: Any) -> Any:
        connection = await connect(**options)
        closing.set_result(asyncio.create_task(feed.close()))
        return connection

    monkeypatch.setattr(asyncpg, "connect", connect_while_closing)
    feed.start()
    async with asyncio.timeout(_PATIENCE_SECONDS):
        await (await closing)
    assert not feed.is_live
