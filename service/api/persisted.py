"""Persisted documents: a request names its document by hash instead of sending it.

Two dialects name the same thing: `extensions.persistedQuery {version: 1, sha256Hash}`, where a client may
register a text by sending it along once, and `documentId: "sha256:…"`.
"""

import hashlib
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from service.api.bounded import BoundedCache
from service.api.failures import Code, HttpError, RequestError
from service.api.request import Parameters

_HASH = re.compile(r"[0-9a-f]{64}")
_HASH_BYTES = 64


class DocumentStore(Protocol):
    """Where registered documents stand. It may forget any of them: the client then sends it again."""

    async def get(self, sha256: str) -> str | None:
        """The text of this hash, 64 lower-case hexadecimal digits."""
        ...

    async def put(self, sha256: str, text: str) -> None:
        """Keep a text that is valid and has this hash."""
        ...


class MemoryDocuments:
    """A store within this process, bounded in entries and bytes."""

    def __init__(self, *, entries: int = 1_000, size: int = 4_000_000) -> None:
        self._texts: BoundedCache[str, str] = BoundedCache(entries=entries, size=size)

    async def get(self, sha256: str) -> str | None:
        return self._texts.get(sha256)

    async def put(self, sha256: str, text: str) -> None:
        self._texts.put(sha256, text, size=len(text.encode()) + _HASH_BYTES)


class Mode(StrEnum):
    """What clients may send."""

    OFF = "off"  # texts
    ALLOW = "allow"  # texts, hashes of the manifest, and hashes of texts that were registered
    ONLY = "only"  # documents of the manifest


class PersistedDocuments:
    """Finds the text of the document that a request asks for.

    `manifest` maps hashes to texts and is complete from the start; `store` holds what clients register.
    """

    def __init__(
        self,
        mode: Mode = Mode.ALLOW,
        *,
        manifest: Mapping[str, str] | None = None,
        store: DocumentStore | None = None,
    ) -> None:
        self.mode = mode
        self._manifest = dict(manifest or {})
        self._store = store or MemoryDocuments()
        wrong = [given for given, text in self._manifest.items() if given != hash_of(text)]
        if wrong:
            raise ValueError(
                f"the manifest's hash {wrong[0]} is not the SHA-256 of its text: build the manifest anew"
            )

    async def text(self, parameters: Parameters) -> str:
        """The text of the document, sent or looked up.

        Raises:
            RequestError: PERSISTED_QUERY_NOT_FOUND, PERSISTED_QUERY_NOT_SUPPORTED, or FORBIDDEN for a text
                that the manifest lacks where only its documents are answered.
            HttpError: the request names no document, names two, or names one wrongly.
        """
        sha256 = _hash_named(parameters)
        if sha256 is None:
            return self._sent(parameters)
        if self.mode is Mode.OFF:
            raise RequestError(
                "Persisted documents are turned off here: send the document's text.",
                Code.PERSISTED_QUERY_NOT_SUPPORTED,
            )
        if parameters.query:
            if hash_of(parameters.query) != sha256:
                raise HttpError(400, "The given sha256Hash is not the hash of the given query.")
            return self._sent(parameters)
        text = self._manifest.get(sha256)
        if text is None and self.mode is Mode.ALLOW:
            text = await self._store.get(sha256)
        if text is None:
            raise RequestError("No document of this hash is known here.", Code.PERSISTED_QUERY_NOT_FOUND)
        return text

    async def register(self, parameters: Parameters) -> None:
        """Keep a document that was sent with its hash. The caller has found the document valid."""
        sha256 = _hash_named(parameters)
        if sha256 and parameters.query and self.mode is Mode.ALLOW and sha256 not in self._manifest:
            await self._store.put(sha256, parameters.query)

    def _sent(self, parameters: Parameters) -> str:
        if not parameters.query:
            raise HttpError(
                400, 'The request names no document: send {"query": "{ __typename }"} or a documentId.'
            )
        if self.mode is Mode.ONLY and hash_of(parameters.query) not in self._manifest:
            raise RequestError("This server answers only the documents of its manifest.", Code.FORBIDDEN)
        return parameters.query


def hash_of(text: str) -> str:
    """SHA-256 of the text in UTF-8, in lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _hash_named(parameters: Parameters) -> str | None:
    """The hash by which the request names its document, in either dialect."""
    apollo = parameters.extensions.get("persistedQuery")
    if parameters.document_id is not None:
        if apollo is not None or parameters.query:
            raise HttpError(400, "Name the document once: by documentId, by persistedQuery, or by its text.")
        scheme, _, sha256 = parameters.document_id.partition(":")
        return _checked_hash(sha256 if scheme == "sha256" else "", 'documentId must be "sha256:"')
    if apollo is None:
        return None
    if not isinstance(apollo, dict) or apollo.get("version") != 1:
        raise HttpError(400, "extensions.persistedQuery must be {version: 1, sha256Hash}.")
    return _checked_hash(apollo.get("sha256Hash"), "sha256Hash must be made of")


def _checked_hash(sha256: object, rule: str) -> str:
    if not isinstance(sha256, str) or not _HASH.fullmatch(sha256.lower()):
        raise HttpError(400, f"{rule} 64 hexadecimal digits.")
    return sha256.lower()
