"""Hostile requests: each is refused with a code, in the client's terms, and nothing of it is kept."""

import asyncio
import gzip
from typing import Any

import pytest
from starlette.requests import ClientDisconnect

from service.api.failures import Code
from service.api.limits import Limits
from tests.api import hostile
from tests.api.asking import GRAPHQL, JSON, Shop, chunk, codes

CODES = {code.value for code in Code}
PYTHON = (
    "Traceback",
    "Error(",
    "invalid literal",
    "Exceeds the limit",
    "recursion",
    "orjson",
    "object at 0x",
)


@pytest.fixture
def shop() -> Shop:
    return Shop()


def assert_is_a_clear_refusal(answer: dict[str, Any]) -> None:
    assert "data" not in answer
    assert 1 <= len(answer["errors"]) <= Limits().faults + 1
    for error in answer["errors"]:
        assert error["extensions"]["code"] in CODES - {"INTERNAL_SERVER_ERROR"}
        assert error["extensions"]["requestId"]
        assert 10 < len(error["message"]) <= 500
        assert not any(word in error["message"] for word in PYTHON)
        assert not any(len(word) > 110 for word in error["message"].split())


@pytest.mark.parametrize("name", hostile.BODIES)
async def test_a_hostile_body_is_refused(shop: Shop, name: str) -> None:
    for accept in (GRAPHQL, JSON):
        response = await shop.post(hostile.BODIES[name], accept=accept)
        assert response.status_code == 400 or (accept == JSON and response.status_code == 200)
        assert_is_a_clear_refusal(response.json())
    assert len(shop.app.operations.library) == 0


@pytest.mark.parametrize("name", hostile.DOCUMENTS)
async def test_a_hostile_document_is_refused_and_not_kept(shop: Shop, name: str) -> None:
    response = await shop.post({"query": hostile.DOCUMENTS[name]})
    assert response.status_code == 400
    assert_is_a_clear_refusal(response.json())
    assert shop.request is None
    priced = codes(response.json()) == ["COST_EXCEEDED"] and "extensions" in response.json()
    assert len(shop.app.operations.library) == (
        1 if priced else 0
    )  # a valid document is dear only with its variables


@pytest.mark.parametrize("name", hostile.HONEST)
async def test_the_largest_honest_document_is_answered(shop: Shop, name: str) -> None:
    answer = await shop.ask(hostile.HONEST[name])
    assert "errors" not in answer
    assert answer["data"]
    assert len(shop.app.operations.library) == 1


async def test_a_compressed_body_is_415_with_a_reason(shop: Shop) -> None:
    body = gzip.compress(hostile.body(hostile.HELLO))
    response = await shop.post(body, content_encoding="gzip")
    assert response.status_code == 415
    assert response.headers["accept-encoding"] == "identity"
    assert "Content-Encoding" in response.json()["errors"][0]["message"]
    assert (await shop.post(hostile.body(hostile.HELLO), content_encoding="identity")).status_code == 200


async def test_a_body_that_says_it_is_too_large_is_not_read(shop: Shop) -> None:
    start, _ = await shop.by_message(chunk(b"x"), headers=[("content-length", "1000001")])
    assert start["status"] == 413
    assert len(shop.unread) == 1


async def test_a_body_of_no_certain_size_is_400(shop: Shop) -> None:
    start, _ = await shop.by_message(chunk(b"x"), headers=[("content-length", "9" * 5_000)])
    assert start["status"] == 400


async def test_a_body_that_grows_too_large_is_read_no_further(shop: Shop) -> None:
    sent = await shop.by_message(*[chunk(b"x" * 300_000) for _ in range(10)])
    assert sent[0]["status"] == 413
    assert len(shop.unread) == 6


async def test_a_body_of_exactly_the_limit_is_read(shop: Shop) -> None:
    body = hostile.body(hostile.HELLO)
    full = body + b" " * (1_000_000 - len(body))
    assert (await shop.post(full)).status_code == 200
    assert (await shop.post(full + b" ")).status_code == 413


async def test_a_body_that_trickles_is_408() -> None:
    shop = Shop(limits=Limits(body_seconds=0.01))
    start, body = await shop.by_message(chunk(b'{"query":'))
    assert start["status"] == 408
    assert (b"connection", b"close") in start["headers"]
    assert b"BAD_USER_INPUT" in body["body"]


async def test_nobody_is_answered_who_hangs_up_while_sending(shop: Shop) -> None:
    assert await shop.by_message(chunk(b'{"query":'), {"type": "http.disconnect"}) == []


async def test_values_of_variables_are_bounded_and_told(shop: Shop) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    answer = await shop.ask(query, variables={"ids": ["a"] * 5_001})
    assert answer["errors"][0]["extensions"]["limit"] == {"name": "values", "limit": 5_000}
    assert "data" in await shop.ask(query, variables={"ids": ["a"] * 4_999})


async def test_only_the_first_faults_of_variables_are_told(shop: Shop) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    answer = await shop.ask(query, variables={"ids": [None] * 4_000})
    assert codes(answer) == ["BAD_USER_INPUT"] * 6
    assert "Too many errors" in answer["errors"][-1]["message"]


async def test_ready_documents_are_bounded_in_number_and_in_bytes() -> None:
    shop = Shop(limits=Limits(ready_documents=3))
    for number in range(10):
        await shop.ask(f"{{ book(number: {number}) {{ title }} }}")
    assert len(shop.app.operations.library) == 3

    shop = Shop(limits=Limits(ready_bytes=100))
    for number in range(10):
        await shop.ask(f"{{ book(number: {number}) {{ title }} }}")
    assert len(shop.app.operations.library) == 3
    await shop.ask("{ hello }" + " " * 100)
    assert len(shop.app.operations.library) == 3


async def test_a_ready_document_is_parsed_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    await shop.ask("{ hello }")
    monkeypatch.setattr("service.api.documents.parse", None)
    assert (await shop.ask("{ hello }"))["data"] == {"hello": "Hello world"}


async def test_work_that_takes_too_long_is_stopped() -> None:
    shop = Shop(limits=Limits(seconds=0.01))
    for accept in (GRAPHQL, JSON):
        response = await shop.post({"query": "{ slow }"}, accept=accept)
        assert response.status_code == 503
        assert codes(response.json()) == ["INTERNAL_SERVER_ERROR"]
        assert "0.01 s" in response.json()["errors"][0]["message"]
        assert shop.stopped.is_set()
        shop.stopped.clear()


async def test_a_slow_answer_that_comes_in_time_is_sent_and_its_client_no_longer_watched(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.api.patience._WATCH_AFTER", 0)
    before = asyncio.all_tasks()
    asking = asyncio.create_task(shop.by_message(chunk(hostile.body("{ slow }"), last=True)))
    await shop.started.wait()
    shop.go_on.set()
    assert b'{"slow":"done"}' in (await asking)[1]["body"]
    left = asyncio.all_tasks() - before
    assert not left or not (await asyncio.wait(left, timeout=1))[1]


async def test_a_read_stops_when_its_client_goes(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.api.patience._WATCH_AFTER", 0)
    body = chunk(hostile.body("{ slow }"), last=True)
    assert await shop.by_message(body, {"type": "http.disconnect"}) == []
    assert shop.stopped.is_set()


async def test_a_change_is_carried_through_when_its_client_goes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.api.patience._WATCH_AFTER", 0)
    body = chunk(hostile.body("mutation { slowBuy }"), last=True)
    asking = asyncio.create_task(shop.by_message(body, {"type": "http.disconnect"}))
    await shop.started.wait()
    shop.go_on.set()
    assert (await asking)[0]["status"] == 200
    assert shop.bought == [0]
    assert len(shop.unread) == 1  # nobody has listened for it


async def test_work_ends_with_the_request_that_asked_for_it(shop: Shop) -> None:
    asking = asyncio.create_task(shop.ask("{ slow }"))
    await shop.started.wait()
    asking.cancel()
    with pytest.raises((asyncio.CancelledError, ClientDisconnect)):
        await asking
    assert shop.stopped.is_set()
