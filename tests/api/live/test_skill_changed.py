"""A subscription end to end: what it says, when, and to whom."""

import pytest

from service.news.actions import publish
from service.settings import Settings
from tests.api.live.wire import Json, Wire, greeted, replica
from tests.factories import Clock, Product, make_frame, make_skill
from tests.factories.community import Community, add, edit_skill, make_community

CHANGED = """subscription ($slug: String!) { skillChanged(slug: $slug) {
  cursor event { kind cursor actor { name } proposal { number } } skill { name revision roleCount } } }"""
THE_SAME_TO_ALL = """subscription ($slug: String!) { skillChanged(slug: $slug) {
  event { kind actor { name } } skill { name revision } } }"""
SINCE = """query ($cursor: String, $first: Int!) { changesSince(cursor: $cursor, first: $first) {
  events { cursor kind proposal { number } } endCursor hasMore } }"""


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


async def follow(wire: Wire, slug: str = "progressive-delivery", *, document: str = CHANGED) -> Json:
    """Subscribe as operation 1; the opening."""
    wire.ask("1", document, variables={"slug": slug})
    found: Json = (await wire.data())["skillChanged"]
    return found


async def update(wire: Wire) -> Json:
    found: Json = (await wire.data())["skillChanged"]
    return found


async def test_it_opens_with_the_skill_as_it_is(community: Community) -> None:
    async with greeted(community.product) as wire:
        opening = await follow(wire)
    assert opening["event"] is None
    assert opening["skill"] == {"name": "Progressive Delivery", "revision": 1, "roleCount": 2}


async def test_an_accepted_change_is_told_with_its_text_and_its_numbers(community: Community) -> None:
    async with greeted(community.product) as wire:
        opening = await follow(wire)
        await community.apply(add("site-reliability-engineer", "senior"))
        await community.product.work()
        created, accepted = await update(wire), await update(wire)
    assert [told["event"]["kind"] for told in (created, accepted)] == [
        "PROPOSAL_CREATED",
        "PROPOSAL_ACCEPTED",
    ]
    assert accepted["skill"] == {"name": "Progressive Delivery", "revision": 2, "roleCount": 3}
    assert opening["cursor"] < created["cursor"] < accepted["cursor"] == accepted["event"]["cursor"]
    assert accepted["event"]["actor"] == {"name": "Reviewer"}
    assert accepted["event"]["proposal"] == {"number": 1}


async def test_nothing_is_told_before_the_numbers_are_counted(community: Community) -> None:
    await community.product.work()
    await community.apply(add("site-reliability-engineer", "senior"))
    async with community.product.database.transaction() as session:
        assert await publish(session) == 0
    await community.product.work()
    assert (await since(community.product, None))["endCursor"] == f"{2:016x}"


async def since(product: Product, cursor: str | None, first: int = 100) -> Json:
    found: Json = (await product.run(SINCE, {"cursor": cursor, "first": first}))["changesSince"]
    return found


async def test_what_happens_to_other_skills_is_not_told(community: Community) -> None:
    async with community.product.database.transaction() as session:
        await make_skill(session, community.frame, name="Other Skill")
    async with greeted(community.product) as wire:
        await follow(wire, "other-skill")
        await community.apply(edit_skill(name="Gradual Delivery"))
        await community.product.work()
        wire.say({"type": "ping"})
        assert await wire.heard() == {"type": "pong"}


async def test_it_is_heard_at_another_process(community: Community, settings: Settings, clock: Clock) -> None:
    async with replica(settings, clock) as app, greeted(app) as wire:
        await follow(wire)
        await community.apply(edit_skill(name="Gradual Delivery"))
        await community.product.work()
        assert (await update(wire))["event"]["kind"] == "PROPOSAL_CREATED"
        assert (await update(wire))["skill"]["name"] == "Gradual Delivery"


async def test_a_skill_of_no_slug_is_an_error_of_its_operation(community: Community) -> None:
    async with greeted(community.product) as wire:
        wire.ask("1", CHANGED, variables={"slug": "nothing"})
        answer = await wire.heard()
        assert (answer["type"], answer["id"]) == ("error", "1")
        assert answer["payload"][0]["extensions"]["reason"] == "NOT_FOUND"
        await follow(wire)


async def test_many_with_the_same_wish_are_answered_by_one_execution(community: Community) -> None:
    streams = community.product.app.routes[0].app.streams  # type: ignore[attr-defined]
    async with greeted(community.product) as one, greeted(community.product, community.watcher) as other:
        for wire in (one, other):
            await follow(wire, document=THE_SAME_TO_ALL)
        assert len(streams) == 1
        await community.proposed(edit_skill(name="Gradual Delivery"))
        await community.product.work()
        assert await update(one) == await update(other)
    assert len(streams) == 0


async def test_who_may_see_other_proposals_is_answered_by_an_execution_of_their_own(
    community: Community,
) -> None:
    streams = community.product.app.routes[0].app.streams  # type: ignore[attr-defined]
    async with greeted(community.product) as one, greeted(community.product, community.watcher) as other:
        for wire in (one, other):
            await follow(wire)
        assert len(streams) == 2


PROPOSAL = "subscription { proposalChanged(number: 1) { event { kind } proposal { state } } }"
ACTIVITY = "subscription ($domain: String) { activity(domain: $domain) { event { kind skill { slug } } } }"


async def test_a_proposal_is_followed_to_its_end(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Gradual Delivery"))
    await community.product.work()
    async with greeted(community.product) as wire:
        wire.ask("1", PROPOSAL)
        assert (await wire.data())["proposalChanged"] == {"event": None, "proposal": {"state": "OPEN"}}
        await community.decline(proposal)
        await community.product.work()
        told = (await wire.data())["proposalChanged"]
    assert told == {"event": {"kind": "PROPOSAL_DECLINED"}, "proposal": {"state": "DECLINED"}}


async def test_the_activity_of_a_domain_leaves_others_out(community: Community) -> None:
    async with community.product.database.transaction() as session:
        other = await make_frame(session, slug="other", roles=("Cook",), is_default=False)
        await make_skill(session, other, name="Other Skill")
    async with greeted(community.product) as wire:
        for name, domain in (("own", "test-domain"), ("other", "other-domain"), ("all", None)):
            wire.ask(name, ACTIVITY, variables={"domain": domain})
            await wire.data(name)
        await community.proposed(edit_skill(name="Gradual Delivery"))
        await community.product.work()
        heard = [await wire.heard() for _ in range(2)]
        wire.say({"type": "ping"})
        assert await wire.heard() == {"type": "pong"}
    assert {message["id"] for message in heard} == {"own", "all"}
    skill = heard[0]["payload"]["data"]["activity"]["event"]["skill"]
    assert skill == {"slug": "progressive-delivery"}


NARROWED = """query ($skill: String, $proposal: Int, $domain: String) { changesSince(
  cursor: "0000000000000000", skill: $skill, proposal: $proposal, domain: $domain) { events { kind } } }"""


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ({"skill": "progressive-delivery"}, {"skill": "other-skill"}),
        ({"proposal": 1}, {"proposal": 2}),
        ({"domain": "test-domain"}, {"domain": "other-domain"}),
    ],
    ids=["skill", "proposal", "domain"],
)
async def test_what_was_missed_is_narrowed_as_a_subscription_is(
    community: Community, own: Json, other: Json
) -> None:
    async with community.product.database.transaction() as session:
        frame = await make_frame(session, slug="other", roles=("Cook",), is_default=False)
        await make_skill(session, frame, name="Other Skill")
    await community.apply(edit_skill(name="Gradual Delivery"))
    if "proposal" in other:
        await community.proposed(edit_skill(summary="Slowly."))
    await community.product.work()
    counts = [
        [event["kind"] for event in (await community.product.run(NARROWED, by))["changesSince"]["events"]]
        for by in (own, other)
    ]
    assert counts == [
        ["PROPOSAL_CREATED", "PROPOSAL_ACCEPTED"],
        ["PROPOSAL_CREATED"] if "proposal" in other else [],
    ]


async def test_what_was_missed_is_read_from_the_cursor(community: Community) -> None:
    start = (await since(community.product, None))["endCursor"]
    for number in range(3):
        await community.apply(edit_skill(name=f"Delivery {number}"))
    await community.product.work()
    page = await since(community.product, start, first=4)
    rest = await since(community.product, page["endCursor"])
    assert (page["hasMore"], rest["hasMore"]) == (True, False)
    told = page["events"] + rest["events"]
    assert [event["proposal"]["number"] for event in told if event["kind"] == "PROPOSAL_ACCEPTED"] == [
        1,
        2,
        3,
    ]
    assert len(told) == 6
    assert (await since(community.product, rest["endCursor"]))["events"] == []
