"""uvicorn with a bounded request head."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn

from service.cli import request_head
from service.cli.listening import address_of, listen
from service.cli.request_head import BoundedHeadProtocol

GET = b"GET / HTTP/1.1\r\nhost: x\r\n"


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the number of bytes in the body."""
    size, more = 0, True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = str(size).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
async def address() -> AsyncIterator[tuple[str, int]]:
    """A server whose patience for a head is at an end at once where a test has taken it away."""
    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(application, http=BoundedHeadProtocol, lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve([listener]))
    yield address_of(listener)
    server.should_exit = True
    await serving


async def ask(address: tuple[str, int], *pieces: bytes) -> bytes:
    """Send the pieces and read until the server closes."""
    reader, writer = await asyncio.open_connection(*address)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    try:
        return await asyncio.wait_for(reader.read(), 30)
    finally:
        writer.close()


async def test_an_ordinary_request_is_answered(address: tuple[str, int]) -> None:
    answer = await ask(address, GET + b"connection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")


async def test_a_large_body_is_no_head(address: tuple[str, int]) -> None:
    size = 3 * request_head.MAX_BYTES
    head = f"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {size}\r\n\r\n".encode()
    # The same connection then takes another request: nothing of the first one counts against it.
    answer = await ask(address, head, b"x" * size, GET + b"connection: close\r\n\r\n")
    assert answer.count(b"HTTP/1.1 200") == 2
    assert str(size).encode() in answer


async def test_heads_are_measured_one_by_one(address: tuple[str, int]) -> None:
    # Each comes in two pieces, and two of them are together larger than one may be.
    filling = b"a: " + b"b" * (request_head.MAX_BYTES // 2) + b"\r\n"
    reader, writer = await asyncio.open_connection(*address)
    for _ in range(3):
        for piece in (GET + filling, b"\r\n"):
            writer.write(piece)
            await writer.drain()
            # The server is in this very loop: let it read the piece before the next one is there.
            for _ in range(20):
                await asyncio.sleep(0)
        assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        await reader.readuntil(b"\r\n\r\n0")
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    "pieces", [(GET, *[b"a: " + b"b" * 1_000 + b"\r\n"] * 100), (b"GET /" + b"x" * 100_000,)]
)
async def test_a_head_without_end_is_refused(address: tuple[str, int], pieces: tuple[bytes, ...]) -> None:
    try:
        answer = await ask(address, *pieces)
    except ConnectionError:
        # Closed while we were still sending: refused as well.
        return
    assert answer.startswith(b"HTTP/1.1 431")


async def test_a_head_that_takes_too_long_is_refused(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_head, "MAX_SECONDS", 0.05)
    assert (await ask(address, GET)).startswith(b"HTTP/1.1 408")


async def test_a_connection_that_says_nothing_is_closed(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_head, "MAX_SECONDS", 0.05)
    assert await ask(address) == b""


async def test_a_second_head_is_measured_like_the_first(
    address: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_head, "MAX_SECONDS", 0.05)
    answer = await ask(address, GET + b"\r\n", GET)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 408" in answer
