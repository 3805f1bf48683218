"""uvicorn with responses that leave in one piece."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn

from service.cli.listening import address_of, listen
from service.cli.response_head import JoinedHeadProtocol

HEAD = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]}


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Sends a head, and a body at once or, of /later, once the event of that name is set."""
    await send(HEAD)
    if scope["path"] == "/later":
        await scope["state"]["later"].wait()
    await send({"type": "http.response.body", "body": b"body"})


@pytest.fixture
async def later() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def written(later: asyncio.Event, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Any]:
    """Asks for a path and returns the reader, beside a list of what the transport was given to write at once."""
    pieces: list[bytes] = []

    class Watched(JoinedHeadProtocol):
        def connection_made(self, transport: Any) -> None:
            self.app_state["later"] = later
            watched: Any = _Watched(transport, pieces)
            super().connection_made(watched)

    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(application, http=Watched, lifespan="off", log_config=None))
    serving = asyncio.create_task(server._serve([listener]))
    reader, writer = await asyncio.open_connection(*address_of(listener))

    async def ask(path: str) -> tuple[asyncio.StreamReader, list[bytes]]:
        pieces.clear()
        writer.write(f"GET {path} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        return reader, pieces

    yield ask
    writer.close()
    server.should_exit = True
    await serving


class _Watched:
    """A transport that tells what it writes."""

    def __init__(self, transport: Any, pieces: list[bytes]) -> None:
        self._transport = transport
        self._pieces = pieces

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        self._pieces.append(data)
        self._transport.write(data)

    def writelines(self, parts: tuple[bytes, ...]) -> None:
        self.write(b"".join(parts))


async def test_head_and_body_leave_in_one_piece(written: Any) -> None:
    for _ in range(3):
        reader, pieces = await written("/")
        assert await reader.readuntil(b"\r\n\r\nbody") == b"".join(pieces)
        assert len(pieces) == 1


async def test_a_head_waits_for_no_body_that_comes_later(written: Any, later: asyncio.Event) -> None:
    reader, pieces = await written("/later")
    assert await reader.readuntil(b"\r\n\r\n") == pieces[0]
    later.set()
    assert await reader.readexactly(4) == b"body"
