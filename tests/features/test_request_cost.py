"""Requests are charged their cost: to a person, or to the network of somebody who is not signed in."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import time_machine
from redis.asyncio import Redis

from service.settings import Settings
from tests.api.live.wire import greeted
from tests.factories.community import Community, codes, edit_skill
from tests.factories.contents import everything
from tests.factories.documents import SKILL

Json = dict[str, Any]
LIMIT = 40_000
RATE = "{ rateLimit { limit cost remaining resetAt } }"


@pytest.fixture
def minute() -> Iterator[time_machine.Traveller]:
    """A quarter of a minute is over when somebody begins to ask."""
    with time_machine.travel("2026-11-25T12:00:15Z", tick=True) as traveller:
        yield traveller


@pytest.fixture
def limit() -> int:
    """What somebody may ask for within a minute."""
    return LIMIT


@pytest.fixture
async def settings(settings: Settings, valkey: Redis, limit: int) -> Settings:
    """An allowance that can be spent, of which nobody has spent anything yet."""
    return settings.model_copy(update={"cost_per_minute": limit})


def standing(response: httpx.Response) -> tuple[int, int, int]:
    """Limit, remaining and reset, as the headers say them."""
    limit, remaining, reset = (
        int(response.headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "reset")
    )
    return limit, remaining, reset


async def ask(
    community: Community, query: str, *, address: str = "192.0.2.1", **headers: str
) -> httpx.Response:
    """The response to somebody at the address."""
    transport = httpx.ASGITransport(app=community.product.app, client=(address, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://skills.test") as client:
        body = {"query": query, "variables": {"slug": community.slug} if "$slug" in query else {}}
        return await client.post("/graphql", json=body, headers=headers)


async def spend_all(community: Community, **who: Any) -> httpx.Response:
    """The first response that says that nothing is left."""
    query = "{ skills(first: 100) { nodes { " + " ".join(f"a{n}: name" for n in range(24)) + " } } }"
    for _ in range(LIMIT // 2_400 + 1):
        response = await ask(community, query, **who)
    return response


async def get(community: Community, query: str, **headers: str) -> httpx.Response:
    """The response to a GET."""
    return await community.product.client.get("/graphql", params={"query": query}, headers=headers)


@pytest.mark.usefixtures("minute")
async def test_each_answer_says_what_is_left_whichever_way_it_comes(community: Community) -> None:
    left, reset_at = LIMIT, int(datetime(2026, 11, 25, 12, 1, tzinfo=UTC).timestamp())
    # The second of the same words travels express, the third out of the cache.
    for query in (SKILL, SKILL, SKILL, RATE, "{ skills { nodes { slug } } viewer { email } }"):
        response = await ask(community, query)
        left -= response.json()["extensions"]["cost"]["requested"]
        assert standing(response) == (LIMIT, left, reset_at)
    answer = (await ask(community, RATE)).json()
    cost = answer["extensions"]["cost"]["requested"]
    assert answer["data"]["rateLimit"] == {
        "limit": LIMIT,
        "cost": cost,
        "remaining": left - cost,
        "resetAt": "2026-11-25T12:01:00Z",
    }


async def test_what_caches_give_to_others_tells_nothing_of_one_client(community: Community) -> None:
    # By the ordinary way, express and out of the cache; then what only the ordinary executor answers.
    for query in ("{ frameworks { slug } }",) * 3 + ('{ __type(name: "Skill") { name } }',):
        response = await get(community, query)
        assert response.headers["cache-control"].startswith("public")
        assert not any(name.startswith("x-ratelimit") for name in response.headers)
    of_client = await get(community, RATE)
    assert of_client.json()["data"]["rateLimit"]["limit"] == LIMIT
    assert of_client.headers["cache-control"] == "no-store"
    assert "etag" not in of_client.headers
    assert standing(of_client)[0] == LIMIT
    signed_in = await get(community, "{ frameworks { slug } }", Authorization=f"Bearer {community.author}")
    assert standing(signed_in)[0] == LIMIT


async def test_whoever_has_nothing_left_waits_and_others_go_on(
    community: Community, minute: time_machine.Traveller
) -> None:
    response = await spend_all(community)
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (429, "RATE_LIMITED")
    assert error["extensions"]["resetAt"] == "2026-11-25T12:01:00Z"
    assert 1 <= int(response.headers["retry-after"]) <= 45
    limit, remaining, _ = standing(response)
    assert limit == LIMIT
    assert 0 <= remaining < response.json()["extensions"]["cost"]["requested"]
    token = {"Authorization": f"Bearer {community.author}"}
    for others in ({"address": "192.0.2.2"}, token):
        assert (await ask(community, SKILL, **others)).status_code == 200
    minute.shift(60)
    assert (await ask(community, SKILL)).status_code == 200


@pytest.mark.usefixtures("minute")
async def test_a_household_is_one_network(community: Community) -> None:
    await spend_all(community, address="2001:db8:1:2::1")
    query = "{ skills(first: 100) { nodes { " + " ".join(f"a{n}: slug" for n in range(24)) + " } } }"
    assert (await ask(community, query, address="2001:db8:1:2:f::9")).status_code == 429
    assert (await ask(community, query, address="2001:db8:1:3::1")).status_code == 200


async def test_a_person_has_one_allowance_by_whatever_way_they_come(
    community: Community, minute: time_machine.Traveller
) -> None:
    proposals = [await community.proposed(edit_skill(name=f"Name {number}")) for number in range(7)]
    before = await everything(community.product.database)
    given = f'{{ proposalId: "{proposals[0]}" }}'
    withdrawal = f"mutation {{ withdrawProposal(input: {given}) {{ userErrors {{ code }} }} }}"
    another = await community.product.token("author@skills.test")
    response = await ask(community, withdrawal, Authorization=f"Bearer {another}")
    assert response.status_code == 429
    async with greeted(community.product, community.author) as wire:
        wire.ask("1", withdrawal)
        message = await wire.heard()
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "RATE_LIMITED")
    assert {**await everything(community.product.database), "token": ""} == {**before, "token": ""}
    minute.shift(60)
    assert codes(await community.withdraw(proposals[0])) == []


@pytest.mark.usefixtures("minute")
async def test_pages_count_as_well(community: Community) -> None:
    await spend_all(community, address="127.0.0.1")
    for _ in range(20):
        page = await community.product.client.get("/")
    assert page.status_code == 429


@pytest.mark.parametrize("limit", [0])
async def test_without_a_limit_nothing_is_said_of_it(community: Community) -> None:
    response = await ask(community, RATE)
    assert response.json()["data"] == {"rateLimit": None}
    assert not any(name.startswith("x-ratelimit") for name in response.headers)
