"""Server-sent events: when they are spoken, how they are framed, when they end."""

from dataclasses import replace

import pytest

from service.api.limits import Limits
from tests.api.live.test_socket import Shop
from tests.api.live.wire import EVENTS, Reader

URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream,"
    " multipart/mixed"
)


async def opened(shop: Shop, query: str, accept: str = EVENTS) -> Reader:
    reader = Reader(shop.app, query, accept=accept)
    await reader.open()
    return reader


async def test_a_query_is_one_event_and_its_end() -> None:
    reader = await opened(Shop(), "{ hello }")
    first, last, nothing = (await reader.rest()).split("\n\n")
    assert (reader.status, reader.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert first.startswith('event: next\ndata: {"data":{"hello":"Hello world"}')
    assert (last, nothing) == ("event: complete\ndata:", "")


async def test_lines_end_with_lf_alone() -> None:
    assert "\r" not in await (await opened(Shop(), "{ hello }")).rest()


@pytest.mark.parametrize(
    "accept", [URQL, "application/json, text/event-stream", "*/*", "text/event-stream;q=0.5, */*"]
)
async def test_it_is_spoken_only_where_it_is_preferred(accept: str) -> None:
    reader = await opened(Shop(), "{ hello }", accept)
    assert "json" in reader.headers["content-type"]


async def test_faults_of_the_document_come_as_an_event() -> None:
    for query in ("{", "{ nothing }", "subscription { refused }"):
        reader = await opened(Shop(), query)
        text = await reader.rest()
        assert reader.status == 200
        assert text.startswith('event: next\ndata: {"errors":[')
        assert text.endswith("event: complete\ndata:\n\n")


async def test_a_subscription_needs_events() -> None:
    reader = await opened(Shop(), "subscription { ticks }", "application/json")
    assert reader.status == 400
    assert EVENTS in await reader.rest()


async def test_a_subscription_goes_on_until_the_client_leaves() -> None:
    shop = Shop()
    reader = await opened(shop, "subscription { ticks }")
    assert '{"ticks":0}' in await reader.chunk()
    shop.ticks.put_nowait(7)
    assert '{"ticks":7}' in await reader.chunk()
    assert len(shop.app.streams or ()) == 1
    reader.hang_up()
    assert "complete" not in await reader.rest()
    assert len(shop.app.streams or ()) == 0


async def test_a_quiet_stream_gives_signs_of_life() -> None:
    reader = await opened(Shop(replace(Limits(), quiet_seconds=0.01)), "subscription { ticks }")
    await reader.chunk()
    assert await reader.chunk() == ":\n\n"
    reader.hang_up()
    await reader.rest()


async def test_whoever_does_not_read_is_cut_off_without_an_end() -> None:
    shop = Shop(replace(Limits(), waiting_messages=2))
    slow, quick = [await opened(shop, "subscription { ticks }") for _ in range(2)]
    for reader in (slow, quick):
        await reader.chunk()
    slow.reads.clear()
    for number in range(5):
        shop.ticks.put_nowait(number)
        assert f'{{"ticks":{number}}}' in await quick.chunk()
    slow.reads.set()
    assert "complete" not in await slow.rest()
    quick.hang_up()
    await quick.rest()
