"""The same data by several endpoints: those that compile their reads, and one that leaves all to the executor."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.types import Message

from service.api.assembling import Assembler
from service.api.context import Context, Desks
from service.api.express import Express
from service.api.http import GraphQLApp
from service.api.limits import Limits
from service.api.plan.pieces import MARK
from service.api.responses import ResponseCache
from service.api.schema import schema
from service.changes import ChangeFeed
from service.credentials.rules import ALL_SCOPES, Credential
from service.database import Database
from service.fetching import Fetcher
from service.people.models import Person
from tests.factories import Clock

HEADERS = [
    (b"content-type", b"application/json"),
    (b"accept", b"application/graphql-response+json"),
    (b"x-request-id", b"the-same-for-both"),
]


class WatchedFetcher(Fetcher):
    """Keeps what it was asked."""

    asked: list[tuple[str, Sequence[Any]]]

    def __init__(self, url: str) -> None:
        super().__init__(url, pool_size=2)
        self.asked = []

    async def value(self, sql: str, values: Sequence[Any]) -> bytes:
        """Of the statement, as ever."""
        self.asked.append((sql, values))
        return await super().value(sql, values)


@dataclass(frozen=True)
class Reply:
    """An answer as its client sees it; `shown` tells the order of members and 1 from 1.0 and true."""

    status: int
    body: bytes

    @property
    def shown(self) -> tuple[int, str]:
        return self.status, json.dumps(json.loads(self.body, object_pairs_hook=_members))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    assert len(found) == len(pairs), "a member stands twice in one object"
    return found


class Ends:
    """`viewer` is who is signed in, at all of them."""

    def __init__(self, database: Database, url: str, clock: Clock) -> None:
        self.database = database
        self._clock = clock
        self.viewer: Person | None = None
        self.fetcher = WatchedFetcher(url)
        limits = Limits()
        # Nobody changes anything unheard here: it need not listen.
        self.feed = ChangeFeed(url, hears={}, began=lambda: None, lost=lambda: None)
        self.feed.is_live = True
        self.pieces = ResponseCache(entries=1_000, size=10_000_000)
        self.assembler = Assembler(self.fetcher, limits, self.pieces, self.feed)
        self.compiled = GraphQLApp(
            schema, context=self._context, limits=limits, express=Express(self.assembler, limits)
        )
        whole = Express(Assembler(self.fetcher, limits), limits)
        self._whole = GraphQLApp(schema, context=self._context, limits=limits, express=whole)
        self._whole.operations.compiled = self.compiled.operations.compiled
        self.ordinary = GraphQLApp(schema, context=self._context, limits=limits)
        # Checking a document takes longer than answering it, and is the same at both.
        for other in (self.ordinary, self._whole):
            other.operations.library = self.compiled.operations.library

    async def _context(self, _: Request) -> Context:
        credential = None if self.viewer is None else Credential(self.viewer, ALL_SCOPES, self._clock())
        return Context(self.database, self._clock, Desks.of(self.database), credential=credential)

    async def by_plan(self, document: str, variables: Any = None, **more: Any) -> tuple[Reply, bool]:
        """The compiling endpoint's answer, and whether a plan gave it."""
        count = len(self.fetcher.asked)
        reply = await self._send(self.compiled, document, variables, more)
        return reply, len(self.fetcher.asked) > count

    async def by_whole_plan(self, document: str, variables: Any = None, **more: Any) -> Reply:
        """The answer of a compiling endpoint that keeps no pieces of lists."""
        return await self._send(self._whole, document, variables, more)

    @property
    def has_left_holes(self) -> bool:
        """Whether what was asked last had to do with pieces of lists."""
        return MARK in self.fetcher.asked[-1][0]

    async def by_executor(self, document: str, variables: Any = None, **more: Any) -> Reply:
        """The ordinary endpoint's answer."""
        return await self._send(self.ordinary, document, variables, more)

    async def _send(self, app: GraphQLApp, document: str, variables: Any, more: dict[str, Any]) -> Reply:
        body = json.dumps({"query": document, "variables": variables} | more).encode()
        waiting = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[Message] = []

        async def receive() -> Message:
            if not waiting:
                await asyncio.get_running_loop().create_future()  # the client stays until it has its answer
            return waiting.pop()

        async def send(message: Message) -> None:
            sent.append(message)

        # Who is signed in does not travel express.
        credentials = [] if self.viewer is None else [(b"authorization", b"Bearer of the viewer")]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/graphql",
            "query_string": b"",
            "headers": HEADERS + credentials,
        }
        await app(scope, receive, send)
        return Reply(sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]))
