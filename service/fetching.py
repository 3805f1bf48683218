"""PostgreSQL past the ORM: for compiled statements, to which sessions and rows would add more time than they take."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import asyncpg
from asyncpg.exceptions import InternalClientError, PostgresError
from sqlalchemy import make_url

# One compiled statement is longer than asyncpg's default lets into its cache.
_STATEMENT_BYTES_MAX = 200_000
_PATIENCE_SECONDS = 10


class Fetcher:
    """A few connections of its own, opened when they are first needed.

    They only read single statements, and so have nothing to reset between two users: asyncpg's pool, which hands its
    connections over with a task for each, would take a tenth of a request's time.
    """

    def __init__(self, url: str, *, pool_size: int = 10, statement_timeout_ms: int = 2_000) -> None:
        self._url = make_url(url)
        self._statement_timeout_ms = statement_timeout_ms
        self._places = asyncio.Semaphore(pool_size)
        # What was used last is used next: its memory is warm, here and in PostgreSQL.
        self._idle: list[Any] = []

    async def value(self, sql: str, values: Sequence[Any]) -> bytes:
        """The one value of the statement's one row."""
        async with self._places:
            connection = self._take()
            if connection is not None:
                # One on which PostgreSQL has just hung up may not know it yet: it is then asked nothing.
                with contextlib.suppress(InternalClientError):
                    return await self._asked(connection, sql, values)
            return await self._asked(await self._opened(), sql, values)

    async def close(self) -> None:
        """Close all connections; nobody may be reading any more."""
        while connection := self._take():
            await connection.close()

    async def _asked(self, connection: Any, sql: str, values: Sequence[Any]) -> bytes:
        try:
            found: bytes = await connection.fetchval(sql, *values)
        except PostgresError as refusal:
            # After anything worse than an error PostgreSQL hangs up.
            if getattr(refusal, "severity_en", None) == "ERROR":
                self._idle.append(connection)
            else:
                connection.terminate()
            raise
        except BaseException:
            # Given up halfway: nobody would hear the end of it, and the next user is not to wait for it.
            connection.terminate()
            raise
        self._idle.append(connection)
        return found

    def _take(self) -> Any:
        """An open connection that nobody uses, if there is one."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    async def _opened(self) -> Any:
        url = self._url
        return await asyncpg.connect(  # type: ignore[no-untyped-call]
            host=url.query.get("host") or url.host,
            port=url.port,
            user=url.username,
            password=url.password,
            database=url.database,
            timeout=_PATIENCE_SECONDS,
            command_timeout=_PATIENCE_SECONDS,
            max_cacheable_statement_size=_STATEMENT_BYTES_MAX,
            server_settings={
                "application_name": "skillprofile",
                "timezone": "UTC",
                "statement_timeout": str(self._statement_timeout_ms),
                "default_transaction_read_only": "on",
                # Compiling to machine code pays for long queries, not for short ones sent often.
                "jit": "off",
                # What is read often is in memory, where a row behind an index costs no more than any other.
                "random_page_cost": "1.1",
                # Planning a compiled statement takes longer than running it; which values it is given hardly
                # changes what the best plan is.
                "plan_cache_mode": "force_generic_plan",
            },
        )
