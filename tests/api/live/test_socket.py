"""The protocol graphql-transport-ws: what is wrong ends as little as possible, and is told by its code."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from starlette.types import ASGIApp

from service.api.http import GraphQLApp
from service.api.limits import Limits
from service.api.live.guard import Guard
from service.api.live.streams import Live
from tests.api.bookshop import schema
from tests.api.live.wire import connected, greeted
from tests.factories import Product

NAME = "{ __typename }"


class Surroundings(dict[str, Any]):
    """A context of the bookshop, of nobody."""

    viewer = None


class Bought(list[int]):
    """Tells of the first purchase."""

    def __init__(self, sold: asyncio.Event) -> None:
        super().__init__()
        self._sold = sold

    def append(self, number: int) -> None:
        super().append(number)
        self._sold.set()


class Shop:
    """A bookshop whose subscribers hear what is put into `ticks`."""

    def __init__(self, limits: Limits = Limits()) -> None:  # noqa: B008
        self.ticks: asyncio.Queue[int] = asyncio.Queue()
        self.started, self.go_on, self.stopped = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.sold = asyncio.Event()
        self.app = GraphQLApp(
            schema, context=self._context, live=Live(self._anonymous, Guard()), limits=limits
        )

    async def _context(self, _: object) -> Surroundings:
        return self._anonymous()

    def _anonymous(self) -> Surroundings:
        return Surroundings(
            ticks=self.ticks,
            started=self.started,
            go_on=self.go_on,
            stopped=self.stopped,
            bought=Bought(self.sold),
        )


def shop(limits: Limits = Limits()) -> ASGIApp:  # noqa: B008
    return Shop(limits).app


async def test_queries_travel_over_it() -> None:
    async with greeted(shop()) as wire:
        wire.ask("a", NAME)
        assert await wire.data("a") == {"__typename": "Query"}
        assert await wire.heard() == {"id": "a", "type": "complete"}
    assert wire.protocol == "graphql-transport-ws"


async def test_an_id_is_free_again_once_its_operation_is_complete() -> None:
    async with greeted(shop()) as wire:
        for _ in range(3):
            wire.ask("a", NAME)
            await wire.data("a")
            assert (await wire.heard())["type"] == "complete"


async def test_a_ping_is_answered_with_its_payload() -> None:
    async with connected(shop()) as wire:
        wire.say({"type": "ping", "payload": {"n": 1}})
        assert await wire.heard() == {"type": "pong", "payload": {"n": 1}}


FAULTY = {
    "a syntax error": "{",
    "an unknown field": "{ nothing }",
    "too dear": "{ books(first: 100) { nodes { author { books(first: 100) { nodes { author { name } } } } } } }",
    "no text": 7,
}


@pytest.mark.parametrize("document", FAULTY.values(), ids=FAULTY)
async def test_a_fault_ends_its_own_operation_alone(document: Any) -> None:
    async with greeted(shop(replace(Limits(), cost=10_000))) as wire:
        wire.ask("faulty", document)
        answer = await wire.heard()
        assert (answer["id"], answer["type"]) == ("faulty", "error")
        assert answer["payload"][0]["extensions"]["code"]
        wire.ask("sound", NAME)
        assert await wire.data("sound") == {"__typename": "Query"}


MALFORMED: dict[str, str | bytes] = {
    "no JSON": "{",
    "nested without end": "[" * 50_000,
    "a list": "[]",
    "null": "null",
    "bytes": b"{}",
    "half a surrogate pair": '{"type":"ping","payload":{"x":"\ud800"}}',
    "no type": "{}",
    "an unknown type": '{"type":"start"}',
    "the same name twice": '{"type":"ping","type":"ping"}',
    "an id that is a number": '{"type":"subscribe","id":1,"payload":{"query":"{__typename}"}}',
    "an empty id": '{"type":"subscribe","id":"","payload":{"query":"{__typename}"}}',
    "a long id": json.dumps({"type": "subscribe", "id": "x" * 101, "payload": {"query": NAME}}),
    "no payload": '{"type":"subscribe","id":"1"}',
    "a payload that is a text": '{"type":"subscribe","id":"1","payload":"{__typename}"}',
    "complete without an id": '{"type":"complete"}',
}


@pytest.mark.parametrize("message", MALFORMED.values(), ids=MALFORMED)
async def test_what_is_no_message_closes_the_socket(message: str | bytes) -> None:
    async with greeted(shop()) as wire:
        wire.say(message)
        assert await wire.close_code() == 4400


async def test_whoever_does_not_greet_first_is_not_served() -> None:
    async with connected(shop()) as wire:
        wire.ask("a", NAME)
        assert await wire.close_code() == 4401


async def test_whoever_never_greets_is_sent_away() -> None:
    async with connected(shop(replace(Limits(), init_seconds=0.05))) as wire:
        assert await wire.close_code() == 4408


async def test_one_greeting_is_enough() -> None:
    async with greeted(shop()) as wire:
        wire.say({"type": "connection_init"})
        assert await wire.close_code() == 4429


@pytest.mark.parametrize("protocols", [(), ("graphql-ws",)])
async def test_the_legacy_protocol_is_refused(protocols: tuple[str, ...]) -> None:
    async with connected(shop(), protocols=protocols) as wire:
        assert await wire.close_code() == 4406


async def test_a_bad_token_closes_the_socket(product: Product) -> None:
    async with connected(product) as wire:
        wire.say({"type": "connection_init", "payload": {"Authorization": "Bearer nothing"}})
        assert await wire.close_code() == 4403


async def test_a_mutation_is_done_as_whoever_has_greeted(product: Product) -> None:
    token = await product.token("author@skills.test")
    async with greeted(product, token) as wire:
        wire.ask("1", "{ viewer { email } }")
        assert await wire.data() == {"viewer": {"email": "author@skills.test"}}


async def test_a_change_needs_its_role_over_a_socket_too(product: Product) -> None:
    async with greeted(product) as wire:
        wire.ask("1", 'mutation { watchSkill(input: {skillId: "x"}) { userErrors { code } } }')
        answer = await wire.heard()
        assert answer["payload"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


TICKS = "subscription { ticks }"


async def test_a_subscription_is_answered_until_it_is_completed() -> None:
    place = Shop()
    async with greeted(place.app) as wire:
        wire.ask("a", TICKS)
        assert await wire.data("a") == {"ticks": 0}
        place.ticks.put_nowait(7)
        assert await wire.data("a") == {"ticks": 7}
        wire.say({"type": "complete", "id": "a"})
        wire.say({"type": "ping"})
        assert await wire.heard() == {"type": "pong"}
        assert len(place.app.streams or ()) == 0


async def test_a_subscription_that_is_refused_is_an_error() -> None:
    async with greeted(shop()) as wire:
        wire.ask("a", "subscription { refused }")
        answer = await wire.heard()
        assert answer["type"] == "error"
        assert answer["payload"][0]["extensions"]["reason"] == "NOT_FOUND"


async def test_two_operations_of_one_id_close_the_socket() -> None:
    async with greeted(shop()) as wire:
        wire.ask("a", TICKS)
        wire.ask("a", TICKS)
        assert await wire.close_code() == 4409


async def test_one_operation_too_many_is_refused_by_itself() -> None:
    async with greeted(shop(replace(Limits(), socket_operations=2))) as wire:
        for name in "abc":
            wire.ask(name, TICKS)
        heard = [await wire.heard() for _ in range(3)]
        assert {(one["id"], one["type"]) for one in heard} == {("a", "next"), ("b", "next"), ("c", "error")}


async def test_whoever_does_not_read_is_sent_away_and_holds_nobody_up() -> None:
    place = Shop(replace(Limits(), waiting_messages=5))
    async with greeted(place.app) as slow, greeted(place.app) as quick:
        for wire in (slow, quick):
            wire.ask("a", TICKS)
            await wire.data("a")
        slow.reads.clear()
        for number in range(20):
            place.ticks.put_nowait(number)
            assert await quick.data("a") == {"ticks": number}
        assert await slow.close_code() == 1013


async def test_a_client_that_leaves_ends_its_query() -> None:
    place = Shop()
    async with greeted(place.app) as wire:
        wire.ask("a", "{ slow }")
        await place.started.wait()
    await asyncio.wait_for(place.stopped.wait(), 10)


async def test_a_change_that_has_begun_is_carried_through() -> None:
    place = Shop()
    async with greeted(place.app) as wire:
        wire.ask("a", "mutation { slowBuy }")
        await place.started.wait()
    place.go_on.set()
    async with asyncio.timeout(10):
        await place.sold.wait()
