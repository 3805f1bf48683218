"""Whoever is signed in is asked again, while a connection is open, whether they still are."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from service.api.failures import RequestError
from service.api.live.outbox import Outbox

# A token ends by itself, and nobody says so.
_EVERY_SECONDS = 60.0
FORBIDDEN = 4403
_TRY_AGAIN = 1013

log = structlog.get_logger()


class Guest:
    """One open connection of a person, with a way to find out who stands behind it now."""

    def __init__(self, context: Any, renew: Callable[[], Awaitable[Any]], outbox: Outbox) -> None:
        self.person_id = context.viewer.id
        self._rights = context.rights
        self._renew = renew
        self._outbox = outbox

    async def check(self) -> None:
        """End the connection where its person may not do any more what they could when it began."""
        try:
            context = await self._renew()
        except RequestError as error:
            self._outbox.end(FORBIDDEN, f"Forbidden: {error.message}")
            return
        except Exception:
            # Who cannot be recognised now is not let stay.
            log.exception("guest_not_checked")
            self._outbox.end(_TRY_AGAIN, "It can't be told whether you are still signed in: connect again")
            return
        if context.viewer is None or context.rights != self._rights:
            self._outbox.end(FORBIDDEN, "Forbidden: what you may do has changed. Connect again")


class Guard:
    """The guests of one process."""

    def __init__(self) -> None:
        self._guests: dict[int, set[Guest]] = {}
        self._checks: set[asyncio.Task[None]] = set()
        self._rounds: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to make rounds, in the running loop."""
        self._rounds = asyncio.create_task(self._make_rounds())

    async def close(self) -> None:
        """Make no more."""
        tasks = [*self._checks, *([] if self._rounds is None else [self._rounds])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def admit(self, guest: Guest) -> None:
        """Keep an eye on the connection."""
        self._guests.setdefault(guest.person_id, set()).add(guest)

    def leave(self, guest: Guest) -> None:
        """The connection is closed."""
        among = self._guests.get(guest.person_id, set())
        among.discard(guest)
        if not among:
            self._guests.pop(guest.person_id, None)

    def heard(self, payload: str) -> None:
        """Something about the person of the id has changed."""
        self._check(self._guests.get(int(payload), set()))

    def check_all(self) -> None:
        """Something about anybody may have changed."""
        self._check({guest for among in self._guests.values() for guest in among})

    def _check(self, guests: set[Guest]) -> None:
        for guest in guests:
            task = asyncio.create_task(guest.check())
            self._checks.add(task)
            task.add_done_callback(self._checks.discard)

    async def _make_rounds(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            self.check_all()
