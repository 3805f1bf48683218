"""The same key again gives the same proposal."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories.community import Community, codes, edit, row_of

PLACE = ("senior", "release-engineer")
OLD = "Progressive Delivery: what a release-engineer does at senior."


async def row(community: Community) -> dict[str, Any]:
    return row_of(await community.skill(), *PLACE)


async def proposals(community: Community) -> int:
    async with community.product.database.read_session() as session:
        return int((await session.execute(sa.text("SELECT count(*) FROM proposal"))).scalar_one())


async def test_the_same_key_twice_is_one_proposal(community: Community) -> None:
    wish = edit(await row(community), description="Mine.")
    payloads = [await community.propose(wish, idempotencyKey="my key") for _ in range(2)]
    assert payloads[0] == payloads[1]
    assert await proposals(community) == 1


async def test_without_a_key_there_are_two(community: Community) -> None:
    wish = edit(await row(community), description="Mine.")
    assert [(await community.propose(wish))["proposal"]["number"] for _ in range(2)] == [1, 2]


@pytest.mark.parametrize("more", [{"title": "Another"}, {"reason": "Another"}, {"changes": "another"}])
async def test_the_same_key_for_something_else_is_refused(community: Community, more: dict[str, Any]) -> None:
    place = await row(community)
    if "changes" in more:
        more = {"changes": [edit(place, description="Another.")]}
    await community.proposed(edit(place, description="Mine."), idempotencyKey="k")
    payload = await community.propose(edit(place, description="Mine."), idempotencyKey="k", **more)
    assert codes(payload) == ["IDEMPOTENCY_KEY_REUSED"]
    assert await proposals(community) == 1


async def test_a_key_is_its_persons_own(community: Community) -> None:
    wish = edit(await row(community), description="Mine.")
    other = await community.person("other@skills.test")
    payloads = [await community.propose(wish, idempotencyKey="k", token=t) for t in (community.author, other)]
    assert [payload["proposal"]["number"] for payload in payloads] == [1, 2]


async def test_the_key_still_gives_the_proposal_once_it_is_accepted(community: Community) -> None:
    wish = edit(await row(community), description="Mine.")
    proposal = await community.proposed(wish, idempotencyKey="k")
    await community.accept(proposal)
    again = await community.propose(wish, idempotencyKey="k", baseRevision=1)
    assert again["userErrors"] == []
    assert (again["proposal"]["id"], again["proposal"]["state"]) == (proposal, "ACCEPTED")


async def test_a_refused_try_does_not_use_the_key_up(community: Community) -> None:
    place = await row(community)
    assert codes(await community.propose(edit(place, description=OLD), idempotencyKey="k")) == [
        "NOTHING_CHANGES"
    ]
    assert codes(await community.propose(edit(place, description="Mine."), idempotencyKey="k")) == []
