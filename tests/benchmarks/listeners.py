"""A crowd of WebSocket clients that do as little as can be, so that the server is what is measured."""

import asyncio
import base64
import os
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Self

_PATIENCE_SECONDS = 60.0
_AT_ONCE = 100
_TEXT = 1


class Crowd:
    """Open sockets, and how many messages they have received in all."""

    def __init__(self) -> None:
        self.received = 0
        self.last_text = b""
        self._members: list[_Listener] = []
        self._wanted = 0
        self._reached = asyncio.Event()

    @classmethod
    @asynccontextmanager
    async def of(
        cls, address: tuple[str, int], size: int, says: Sequence[str], *, expect: int
    ) -> AsyncIterator[Self]:
        """So many clients that have said these messages and received so many each, until the block ends."""
        crowd = cls()
        crowd.await_one_each(size * expect)
        try:
            for start in range(0, size, _AT_ONCE):
                number = min(_AT_ONCE, size - start)
                await asyncio.gather(*(crowd._join(address, says) for _ in range(number)))
            await crowd.all_have_it()
            yield crowd
        finally:
            for member in crowd._members:
                member.transport.abort()

    def await_one_each(self, messages: int | None = None) -> None:
        """Begin to wait for one more message at each, or for so many in all."""
        self._wanted = self.received + (len(self._members) if messages is None else messages)
        self._reached.clear()

    async def all_have_it(self) -> None:
        """Until all that was waited for is there."""
        if self.received < self._wanted:
            await asyncio.wait_for(self._reached.wait(), _PATIENCE_SECONDS)

    def take(self, text: bytes) -> None:
        """One more message."""
        self.received += 1
        self.last_text = text
        if self.received >= self._wanted:
            self._reached.set()

    async def _join(self, address: tuple[str, int], says: Sequence[str]) -> None:
        _, member = await asyncio.get_running_loop().create_connection(
            lambda: _Listener(self, address), *address
        )
        await asyncio.wait_for(member.opened, _PATIENCE_SECONDS)
        self._members.append(member)
        for text in says:
            member.say(text)


class _Listener(asyncio.Protocol):
    """One client."""

    transport: asyncio.Transport

    def __init__(self, crowd: Crowd, address: tuple[str, int]) -> None:
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._crowd = crowd
        self._host = f"{address[0]}:{address[1]}"
        self._unread = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /graphql HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )

    def say(self, text: str) -> None:
        """Send a message; a mask of zeros leaves it as it is."""
        body = text.encode()
        head = struct.pack("!BB", 0x81, 0x80 | len(body)) if len(body) < 126 else b""
        self.transport.write((head or struct.pack("!BBH", 0x81, 0xFE, len(body))) + bytes(4) + body)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        if not self.opened.done():
            head, separator, self._unread = self._unread.partition(b"\r\n\r\n")
            if not separator:
                self._unread = head
                return
            if b" 101 " not in head:
                self.opened.set_exception(ConnectionError(head.decode(errors="replace")))
                return
            self.opened.set_result(None)
        self._read_frames()

    def _read_frames(self) -> None:
        while len(self._unread) >= 2:
            kind, size, begin = self._unread[0] & 15, self._unread[1], 2
            if size == 126:
                begin = 4
                size = int.from_bytes(self._unread[2:4])
            elif size == 127:
                begin = 10
                size = int.from_bytes(self._unread[2:10])
            if len(self._unread) < begin + size:
                return
            body, self._unread = self._unread[begin : begin + size], self._unread[begin + size :]
            if kind == _TEXT:
                self._crowd.take(body)
