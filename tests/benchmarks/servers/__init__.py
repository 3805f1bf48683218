"""The servers that are measured beside each other, each in a process of its own."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from service.cli.api import COMMAND as API

_BESIDE = (sys.executable, "-m", "tests.benchmarks.servers")


@dataclass(frozen=True)
class Server:
    """How to start a server (the number of its listening socket goes at the end of the command), and its paths.

    In `path`, {query} stands for the name of the query.
    """

    name: str
    title: str
    command: tuple[str, ...]
    path: str = "/{query}"
    environment: Mapping[str, str] = field(default_factory=dict)


UNCACHED = Server(
    "uncached",
    "this API, no answer kept; rows of lists are",
    (*API, "--fd"),
    "/graphql",
    {"RESPONSE_CACHE": "off"},
)
WHOLE = Server(
    "whole",
    "this API, every answer made anew by one statement",
    (*API, "--fd"),
    "/graphql",
    {"RESPONSE_CACHE": "off", "PIECE_CACHE_BYTES": "0"},
)
CACHED = Server("cached", "this API as it is deployed", (*API, "--fd"), "/graphql", {"RESPONSE_CACHE": "on"})
FLOOR = Server("floor", "a hand-written route of one SQL statement", (*_BESIDE, "floor"))
FLAT = Server("flat", "a hand-written route of flat selects", (*_BESIDE, "flat"))
MEMORY = Server("memory", "a hand-written route with the bytes in memory", (*_BESIDE, "memory"))
PLAIN = Server("plain", "Strawberry, DataLoader, SQLModel objects", (*_BESIDE, "plain"), "/graphql")
SOCKETS = Server("sockets", "raw Starlette WebSockets", (*_BESIDE, "sockets"))
PAGE = Server("page", "this API, and a file beside its pages", (*_BESIDE, "page"), "/graphql")

ROSTER = {server.name: server for server in (UNCACHED, WHOLE, CACHED, FLOOR, FLAT, MEMORY, PLAIN)}
