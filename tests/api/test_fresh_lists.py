"""Lists put together from rows in memory are as fresh as any answer: the process as it is composed."""

import asyncio

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from service.api.plan.pieces import MARK
from service.changes import ChangeFeed
from service.settings import Settings
from tests.factories import Product
from tests.factories.community import Community, edit_skill, make_community
from tests.factories.statements import recorded_statements

LIST = "{ skills { nodes { name levels { requirements { description } } } } }"
ANSWER = '{ skill(slug: "progressive-delivery") { name } }'
_PATIENCE_SECONDS = 10


def counted(result: str) -> float:
    """How many rows were looked up so far with this result."""
    return REGISTRY.get_sample_value("skillprofile_piece_total", {"result": result}) or 0.0


async def names(product: Product) -> list[str]:
    """Those of the list."""
    return [node["name"] for node in (await product.run(LIST))["skills"]["nodes"]]


async def warm(product: Product) -> None:
    """Ask until a row is taken from memory."""
    hits = counted("hit")
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while counted("hit") == hits:
            await names(product)
            await asyncio.sleep(0)


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """Without the response cache, unless a test wishes for something else."""
    return settings.model_copy(update=getattr(request, "param", {"response_cache": "off"}))


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process believes that it hears of changes, and is told of none."""
    monkeypatch.setattr(ChangeFeed, "_on_notification", lambda *_: None)


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


@pytest.mark.usefixtures("deaf")
async def test_what_a_process_changes_it_knows_without_hearing(community: Community) -> None:
    for number in range(3):
        await warm(community.product)
        await community.apply(edit_skill(name=f"Rollout {number}"))
        assert await names(community.product) == [f"Rollout {number}"]


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize("settings", [{"response_cache": "on"}], indirect=True)
async def test_so_it_does_with_whole_answers(community: Community) -> None:
    for number in range(3):
        await community.apply(edit_skill(name=f"Rollout {number}"))
        for document in (ANSWER, LIST):
            for _ in range(2):
                assert f"'Rollout {number}'" in str(await community.product.run(document))


async def test_rows_are_let_go_of_when_changes_are_no_longer_heard(community: Community) -> None:
    product = community.product
    await warm(product)
    async with product.database.engine.connect() as connection:
        listening = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :name"
        await connection.execute(
            sa.text(f"{listening} AND datname = current_database()"), {"name": "skillprofile changes"}
        )
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            with recorded_statements() as statements:
                await names(product)
            if not any(MARK in sql for sql in statements):
                break
            await asyncio.sleep(0)
    assert len(statements) == 1
    misses = counted("miss")
    await warm(product)
    assert counted("miss") > misses, "it listens again, and has read them anew"


@pytest.mark.parametrize("settings", [{"response_cache": "off", "piece_cache_bytes": 0}], indirect=True)
async def test_a_process_may_keep_none(community: Community) -> None:
    for _ in range(3):
        with recorded_statements() as statements:
            await names(community.product)
        assert len(statements) == 1
        assert MARK not in statements[0]
