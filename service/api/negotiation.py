"""Which media types a request speaks and wants to hear."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache


class MediaType(StrEnum):
    """What this endpoint can answer with."""

    JSON = "application/json"
    GRAPHQL = "application/graphql-response+json"
    HTML = "text/html"
    EVENTS = "text/event-stream"


_QUALITY = re.compile(r"(0(\.\d{0,3})?|1(\.0{0,3})?)")
_HEADER_CHARACTERS = 1_000  # of an Accept header that are read: browsers send 150


def preferred(accept: str | None, offered: Sequence[MediaType]) -> MediaType | None:
    """The offer that an Accept header likes best, or None when it likes none of them.

    Without a header, or where the client leaves the choice to a wildcard, it is the first offer. Among types
    that the header names with equal quality the one named first wins.
    """
    if accept is None or not accept.strip():
        return offered[0]
    return _preferred(accept[:_HEADER_CHARACTERS], tuple(offered))


@lru_cache(maxsize=256)
def _preferred(accept: str, offered: tuple[MediaType, ...]) -> MediaType | None:
    ranges = list(_ranges(accept))
    best, best_rank = None, (0.0, 0, 0)
    for media_type in offered:
        rank = _rank(media_type, ranges)
        if rank > best_rank:
            best, best_rank = media_type, rank
    return best


def _rank(media_type: MediaType, ranges: Sequence[tuple[str, float]]) -> tuple[float, int, int]:
    """Quality, how exactly the type was named, and how early: (0, 0, 0) where it is not wanted."""
    main, _, _ = media_type.partition("/")
    for exactness, pattern in ((2, media_type.value), (1, f"{main}/*"), (0, "*/*")):
        for position, (name, quality) in enumerate(ranges):
            if name == pattern:
                return (quality, exactness, -position) if quality > 0 else (0.0, 0, 0)
    return (0.0, 0, 0)


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    """Media range and quality of each part of the header; a part that is malformed is passed over."""
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        given = dict(parameter.partition("=")[::2] for parameter in parameters)
        quality = given.get("q", "1")
        if _QUALITY.fullmatch(quality) and given.get("charset", "utf-8").strip('"') == "utf-8":
            yield name, float(quality)


def is_json(content_type: str | None) -> bool:
    """Whether a body of this type is JSON in UTF-8."""
    if content_type is None:
        return False
    name, *parameters = (piece.strip().lower() for piece in content_type.split(";"))
    given = dict(parameter.partition("=")[::2] for parameter in parameters)
    return name == MediaType.JSON and given.get("charset", "utf-8").strip('"') in ("utf-8", "utf8")
