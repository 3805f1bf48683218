"""Asking as somebody, one request at a time."""

from typing import Self

import httpx

from tests.benchmarks.failure import BenchmarkFailed
from tests.benchmarks.queries import Json

_PATIENCE_SECONDS = 30.0


class Asker:
    """Posts documents to an address; threads may share it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = httpx.Client(timeout=_PATIENCE_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, document: str, variables: Json, token: str) -> Json:
        """The `data` of the answer to the person of the token.

        Raises:
            BenchmarkFailed: there is none, or a field of it is missing or tells of a user error.
        """
        response = self._client.post(
            self._url,
            json={"query": document, "variables": variables},
            headers={"Authorization": f"Bearer {token}"},
        )
        answer: Json = response.json()
        data: Json = answer.get("data") or {}
        if not all(value and not value.get("userErrors") for value in data.values()) or "errors" in answer:
            raise BenchmarkFailed(f"a request was refused: {response.text[:500]}")
        return data
