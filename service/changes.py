"""Hearing of changes: one connection per process that listens, and knows whether it still hears."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import asyncpg
import structlog
from asyncpg.exceptions import InterfaceError, PostgresError
from sqlalchemy import make_url

from service.activity.announcements import CHANNEL, Change, from_payload

# How often the connection is asked whether it is there, how long it may take to say so, and how long to wait before
# another one is tried: between them they bound for how long a lost connection is trusted.
_HEARTBEAT_SECONDS = 0.5
_PATIENCE_SECONDS = 0.5
_RECONNECT_SECONDS = 0.5

log = structlog.get_logger()


class ChangeFeed:
    """Calls `heard` for each change, in order of commit; `lost` when the connection is, and nothing can be trusted."""

    def __init__(self, url: str, *, heard: Callable[[Change], None], lost: Callable[[], None]) -> None:
        self._url = make_url(url)
        self._heard = heard
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
        connection: Any = await asyncio.wait_for(self._connect(), 10)
        try:
            await connection.add_listener(CHANNEL, self._on_notification)
            # From here on nothing is missed; what was kept before may be old.
            self._lost()
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

    def _on_notification(self, _connection: Any, _pid: int, _channel: str, payload: str) -> None:
        self._heard(from_payload(payload))
