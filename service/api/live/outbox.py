"""What waits to be sent to one client: bounded, because a client may read more slowly than things happen."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable


class Outbox:
    """Texts in their order. Above `messages` or `characters` it is `full`, and takes no more."""

    def __init__(self, *, messages: int, characters: int) -> None:
        self._messages = messages
        self._characters = characters
        self._waiting: deque[str] = deque()
        self._size = 0
        self._arrived = asyncio.Event()
        self.full = asyncio.Event()

    def put(self, text: str) -> None:
        """Let the text wait for its turn."""
        if len(self._waiting) >= self._messages or self._size + len(text) > self._characters:
            self.full.set()
            return
        self._waiting.append(text)
        self._size += len(text)
        self._arrived.set()

    async def empty_into(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Send what waits, and what comes, until cancelled."""
        while True:
            while self._waiting:
                await send(self._taken())
            self._arrived.clear()
            await self._arrived.wait()

    async def next(self, *, within: float) -> str | None:
        """The next text; None where none comes within so many seconds."""
        if not self._waiting:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), within)
            except TimeoutError:
                return None
        return self._taken()

    def rest(self) -> list[str]:
        """All that waits."""
        return [self._taken() for _ in range(len(self._waiting))]

    def _taken(self) -> str:
        text = self._waiting.popleft()
        self._size -= len(text)
        return text
