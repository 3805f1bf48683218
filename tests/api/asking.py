"""Asking a GraphQL endpoint without a network: by httpx, or message by message where the network misbehaves."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
from starlette.requests import Request
from starlette.types import Message

from service.api.http import GraphQLApp
from service.api.limits import Limits
from service.api.persisted import PersistedDocuments
from tests.api.bookshop import schema

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"


class Shop:
    """A running endpoint of the bookshop, with what its resolvers report."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        documents: PersistedDocuments | None = None,
        debug: bool = False,
        refuses: Exception | None = None,
    ) -> None:
        self.app = GraphQLApp(schema, context=self._context, limits=limits, documents=documents, debug=debug)
        self.started, self.go_on, self.stopped = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.bought: list[int] = []
        self.request: Request | None = None
        self._refuses = refuses

    async def _context(self, request: Request) -> dict[str, Any]:
        self.request = request
        if self._refuses:
            raise self._refuses
        return {
            "started": self.started,
            "go_on": self.go_on,
            "stopped": self.stopped,
            "bought": self.bought,
        }

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        """A client whose requests go straight to the endpoint."""
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            del client.headers["accept"]
            yield client

    async def post(self, content: Any, *, accept: str = GRAPHQL, **headers: str) -> httpx.Response:
        """The answer to a body: bytes as they are, anything else as JSON."""
        given = {"accept": accept, "content-type": JSON} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        async with self.client() as client:
            if isinstance(content, bytes):
                return await client.post("/graphql", content=content, headers=given)
            return await client.post("/graphql", json=content, headers=given)

    async def ask(self, query: str, **more: Any) -> dict[str, Any]:
        """The answer to a document, as JSON."""
        answer: dict[str, Any] = (await self.post({"query": query, **more})).json()
        return answer

    async def get(
        self, accept: str | None = None, /, *, headers: dict[str, str] | None = None, **parameters: str
    ) -> httpx.Response:
        """The answer to a query string."""
        given = (headers or {}) | ({"accept": accept} if accept else {})
        async with self.client() as client:
            return await client.get("/graphql", params=parameters, headers=given)

    async def by_message(self, *messages: Message, headers: Sequence[tuple[str, str]] = ()) -> list[Message]:
        """What the endpoint sends to a POST whose body comes in these messages, and then nothing more."""
        waiting = list(messages)
        sent: list[Message] = []
        never = asyncio.Event()

        async def receive() -> Message:
            if waiting:
                return waiting.pop(0)
            await never.wait()
            raise AssertionError("nothing sets it")

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/graphql",
            "query_string": b"",
            "headers": [
                (name.encode(), value.encode()) for name, value in (("content-type", JSON), *headers)
            ],
        }
        await self.app(scope, receive, send)
        self.unread = waiting
        return sent


def chunk(content: bytes, *, last: bool = False) -> Message:
    """A part of a body."""
    return {"type": "http.request", "body": content, "more_body": not last}


def codes(answer: dict[str, Any]) -> list[str]:
    """The codes of an answer's errors."""
    return [error["extensions"]["code"] for error in answer["errors"]]
