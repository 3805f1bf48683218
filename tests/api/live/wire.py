"""Clients of live updates without a network: they speak ASGI, message by message."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.types import ASGIApp, Message

from service.app import create_app
from service.settings import Settings
from tests.factories import Clock, Product

Json = dict[str, Any]
PROTOCOL = "graphql-transport-ws"
EVENTS = "text/event-stream"
PATIENCE_SECONDS = 10.0


class Wire:
    """One WebSocket. `closed` holds its close code and reason once the server has closed it."""

    def __init__(self, app: ASGIApp, *, protocols: tuple[str, ...] = (PROTOCOL,), **headers: str) -> None:
        self._scope = {
            "type": "websocket",
            "path": "/graphql",
            "query_string": b"",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
            "subprotocols": list(protocols),
            "client": ("127.0.0.1", 4711),
            "server": ("skills.test", 80),
            "scheme": "ws",
        }
        self._app = app
        self._to_server: asyncio.Queue[Message] = asyncio.Queue()
        self._from_server: asyncio.Queue[Message] = asyncio.Queue()
        # Cleared, the client reads no more.
        self.reads = asyncio.Event()
        self.reads.set()
        self.closed: tuple[int, str] | None = None
        self.protocol: str | None = None
        self._serving: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        self._to_server.put_nowait({"type": "websocket.connect"})

        async def send(message: Message) -> None:
            if message["type"] == "websocket.send":
                await self.reads.wait()
            self._from_server.put_nowait(message)

        self._serving = asyncio.ensure_future(self._app(self._scope, self._to_server.get, send))
        opened = await self._received()
        if opened["type"] == "websocket.accept":
            self.protocol = opened["subprotocol"]
        else:
            self._note_close(opened)

    async def leave(self, code: int = 1000) -> None:
        """Hang up, and wait until the server has noticed."""
        self._to_server.put_nowait({"type": "websocket.disconnect", "code": code})
        assert self._serving is not None
        self.reads.set()
        await asyncio.wait_for(self._serving, PATIENCE_SECONDS)

    def say(self, message: Json | str | bytes) -> None:
        if isinstance(message, bytes):
            self._to_server.put_nowait({"type": "websocket.receive", "bytes": message})
        else:
            text = message if isinstance(message, str) else json.dumps(message)
            self._to_server.put_nowait({"type": "websocket.receive", "text": text})

    async def greet(self, token: str | None = None) -> None:
        """Send connection_init, with a token, and expect the acknowledgement."""
        payload = {} if token is None else {"Authorization": f"Bearer {token}"}
        self.say({"type": "connection_init", "payload": payload})
        assert await self.heard() == {"type": "connection_ack"}

    def ask(self, operation_id: str, query: str, **more: Any) -> None:
        self.say({"id": operation_id, "type": "subscribe", "payload": {"query": query, **more}})

    async def heard(self) -> Json:
        """The next message; fails the test where the server closes instead."""
        message = await self._received()
        if message["type"] == "websocket.close":
            self._note_close(message)
        assert message["type"] == "websocket.send", message
        found: Json = json.loads(message["text"])
        return found

    async def data(self, operation_id: str = "1") -> Json:
        """The `data` of the next message, which answers the operation."""
        message = await self.heard()
        assert (message["type"], message.get("id")) == ("next", operation_id), message
        assert "errors" not in message["payload"], message
        found: Json = message["payload"]["data"]
        return found

    async def close_code(self) -> int:
        """The code with which the server closes the socket, whatever it says before."""
        while self.closed is None:
            message = await self._received()
            if message["type"] == "websocket.close":
                self._note_close(message)
        return self.closed[0]

    async def _received(self) -> Message:
        return await asyncio.wait_for(self._from_server.get(), PATIENCE_SECONDS)

    def _note_close(self, message: Message) -> None:
        self.closed = (message.get("code", 1000), message.get("reason") or "")


class Reader:
    """One request, and what comes back, chunk by chunk."""

    def __init__(
        self,
        app: ASGIApp,
        query: str,
        *,
        variables: Json | None = None,
        token: str | None = None,
        accept: str = EVENTS,
        **headers: str,
    ) -> None:
        self._app = app
        self._body = json.dumps({"query": query, "variables": variables}).encode()
        self._scope: Any = {
            "type": "http",
            "method": "POST",
            "path": "/graphql",
            "query_string": b"",
            "headers": [(b"content-type", b"application/json"), (b"accept", accept.encode())],
            "client": ("127.0.0.1", 4711),
            "server": ("skills.test", 80),
            "scheme": "http",
        }
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        self._scope["headers"] += [(name.encode(), value.encode()) for name, value in headers.items()]
        self._to_server: asyncio.Queue[Message] = asyncio.Queue()
        self._from_server: asyncio.Queue[Message] = asyncio.Queue()
        # Cleared, the client reads no more.
        self.reads = asyncio.Event()
        self.reads.set()
        self.headers: dict[str, str] = {}
        self.status = 0

    async def open(self) -> None:
        self._to_server.put_nowait({"type": "http.request", "body": self._body, "more_body": False})
        self.task = asyncio.ensure_future(self._app(self._scope, self._to_server.get, self._send))
        start = await asyncio.wait_for(self._from_server.get(), PATIENCE_SECONDS)
        self.status = start["status"]
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]}

    async def _send(self, message: Message) -> None:
        await self.reads.wait()
        self._from_server.put_nowait(message)

    async def chunk(self) -> str:
        message = await asyncio.wait_for(self._from_server.get(), PATIENCE_SECONDS)
        return str(message["body"].decode())

    async def rest(self) -> str:
        """All that comes until the response is over."""
        await asyncio.wait_for(self.task, PATIENCE_SECONDS)
        return "".join([await self.chunk() for _ in range(self._from_server.qsize())])

    async def data(self) -> Json:
        """The `data` of the next answer; fails the test where it says something else."""
        chunk = await self.chunk()
        head, _, answer = chunk.removesuffix("\n\n").partition("\ndata: ")
        assert head == "event: next", chunk
        found: Json = json.loads(answer)["data"]
        return found

    def hang_up(self) -> None:
        self._to_server.put_nowait({"type": "http.disconnect"})


@asynccontextmanager
async def connected(app: ASGIApp | Product, **how: Any) -> AsyncIterator[Wire]:
    """A socket that is open for as long as the block lasts."""
    wire = Wire(app.app if isinstance(app, Product) else app, **how)
    await wire.connect()
    try:
        yield wire
    finally:
        await wire.leave()


@asynccontextmanager
async def greeted(app: ASGIApp | Product, token: str | None = None, **how: Any) -> AsyncIterator[Wire]:
    """A socket whose greeting has been acknowledged."""
    async with connected(app, **how) as wire:
        await wire.greet(token)
        yield wire


@asynccontextmanager
async def replica(settings: Settings, clock: Clock) -> AsyncIterator[ASGIApp]:
    """Another API process on the same database."""
    app = create_app(settings, now=clock)
    async with app.router.lifespan_context(app):
        yield app
