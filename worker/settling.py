"""Marking mails that the mail server has taken: all that were taken while the last commit went on with the next one."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from service.database import Database
from service.notifications.actions import mark_all_sent


class Settling:
    """A worker that dies sends again what it has not marked yet: as much as is taken within one commit."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database = database
        self._now = now
        self._taken: list[int] = []
        self._turn = asyncio.Lock()

    async def sent(self, mail_id: int) -> None:
        """Mark the mail, or leave it to whoever is at it."""
        self._taken.append(mail_id)
        await self.settle()

    async def settle(self) -> None:
        """Mark all that are not marked yet."""
        if self._turn.locked():
            return
        async with self._turn:
            while self._taken:
                taken, self._taken = self._taken, []
                try:
                    async with self._database.transaction() as session:
                        await mark_all_sent(session, taken, at=self._now())
                except BaseException:
                    self._taken += taken
                    raise
