"""Plain asyncpg, past SQLAlchemy, with the types that it lacks."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, cast

import asyncpg


class Connection(Protocol):
    """What is used of a connection."""

    async def execute(self, statement: str, *arguments: Any) -> str: ...
    async def fetch(self, statement: str, *arguments: Any) -> list[Any]: ...
    async def fetchrow(self, statement: str, *arguments: Any) -> Any | None: ...
    async def fetchval(self, statement: str, *arguments: Any) -> Any: ...


class Pool(Protocol):
    """What is used of a pool."""

    async def fetchval(self, statement: str, *arguments: Any) -> Any: ...
    def acquire(self) -> AbstractAsyncContextManager[Connection]: ...


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    """One connection, closed at the end."""
    connection = await asyncpg.connect(_dsn(url))  # type: ignore[no-untyped-call]
    try:
        yield connection
    finally:
        await connection.close()


def pooled(url: str, size: int) -> AbstractAsyncContextManager[Pool]:
    """A pool without needless work: statements stay prepared, and a connection that comes back is not reset."""
    pool = asyncpg.create_pool(  # type: ignore[no-untyped-call]
        _dsn(url), min_size=size, max_size=size, reset=_leave, server_settings={"jit": "off"}
    )
    return cast("AbstractAsyncContextManager[Pool]", pool)


async def _leave(_: Connection) -> None:
    """The default is one more round trip for each request; nothing here changes a connection's state."""


def _dsn(url: str) -> str:
    """The URL of SQLAlchemy as asyncpg itself takes it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)
