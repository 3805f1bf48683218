"""Cached answers are fresh: at once where the change was made, promptly elsewhere, never when changes go unheard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from service.app import create_app
from service.settings import Settings
from tests.factories import Clock, Product
from tests.factories.community import Community, edit_skill, make_community
from tests.factories.documents import WATCH_SUBJECT

QUESTION = '{ skill(slug: "progressive-delivery") { name revision watcherCount } }'
_PATIENCE_SECONDS = 10


@asynccontextmanager
async def replica(settings: Settings, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """Another API process on the same database."""
    app = create_app(settings, now=clock)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://skills.test") as client,
    ):
        yield client


def counted(result: str) -> float:
    """How often a look-up had this result so far, in this process."""
    return REGISTRY.get_sample_value("skillprofile_response_cache_total", {"result": result}) or 0.0


async def name(client: httpx.AsyncClient) -> str:
    answer = await client.post("/graphql", json={"query": QUESTION})
    found: str = answer.json()["data"]["skill"]["name"]
    return found


async def warm(client: httpx.AsyncClient) -> str:
    """Ask until the answer comes from the cache, which is trusted once the process listens."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            before = counted("hit")
            found = await name(client)
            if counted("hit") > before:
                return found
            await asyncio.sleep(0)


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


@pytest.fixture
async def cached(community: Community) -> Product:
    await warm(community.product.client)
    return community.product


async def test_a_read_after_an_accept_is_fresh_at_once(community: Community, cached: Product) -> None:
    for number in range(5):
        await community.apply(edit_skill(name=f"Rollout {number}"))
        assert await name(cached.client) == f"Rollout {number}"
        assert await warm(cached.client) == f"Rollout {number}"


async def test_a_change_of_another_skill_leaves_an_answer(community: Community, cached: Product) -> None:
    other = replace(community, slug=await community.add_skill("Chaos Engineering"))
    for number in range(3):
        await other.apply(edit_skill(name=f"Chaos {number}"))
        hits = counted("hit")
        assert await name(cached.client) == "Progressive Delivery"
        assert counted("hit") == hits + 1


async def test_a_skill_that_was_replaced_shows_the_present_name_of_the_other(
    community: Community, cached: Product
) -> None:
    other = replace(community, slug=await community.add_skill("Chaos Engineering"))
    await community.apply(edit_skill(status="DEPRECATED", replacedBy=other.slug))
    question = QUESTION.replace("name", "name: replacedBy { name }")
    for number in range(3):
        await other.apply(edit_skill(name=f"Chaos {number}"))
        for _ in range(2):
            answer = await cached.client.post("/graphql", json={"query": question})
            assert answer.json()["data"]["skill"]["name"] == {"name": f"Chaos {number}"}


async def test_what_a_person_did_elsewhere_is_shown_below_a_skill(
    community: Community, cached: Product
) -> None:
    other = replace(community, slug=await community.add_skill("Chaos Engineering"))
    await community.apply(edit_skill(summary="Anew."))
    question = QUESTION.replace("name", "lastUpdatedBy { revisions { totalCount } proposals { totalCount } }")
    for number in range(3):
        await other.apply(edit_skill(name=f"Chaos {number}"))
        for _ in range(2):
            answer = await cached.client.post("/graphql", json={"query": question})
            done = answer.json()["data"]["skill"]["lastUpdatedBy"]
            assert {part["totalCount"] for part in done.values()} == {number + 2}


async def test_a_watch_on_a_proposal_is_counted_below_each_skill_that_it_touches(
    community: Community, cached: Product
) -> None:
    first = await community.add_skill("Chaos Engineering")
    parts = [await community.part(slug, edit_skill(summary="Anew.")) for slug in (first, community.slug)]
    proposal = (await community.propose_set(*parts))["proposal"]["id"]
    question = QUESTION.replace("name", "proposals { nodes { watcherCount } }")
    for token, watchers in ((None, 1), (community.watcher, 2), (community.reviewer, 3)):
        if token is not None:
            await cached.run(WATCH_SUBJECT, {"input": {"subjectId": proposal}}, token=token)
        for _ in range(2):
            answer = await cached.client.post("/graphql", json={"query": question})
            assert answer.json()["data"]["skill"]["proposals"]["nodes"] == [{"watcherCount": watchers}]


async def test_another_process_hears_of_it(
    community: Community, cached: Product, settings: Settings, clock: Clock
) -> None:
    async with replica(settings, clock) as other:
        await warm(other)
        await community.apply(edit_skill(name="Rollout"))
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while await name(other) != "Rollout":  # noqa: ASYNC110  the process under test tells by its answers
                await asyncio.sleep(0)
        assert await warm(other) == "Rollout"


async def test_while_changes_go_unheard_the_cache_is_passed_by(community: Community, cached: Product) -> None:
    lost = counted("bypass")
    async with cached.database.engine.connect() as connection:
        listening = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name"
        await connection.execute(
            sa.text(f"{listening} AND datname = current_database()"), {"name": "skillprofile changes"}
        )
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while counted("bypass") == lost:
            await name(cached.client)
            await asyncio.sleep(0)
    assert await warm(cached.client) == "Progressive Delivery", "it listens again, and is trusted again"
