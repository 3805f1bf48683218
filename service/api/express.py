"""The express lane: what has been asked before in the same words is answered without reading the words again.

A ticket remembers, for the very bytes of an anonymous request, the question that they came to. It skips negotiation,
parsing, validation, pricing and planning, none of which could end differently; what it does not skip is PostgreSQL,
unless the response cache has the answer. Whatever is unusual about a request sends it the ordinary way.
"""

import asyncio
import contextlib
from collections.abc import Hashable
from dataclasses import dataclass

from asyncpg.exceptions import InterfaceError, PostgresError
from starlette.types import Message, Receive, Scope, Send

from service.api import reply, spending
from service.api.assembling import Assembler
from service.api.bounded import BoundedCache
from service.api.limits import Limits
from service.api.negotiation import MediaType
from service.api.plan.plans import Question
from service.api.request import request_id_in
from service.api.responses import ResponseCache
from service.api.spending import Spending
from service.changes import ChangeFeed
from service.metrics import RESPONSE_CACHE

# Looked up once: on this lane a look-up shows.
_HIT, _MISS, _BYPASS = (RESPONSE_CACHE.labels(result) for result in ("hit", "miss", "bypass"))
_TICKETS_MAX = 20_000
_TICKETS_BYTES_MAX = 40_000_000
# About what a ticket weighs beside the bytes that it stands for.
_TICKET_BYTES = 600
# Larger requests are rare, and not worth their memory.
_REQUEST_BYTES_MAX = 8_000


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a request came to: the question, and how the answer is dressed."""

    question: Question
    media_type: MediaType
    tail: bytes
    cost: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in: its key, if it may travel express, and a way to read it (again)."""

    key: Hashable | None
    receive: Receive
    if_none_match: str | None = None


class Express:
    """The tickets of one process."""

    def __init__(
        self,
        assembler: Assembler,
        limits: Limits,
        cache: ResponseCache | None = None,
        feed: ChangeFeed | None = None,
        spending: Spending | None = None,
    ) -> None:
        self._assembler = assembler
        self._limits = limits
        self._cache = cache
        self._feed = feed
        self._spending = spending
        self._tickets: BoundedCache[Hashable, Ticket] = BoundedCache(
            entries=_TICKETS_MAX, size=_TICKETS_BYTES_MAX
        )

    async def ask(self, scope: Scope, receive: Receive) -> Asked:
        """Read a request as far as its key needs it."""
        accept = content_type = b""
        if_none_match = None
        for name, value in scope["headers"]:
            if name == b"accept":
                accept += value
            elif name == b"content-type":
                content_type = value
            elif name in (b"authorization", b"cookie", b"content-encoding"):
                return Asked(None, receive)
            elif name == b"if-none-match":
                if_none_match = value.decode("latin-1")
        method = scope["method"]
        if method == "GET":
            words = scope["query_string"]
        elif method == "POST":
            messages, words = await self._read_body(receive)
            receive = _again(messages, receive)
            if words is None:
                return Asked(None, receive)
        else:
            return Asked(None, receive)
        if len(words) > _REQUEST_BYTES_MAX:
            return Asked(None, receive)
        return Asked((method, accept, content_type, words), receive, if_none_match)

    async def _read_body(self, receive: Receive) -> tuple[list[Message], bytes | None]:
        """What has come in, and the body if that is all of it; a slow or a large one is the ordinary way's."""
        messages: list[Message] = []
        words = b""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.body_seconds):
                while len(words) <= _REQUEST_BYTES_MAX:
                    messages.append(await receive())
                    if messages[-1]["type"] != "http.request":
                        break
                    words += messages[-1].get("body", b"")
                    if not messages[-1].get("more_body"):
                        return messages, words
        return messages, None

    def remember(self, key: Hashable, ticket: Ticket, *, size: int) -> None:
        """Let the same words travel express from now on."""
        self._tickets.put(key, ticket, size=size + _TICKET_BYTES)

    async def answered(self, asked: Asked, scope: Scope, send: Send) -> bool:
        """Send the answer, if there is a ticket for the words; what goes wrong then is the ordinary way's to tell."""
        ticket = self._tickets.get(asked.key)
        if ticket is None:
            return False
        standing = None if self._spending is None else self._spending.of_network(scope, ticket.cost)
        if standing is not None and not standing.is_granted:
            return False
        try:
            body = await self.body(asked.key, ticket)
        except (PostgresError, InterfaceError, OSError, TimeoutError):
            return False
        is_get = scope["method"] == "GET"
        etag = reply.etag_of(body, ticket.media_type) if is_get else None
        status = 200
        if etag is not None and reply.is_known(etag, asked.if_none_match):
            status, body = 304, b""
        headers = reply.raw_headers(
            ticket.media_type,
            len(body),
            request_id_in(scope["headers"]),
            etag=etag,
            fresh_seconds=self._limits.fresh_seconds,
        )
        if not is_get:  # which a cache may give to others
            headers += spending.raw_headers(standing)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        return True

    async def body(self, key: Hashable | None, ticket: Ticket) -> bytes:
        """The answer's bytes: from the cache while changes are heard of, else from PostgreSQL."""
        cache = self._cache if self._feed is not None and self._feed.is_live else None
        if cache is None or key is None:
            _BYPASS.inc()
            return await self._read(ticket)
        found = cache.get(key)
        if found is not None:
            _HIT.inc()
            return found
        _MISS.inc()
        read_at = cache.now
        body = await self._read(ticket)
        if self._feed is not None and self._feed.is_live:
            cache.put(key, body, subjects=ticket.question.subjects, read_at=read_at)
        return body

    async def _read(self, ticket: Ticket) -> bytes:
        data = await self._assembler.data(ticket.question)
        return b'{"data":' + data + ticket.tail


def _again(messages: list[Message], receive: Receive) -> Receive:
    """A channel that gives the messages once more, and then goes on."""
    waiting = messages[::-1]

    async def read() -> Message:
        return waiting.pop() if waiting else await receive()

    return read
