"""PostgreSQL past the ORM: for compiled statements, to which sessions and rows would add more time than they take."""

import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg
from sqlalchemy import make_url

# One compiled statement is longer than asyncpg's default lets into its cache.
_STATEMENT_BYTES_MAX = 200_000
_PATIENCE_SECONDS = 10


class _Reader(asyncpg.Connection):
    """A connection that only reads single statements, and so has nothing to reset between two users."""

    def get_reset_query(self) -> str:
        return ""


class Fetcher:
    """A pool of its own, opened when it is first needed."""

    def __init__(self, url: str, *, pool_size: int = 10, statement_timeout_ms: int = 2_000) -> None:
        self._url = make_url(url)
        self._pool_size = pool_size
        self._statement_timeout_ms = statement_timeout_ms
        self._pool: Any = None
        self._opening = asyncio.Lock()

    async def value(self, sql: str, values: Sequence[Any]) -> bytes:
        """The one value of the statement's one row."""
        pool = self._pool or await self._opened()
        async with pool.acquire() as connection:
            found: bytes = await connection.fetchval(sql, *values)
        return found

    async def close(self) -> None:
        """Give all connections back."""
        if self._pool is not None:
            await self._pool.close()

    async def _opened(self) -> Any:
        async with self._opening:
            if self._pool is None:
                url = self._url
                self._pool = await asyncpg.create_pool(  # type: ignore[no-untyped-call]
                    host=url.query.get("host") or url.host,
                    port=url.port,
                    user=url.username,
                    password=url.password,
                    database=url.database,
                    min_size=1,
                    max_size=self._pool_size,
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
                        # Planning a compiled statement takes longer than running it; which values it is given hardly
                        # changes what the best plan is.
                        # What is read often is in memory, where a row behind an index costs no more than any other.
                        "random_page_cost": "1.1",
                        "plan_cache_mode": "force_generic_plan",
                    },
                    connection_class=_Reader,
                )
        return self._pool
