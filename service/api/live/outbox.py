"""What waits to be sent to one client: bounded, because a client may read more slowly than things happen."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

_TRY_AGAIN = 1013


class Outbox:
    """Texts in their order. Above `messages` or `characters` the connection is to end.

    `ended` comes to hold why it is to end: a close code and a reason.
    """

    def __init__(self, *, messages: int, characters: int) -> None:
        self._messages = messages
        self._characters = characters
        self._waiting: deque[str] = deque()
        self._size = 0
        self._arrived = asyncio.Event()
        self.ended: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()

    def put(self, text: str) -> None:
        """Let the text wait for its turn."""
        if len(self._waiting) >= self._messages or self._size + len(text) > self._characters:
            self.give_up()
            return
        self._waiting.append(text)
        self._size += len(text)
        self._arrived.set()

    def give_up(self) -> None:
        """The client has lost something: it is to begin anew."""
        self.end(_TRY_AGAIN, "Too slow: more is waiting than is kept. Connect again")

    def end(self, code: int, reason: str) -> None:
        """The connection is to end, if it is not already."""
        if not self.ended.done():
            self.ended.set_result((code, reason))

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
                async with asyncio.timeout(within):
                    await self._arrived.wait()
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
