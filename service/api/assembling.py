"""Answers put together: what a statement gives, and in its holes the pieces that are kept, or read beside it."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence

from service.api.limits import Limits
from service.api.plan.pieces import Frame, Hole, Piece, read_pieces
from service.api.plan.plans import Question
from service.api.responses import ResponseCache, subject_of_id
from service.changes import ChangeFeed
from service.fetching import Fetcher
from service.metrics import PIECES

_HITS, _MISSES = (PIECES.labels(result) for result in ("hit", "miss"))


class Assembler:
    """Answers questions from PostgreSQL and, while changes are heard of, from the pieces of lists that it keeps."""

    def __init__(
        self,
        fetcher: Fetcher,
        limits: Limits,
        pieces: ResponseCache | None = None,
        feed: ChangeFeed | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._limits = limits
        self._kept = pieces
        self._feed = feed

    async def data(self, question: Question) -> bytes:
        """The JSON of the answer's `data`.

        Raises:
            TimeoutError: its statements took longer in all than an answer may.
        """
        async with asyncio.timeout(self._limits.seconds):
            return await self._data(question)

    async def _data(self, question: Question) -> bytes:
        if question.whole is None:
            return await self._fetcher.value(question.sql, question.values)
        if self._kept is not None and self._hears():
            frame = Frame(await self._fetcher.value(question.sql, question.values))
            texts = await self._texts(self._kept, question.pieces, frame.holes)
            if texts is not None:
                return frame.filled(texts)
        return await self._fetcher.value(question.whole.sql, question.whole.values)

    def _hears(self) -> bool:
        return self._feed is not None and self._feed.is_live

    async def _texts(
        self, kept: ResponseCache, pieces: Sequence[Piece], holes: Sequence[Hole]
    ) -> list[bytes] | None:
        """What stands in the holes; None where a row has gone since they were left.

        What is asked alike of the same row in several places is looked up, and read, once.
        """
        by_identity = {piece.identity: piece for piece in pieces}
        places = [(pieces[index].identity, key) for index, key in holes]
        found = {place: kept.get(place) for place in dict.fromkeys(places)}
        missing: dict[bytes, list[bytes]] = defaultdict(list)
        for (identity, key), text in found.items():
            if text is None:
                missing[identity].append(key)
        misses = sum(map(len, missing.values()))
        _HITS.inc(len(found) - misses)
        _MISSES.inc(misses)
        for identity, keys in missing.items():
            read = await self._read(kept, by_identity[identity], keys)
            if len(read) < len(keys):
                return None
            found |= {(identity, key): text for key, text in read.items()}
        return [found[place] or b"" for place in places]

    async def _read(self, kept: ResponseCache, piece: Piece, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """The texts of the rows of these keys, which are kept from now on; rows that have gone have none."""
        read_at = kept.now
        body = await self._fetcher.value(piece.statement.sql, piece.values(keys))
        found = dict(read_pieces(body))
        if self._hears():
            for key, text in found.items():
                subject = subject_of_id(piece.skill_id(key))
                kept.put((piece.identity, key), text, subjects=(subject,), read_at=read_at)
        return found
