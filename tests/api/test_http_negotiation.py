"""Which media type a client gets."""

import pytest

from service.api.negotiation import MediaType, preferred
from tests.api.asking import GRAPHQL, JSON

DATA = (MediaType.JSON, MediaType.GRAPHQL)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        ("APPLICATION/JSON", JSON),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"{GRAPHQL};q=0.8, {JSON};q=0.9", JSON),
        (f"{GRAPHQL}, application/graphql+json, {JSON}, text/event-stream, multipart/mixed", GRAPHQL),
        (f"{JSON}, text/plain, */*", JSON),
        (f"{JSON};q=0.5, */*", GRAPHQL),
        (f"{JSON};q=0, */*;q=0.1", GRAPHQL),
        (f"{JSON}; charset=utf-8", JSON),
        (f"{JSON}; charset=iso-8859-1, {GRAPHQL};q=0.1", GRAPHQL),
        (f"{JSON};q=much, {GRAPHQL};q=0.1", GRAPHQL),
        (f"text/event-stream, {JSON};q=0.1", JSON),
        ("text/event-stream", None),
        ("text/html", None),
        (f"{JSON};q=0", None),
        (f"{JSON}; charset=iso-8859-1", None),
        (";,;=,,", None),
        (f"{'x/y,' * 100}{JSON}", JSON),
        (f"{'x/y,' * 10_000}{JSON}", None),
    ],
)
def test_the_media_type_is_the_one_that_the_client_likes_best(
    accept: str | None, expected: str | None
) -> None:
    assert preferred(accept, DATA) == expected
