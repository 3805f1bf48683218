"""Stored numbers, and readers who never see an old one."""

import pytest
import sqlalchemy as sa

from service import counters
from tests.factories.community import Community, add, page_numbers


async def stored_counters(community: Community) -> list[int]:
    async with community.product.database.read_session() as session:
        row = (
            await session.execute(
                sa.text(
                    "SELECT revision, role_count, level_count, mandatory_requirement_count,"
                    " optional_requirement_count FROM skill_counters"
                )
            )
        ).one()
    return list(row)


async def break_counters(community: Community, what: str) -> None:
    async with community.product.database.transaction() as session:
        await session.execute(sa.text(what))


LIST = """{ skills { nodes {
  roleCount levelCount mandatoryRequirementCount optionalRequirementCount } } }"""


async def test_the_worker_stores_the_numbers_of_the_new_revision(community: Community) -> None:
    await community.apply(add("site-reliability-engineer", "senior"))
    await community.product.work()
    assert await stored_counters(community) == [2, 3, 5, 10, 1]


async def test_between_acceptance_and_recount_the_page_shows_the_new_numbers(community: Community) -> None:
    await community.product.work()
    assert await stored_counters(community) == [1, 2, 5, 10, 0]
    after = await community.apply(add("site-reliability-engineer", "senior"))
    assert await stored_counters(community) == [1, 2, 5, 10, 0]
    assert page_numbers(after) == [3, 5, 10, 1]


async def test_between_acceptance_and_recount_the_list_shows_the_new_numbers(community: Community) -> None:
    await community.product.work()
    await community.apply(add("site-reliability-engineer", "senior"))
    (skill,) = (await community.product.run(LIST))["skills"]["nodes"]
    assert page_numbers(skill) == [3, 5, 10, 1]


async def test_without_stored_numbers_the_page_shows_true_ones(community: Community) -> None:
    await break_counters(community, "DELETE FROM skill_counters")
    assert page_numbers(await community.skill()) == [2, 5, 10, 0]


async def test_the_sweep_stores_numbers_that_are_missing(community: Community) -> None:
    await break_counters(community, "DELETE FROM skill_counters")
    await community.product.work()
    assert await stored_counters(community) == [1, 2, 5, 10, 0]


@pytest.mark.parametrize(
    "column", ["role_count", "level_count", "mandatory_requirement_count", "optional_requirement_count"]
)
async def test_a_broken_number_is_found_and_mended(community: Community, column: str) -> None:
    database = community.product.database
    await community.product.work()
    await break_counters(community, f"UPDATE skill_counters SET {column} = {column} + 7")
    async with database.read_session() as session:
        (found,) = await counters.stale(session)
    assert found.skill == "progressive-delivery"
    assert int(found.stored) == int(found.true) + 7
    async with database.transaction() as session:
        assert await counters.recount(session) == 1
    async with database.read_session() as session:
        assert await counters.stale(session) == []
    assert await stored_counters(community) == [1, 2, 5, 10, 0]


async def test_numbers_that_are_right_are_not_called_broken(community: Community) -> None:
    await community.apply(add("site-reliability-engineer", "senior"))
    await community.product.work()
    async with community.product.database.transaction() as session:
        assert await counters.stale(session) == []
        assert await counters.recount(session) == 0


async def test_a_recount_moves_neither_revision_nor_last_update(community: Community) -> None:
    before = await community.skill()
    await break_counters(community, "DELETE FROM skill_counters")
    community.product.clock.pass_time(days=1)
    await community.product.work()
    assert await community.skill() == before
