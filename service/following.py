"""Following: what one reader in a process hands on, waiting for each of those who follow it."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, Self, TypeVar

import structlog

Item = TypeVar("Item")

# How many items may wait for whoever is slow to take them.
_WAITING_MAX = 1_000
_AGAIN_SECONDS = 1.0

log = structlog.get_logger()


class FellBehind(Exception):
    """More came than was taken: the follower starts again from its last cursor."""


class Following(Generic[Item]):
    """What is handed to one follower, in its order, from the moment it was made until it is closed."""

    def __init__(self) -> None:
        self._waiting: deque[Item] = deque()
        self._arrived = asyncio.Event()
        self._is_behind = False

    def hand(self, item: Item) -> None:
        """Let the item wait for its turn."""
        if len(self._waiting) >= _WAITING_MAX:
            self._is_behind = True
        else:
            self._waiting.append(item)
        self._arrived.set()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Item:
        """The next item.

        Raises:
            FellBehind: some were lost.
        """
        while not self._waiting:
            if self._is_behind:
                raise FellBehind
            self._arrived.clear()
            await self._arrived.wait()
        return self._waiting.popleft()


async def read_on(woken: asyncio.Event, read: Callable[[], Awaitable[None]], *, what: str) -> None:
    """Read whenever woken, until cancelled; where that fails, again after a moment."""
    while True:
        await woken.wait()
        woken.clear()
        try:
            await read()
        except Exception:
            # Whatever it is: a reader that ended would leave all who follow waiting for good.
            log.exception("not_read", what=what)
            woken.set()
            await asyncio.sleep(_AGAIN_SECONDS)
