"""Nobody begins watches without end; within one document each counts."""

import asyncio
from datetime import timedelta

from service.watches.rules import WATCHES_PER_HOUR
from tests.factories.community import Community, begin_watches, codes


async def test_the_next_watch_within_an_hour_is_refused_and_says_when_to_go_on(community: Community) -> None:
    first = community.product.clock()
    await begin_watches(community, WATCHES_PER_HOUR - 1)
    community.product.clock.pass_time(minutes=10)
    assert codes(await community.watch()) == []
    await community.unwatch()
    (error,) = (await community.watch())["userErrors"]
    assert error["code"] == "RATE_LIMITED"
    assert error["resetAt"] == (first + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert (await community.watching())["viewerWatch"] is None


async def test_an_hour_later_it_goes_on(community: Community) -> None:
    await begin_watches(community, WATCHES_PER_HOUR)
    community.product.clock.pass_time(hours=1)
    assert codes(await community.watch()) == []


async def test_each_watch_of_one_document_counts(community: Community) -> None:
    await begin_watches(community, WATCHES_PER_HOUR - 1)
    key = (await community.keys())["id"]
    data = await community.product.run(
        """mutation ($input: WatchSkillInput!) {
        one: watchSkill(input: $input) { userErrors { code } }
        two: watchSkill(input: $input) { userErrors { code } } }""",
        {"input": {"skillId": key}},
        token=community.watcher,
    )
    assert [codes(data["one"]), codes(data["two"])] == [[], ["RATE_LIMITED"]]


async def test_others_are_not_held_back(community: Community) -> None:
    await begin_watches(community, WATCHES_PER_HOUR)
    assert codes(await community.watch(token=community.author)) == []


async def test_watches_begun_at_the_same_time_are_counted_one_after_another(community: Community) -> None:
    await begin_watches(community, WATCHES_PER_HOUR - 1)
    slugs = [await community.add_skill(f"Delivery {number}") for number in range(4)]
    payloads = await asyncio.gather(*(community.watch(slug=slug) for slug in slugs))
    assert sorted(codes(payload) for payload in payloads) == [[], *[["RATE_LIMITED"]] * 3]
