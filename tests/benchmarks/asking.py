"""Asking as somebody, one request at a time."""

import threading
from http.client import HTTPConnection
from typing import Self
from urllib.parse import urlsplit

import orjson

from tests.benchmarks.failure import BenchmarkFailed
from tests.benchmarks.queries import Json

_PATIENCE_SECONDS = 30.0


class Asker:
    """Posts documents to an address. Threads may share it: each has a connection of its own.

    By Python's own client, which takes a fifth of a larger one's time: it runs beside what is measured.
    """

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._mine = threading.local()
        self._connections: list[HTTPConnection] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._connections:
            connection.close()

    def ask(self, document: str, variables: Json, token: str) -> Json:
        """The `data` of the answer to the person of the token.

        Raises:
            BenchmarkFailed: there is none, or a field of it is missing or tells of a user error.
        """
        connection = self._connection()
        connection.request(
            "POST",
            self._url.path,
            orjson.dumps({"query": document, "variables": variables}),
            {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
        )
        said = connection.getresponse().read()
        answer: Json = orjson.loads(said)
        data: Json = answer.get("data") or {}
        if not all(value and not value.get("userErrors") for value in data.values()) or "errors" in answer:
            raise BenchmarkFailed(f"a request was refused: {said[:500].decode(errors='replace')}")
        return data

    def _connection(self) -> HTTPConnection:
        connection: HTTPConnection | None = getattr(self._mine, "connection", None)
        if connection is None:
            connection = self._mine.connection = HTTPConnection(
                self._url.hostname or "", self._url.port, timeout=_PATIENCE_SECONDS
            )
            self._connections.append(connection)
        return connection
