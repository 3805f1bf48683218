"""Loading rows for several fields at once."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any, cast

from service.api.context import Context, Desks
from service.database import AsyncSession, Database
from tests.factories import Clock


class Sessions:
    """A database that nothing is asked of."""

    @asynccontextmanager
    async def read_session(self) -> AsyncIterator[None]:
        yield None


async def test_a_field_that_is_given_up_takes_no_value_from_another() -> None:
    # graphql-core cancels the siblings of a field that fails; the same rows may be asked for elsewhere.
    started, go_on = asyncio.Event(), asyncio.Event()

    async def query(_: AsyncSession, keys: Collection[int]) -> dict[int, str]:
        started.set()
        await go_on.wait()
        return {key: f"row {key}" for key in keys}

    database = cast("Database", Sessions())
    context = Context(database, Clock(), Desks.of(database))
    given_up, kept = (asyncio.create_task(cast("Any", context.load(query, 1))) for _ in range(2))
    await started.wait()
    given_up.cancel()
    await asyncio.wait({given_up})
    go_on.set()
    assert await kept == "row 1"
    assert given_up.cancelled()
