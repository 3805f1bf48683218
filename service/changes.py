"""Hearing of changes: one connection per process that listens, and knows whether it still hears."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any

import asyncpg
import structlog
from asyncpg.exceptions import InterfaceError, PostgresError
from sqlalchemy import make_url

_CONNECT_SECONDS = 10.0
# How often the connection is asked whether it is there, how long it may take to say so, and how long to wait before
# another one is tried: between them they bound for how long a lost connection is trusted.
_HEARTBEAT_SECONDS = 0.5
_PATIENCE_SECONDS = 0.5
_RECONNECT_SECONDS = 0.5

log = structlog.get_logger()


class ChangeFeed:
    """Hears what is announced on the channels of `hears`, in order of commit, and hands each its payload.

    `began` is called when the connection is there: from then on nothing is missed, but something may have been
    before. `lost` is called when it is gone, and nothing can be trusted.
    """

    def __init__(
        self,
        url: str,
        *,
        hears: Mapping[str, Callable[[str], None]],
        began: Callable[[], None],
        lost: Callable[[], None],
    ) -> None:
        self._url = make_url(url)
        self._hears = hears
        self._began = began
        self._lost = lost
        self._task: asyncio.Task[None] | None = None
        self.is_live = False

    def start(self) -> None:
        """Begin to listen, in the running loop."""
        self._task = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (OSError, TimeoutError, PostgresError, InterfaceError) as error:
                log.warning("changes_not_heard", error=str(error) or type(error).__name__)
            finally:
                self.is_live = False
                self._lost()
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _listen_once(self) -> None:
        # `asyncio.wait_for` of Python 3.11 swallows a cancellation that comes as the connection is made.
        async with asyncio.timeout(_CONNECT_SECONDS):
            connection: Any = await self._connect()
        try:
            for channel in self._hears:
                await connection.add_listener(channel, self._on_notification)
            self._began()
            self.is_live = True
            while True:
                await asyncio.sleep(_HEARTBEAT_SECONDS)
                await connection.fetchval("SELECT 1", timeout=_PATIENCE_SECONDS)
        finally:
            self.is_live = False
            with contextlib.suppress(OSError, PostgresError, InterfaceError):
                connection.terminate()

    async def _connect(self) -> Any:
        url = self._url
        return await asyncpg.connect(  # type: ignore[no-untyped-call]
            host=url.query.get("host") or url.host,
            port=url.port,
            user=url.username,
            password=url.password,
            database=url.database,
            server_settings={"application_name": "skillprofile changes"},
        )

    def _on_notification(self, _connection: Any, _pid: int, channel: str, payload: str) -> None:
        self._hears[channel](payload)
