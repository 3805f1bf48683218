"""Requests that come together."""

import asyncio
from typing import Any

import sqlalchemy as sa

from service.people.models import PersonRole
from tests.factories.community import AUTHOR, Community, codes, edit, row_of

PLACE = ("senior", "release-engineer")


async def row(community: Community) -> dict[str, Any]:
    return row_of(await community.skill(), *PLACE)


async def revisions(community: Community) -> int:
    async with community.product.database.read_session() as session:
        return int((await session.execute(sa.text("SELECT count(*) FROM revision"))).scalar_one())


async def test_one_proposal_accepted_twenty_times_applies_once(community: Community) -> None:
    proposal = await community.proposed(edit(await row(community), description="Mine."))
    reviewers = [
        community.reviewer,
        await community.person("second@skills.test", PersonRole.REVIEWER),
    ] * 10
    payloads = await asyncio.gather(*[community.accept(proposal, token=token) for token in reviewers])
    assert sorted(map(codes, payloads)) == [[]] + [["PROPOSAL_ALREADY_DECIDED"]] * 19
    assert (await community.keys())["revision"] == 2
    assert await revisions(community) == 2
    await community.product.work()
    assert len(community.product.mail.to(AUTHOR)) == 1


async def test_of_two_proposals_on_one_field_one_applies(community: Community) -> None:
    place = await row(community)
    proposals = [await community.proposed(edit(place, description=text)) for text in ("One.", "Two.")]
    payloads = await asyncio.gather(*map(community.accept, proposals))
    assert sorted(map(codes, payloads)) == [[], ["CONFLICT"]]
    assert (await community.keys())["revision"] == 2


async def test_ten_proposals_on_ten_rows_all_apply(community: Community) -> None:
    skill = await community.skill()
    rows = [place for step in skill["levels"] for place in step["requirements"]]
    proposals = [await community.proposed(edit(place, description="A new text.")) for place in rows]
    payloads = await asyncio.gather(*map(community.accept, proposals))
    assert list(map(codes, payloads)) == [[]] * 10
    after = await community.skill()
    found = [place for step in after["levels"] for place in step["requirements"]]
    assert {place["description"] for place in found} == {"A new text."}
    assert sorted(place["revision"] for place in found) == list(range(2, 12))
    assert (after["revision"], await revisions(community)) == (11, 11)


async def test_of_accepting_declining_and_withdrawing_one_happens(community: Community) -> None:
    proposal = await community.proposed(edit(await row(community), description="Mine."))
    payloads = await asyncio.gather(
        community.accept(proposal), community.decline(proposal), community.withdraw(proposal)
    )
    assert sorted(map(codes, payloads)) == [
        [],
        ["PROPOSAL_ALREADY_DECIDED"],
        ["PROPOSAL_ALREADY_DECIDED"],
    ]
    applied = (await community.proposal())["state"] == "ACCEPTED"
    assert (await community.keys())["revision"] == (2 if applied else 1)


async def test_one_idempotency_key_makes_one_proposal(community: Community) -> None:
    wish = edit(await row(community), description="Mine.")
    payloads = await asyncio.gather(*[community.propose(wish, idempotencyKey="k") for _ in range(10)])
    assert list(map(codes, payloads)) == [[]] * 10
    assert {payload["proposal"]["number"] for payload in payloads} == {1}


async def test_one_person_who_watches_many_times_is_one_watcher(community: Community) -> None:
    await asyncio.gather(*[community.watch() for _ in range(10)])
    assert (await community.watching())["watcherCount"] == 1
    await asyncio.gather(*[community.unwatch() for _ in range(10)])
    assert (await community.watching())["watcherCount"] == 0
