"""The connections of compiled reads: few, used again, and never with half an answer on them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from asyncpg.exceptions import InterfaceError, PostgresError, QueryCanceledError

from service.fetching import Fetcher

BACKEND = "SELECT convert_to(CAST(pg_backend_pid() AS text), 'UTF8')"
SLEEP = "SELECT convert_to('slept' || pg_sleep($1), 'UTF8')"
_PATIENCE_SECONDS = 10


@pytest.fixture
async def fetcher(database_url: str) -> AsyncIterator[Fetcher]:
    """Two connections, on which a statement may take a while."""
    found = Fetcher(database_url, pool_size=2, statement_timeout_ms=300)
    yield found
    await found.close()


async def test_readers_take_turns_on_few_connections(fetcher: Fetcher) -> None:
    backends = await asyncio.gather(*(fetcher.value(BACKEND, []) for _ in range(10)))
    assert len(set(backends)) <= 2


async def test_a_refused_statement_leaves_its_connection_as_it_was(fetcher: Fetcher) -> None:
    before = await fetcher.value(BACKEND, [])
    with pytest.raises(QueryCanceledError):
        await fetcher.value(SLEEP, [60.0])
    assert await fetcher.value(BACKEND, []) == before


async def test_a_read_that_is_given_up_disturbs_no_other(fetcher: Fetcher) -> None:
    before = await fetcher.value(BACKEND, [])
    given_up = asyncio.create_task(fetcher.value(SLEEP, [60.0]))
    await asyncio.sleep(0)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert await fetcher.value(BACKEND, []) != before


async def test_a_connection_that_is_gone_is_replaced(fetcher: Fetcher, database_url: str) -> None:
    gone = await fetcher.value(BACKEND, [])
    other = Fetcher(database_url, pool_size=1)
    await other.value(f"SELECT convert_to(CAST(pg_terminate_backend({gone.decode()}) AS text), 'UTF8')", [])
    await other.close()
    found = gone
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while found == gone:
            # Until the process has heard of it, the end is met in the middle of a read.
            with contextlib.suppress(PostgresError, InterfaceError, OSError):
                found = await fetcher.value(BACKEND, [])
