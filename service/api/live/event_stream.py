"""A subscription as server-sent events: one response that goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from service.api.execution import Call
from service.api.failures import Masking
from service.api.live.frames import COMPLETE, HEADERS, SIGN_OF_LIFE, next_frame
from service.api.live.guard import Guest
from service.api.live.outbox import Outbox
from service.api.live.streams import Stream, Streams


class EventStream:
    """A subscription's listener, and its response as ASGI calls it."""

    def __init__(self, streams: Streams, headers: dict[str, str]) -> None:
        self._streams = streams
        self._limits = limits = streams.operations.limits
        self._headers = HEADERS | headers
        self._outbox = Outbox(messages=limits.waiting_messages, characters=limits.waiting_characters)
        self._stream: Stream | None = None
        self._guest: Guest | None = None
        self._is_over = asyncio.Event()

    async def begin(
        self, call: Call, context: Any, renew: Callable[[], Awaitable[Any]], masking: Masking
    ) -> None:
        """Join the subscription's stream; `renew` makes the context once more, where its person may have changed.

        Raises:
            RequestError: it can't be had.
        """
        self._stream = await self._streams.join(call, context, masking, self)
        if context.viewer is not None:
            self._guest = Guest(context, renew, self._outbox)
            self._streams.guard.admit(self._guest)

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Send what happens, until the client leaves, reads too slowly, or there is no more."""
        headers = [(name.lower().encode(), value.encode()) for name, value in self._headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

        async def write(text: str) -> None:
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

        tasks = [
            asyncio.create_task(work)
            for work in (self._write(write), _gone(receive), self._ended(), self._is_over.wait())
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.close()
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        if self._is_over.is_set():
            await write("".join(self._outbox.rest()))
        # Where answers were lost it ends without `complete`: the client sees that it was cut off.
        await send({"type": "http.response.body", "body": b""})

    def next(self, answer: str) -> None:
        """One answer."""
        self._outbox.put(next_frame(answer))

    def fail(self, errors: list[dict[str, Any]]) -> None:
        """The errors, as the last answer."""
        self.next(orjson.dumps({"errors": errors}).decode())
        self._outbox.put(COMPLETE)
        self._is_over.set()

    def drop(self) -> None:
        """Answers were lost."""
        self._outbox.give_up()

    def close(self) -> None:
        """Hear no more."""
        if self._stream is not None:
            self._streams.leave(self._stream, self)
            self._stream = None
        if self._guest is not None:
            self._streams.guard.leave(self._guest)

    async def _ended(self) -> None:
        await self._outbox.ended

    async def _write(self, write: Callable[[str], Awaitable[None]]) -> None:
        while True:
            await write(await self._outbox.next(within=self._limits.quiet_seconds) or SIGN_OF_LIFE)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
