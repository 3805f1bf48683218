"""Marking mails that the mail server has taken: together, so that not each needs a commit of its own."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime

from service.database import AsyncConnection, Database
from service.notifications.actions import mark_all_sent

# Between two commits. A worker that dies sends again what was taken since the last one.
_GATHER_SECONDS = 0.02


class Settling:
    """Of one batch of mails, over the connection that has their turns: statements of their own, kept at once."""

    def __init__(self, connection: AsyncConnection, database: Database, now: Callable[[], datetime]) -> None:
        self._connection = connection
        self._database = database
        self._now = now
        self._taken: list[int] = []
        self._is_over = asyncio.Event()
        self._marking: asyncio.Task[None] | None = None

    def sent(self, mail_id: int) -> None:
        """Have the mail be marked soon."""
        self._taken.append(mail_id)
        if self._marking is None or self._marking.done():
            self._marking = asyncio.create_task(self._mark())

    async def settle(self) -> None:
        """Mark all that are not marked yet. Raises what keeps them from being marked."""
        self._is_over.set()
        if self._marking is not None:
            await asyncio.gather(self._marking, return_exceptions=True)
        if self._taken:
            # That connection is lost, and the turns with it: without a mark these would soon go again.
            async with self._database.transaction() as session:
                await mark_all_sent(session, self._taken, at=self._now())

    async def _mark(self) -> None:
        while self._taken:
            taken, self._taken = self._taken, []
            try:
                await mark_all_sent(self._connection, taken, at=self._now())
            except BaseException:
                self._taken += taken
                raise
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._is_over.wait(), _GATHER_SECONDS)
