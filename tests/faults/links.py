"""The network between two parts, as a proxy that can be cut, be silent, or be slow."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from enum import StrEnum

_CHUNK = 65_536
# What a delayed network takes, each way.
DELAY_SECONDS = 0.3

Dial = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class State(StrEnum):
    """What becomes of what is sent."""

    OPEN = "open"
    CUT = "cut"
    BLACKHOLED = "blackholed"
    DELAYED = "delayed"


class Link:
    """Listens on a port of this machine, and passes everything on to where `dial` leads."""

    def __init__(self, name: str, dial: Dial) -> None:
        self.name = name
        self.port = 0
        self._dial = dial
        self._state = State.OPEN
        self._changed = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Listen no more, and hang up."""
        assert self._server is not None
        self._server.close()
        await self._hang_up()

    async def become(self, state: State) -> None:
        """Treat what is sent from now on like this. To be cut is to hang up, and to refuse who comes."""
        self._state = state
        self._changed.set()
        self._changed = asyncio.Event()
        if state is State.CUT:
            await self._hang_up()

    async def _hang_up(self) -> None:
        for task in self._connections:
            task.cancel()
        if self._connections:
            await asyncio.wait(self._connections)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._join(reader, writer)
        except (OSError, asyncio.CancelledError):
            # The other side is away, or the link is cut: whoever called is hung up on. Python 3.11 logs the
            # cancellation of a stream's task as a fault, so it ends here.
            pass
        finally:
            self._connections.discard(task)
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._state is State.CUT:
            return
        await self._pass()
        there, to_there = await self._dial()
        ways = [
            asyncio.create_task(self._pump(reader, to_there)),
            asyncio.create_task(self._pump(there, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.wait(ways)
            to_there.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(_CHUNK):
                await self._pass()
                target.write(chunk)
                await target.drain()
            # What was sent last still arrives before the end does.
            target.write_eof()
            await asyncio.sleep(DELAY_SECONDS)

    async def _pass(self) -> None:
        """Until what has been sent may arrive."""
        while self._state is State.BLACKHOLED:
            await self._changed.wait()
        if self._state is State.DELAYED:
            await asyncio.sleep(DELAY_SECONDS)
