"""The viewer's own notifications as they come: what is told, to whom, when, and for how long."""

import pytest
import sqlalchemy as sa
from asyncpg.exceptions import LockNotAvailableError

from service.activity.announcements import announce_person
from service.database import Database
from service.notifications.actions import fan_out
from service.settings import Settings
from tests.api.live.wire import Json, Reader, Wire, greeted, replica
from tests.factories import Clock, Product
from tests.factories.community import Community, edit_skill, make_community

RECEIVED = """subscription { notificationReceived {
  cursor
  notification { cursor kind reason readAt actor { name } skill { slug name } proposal { number } }
  viewer { email }
} }"""
SINCE = """query ($cursor: String!, $first: Int!) { viewer { notificationsSince(cursor: $cursor, first: $first) {
  notifications { cursor kind } endCursor hasMore } } }"""


@pytest.fixture
async def community(product: Product) -> Community:
    community = await make_community(product)
    await community.watch()
    return community


async def follow(wire: Wire) -> Json:
    """Subscribe as operation 1; the opening."""
    wire.ask("1", RECEIVED)
    return await update(wire)


async def update(wire: Wire) -> Json:
    found: Json = (await wire.data())["notificationReceived"]
    return found


async def since(community: Community, cursor: str, first: int = 100) -> Json:
    data = await community.product.run(SINCE, {"cursor": cursor, "first": first}, token=community.watcher)
    found: Json = data["viewer"]["notificationsSince"]
    return found


async def test_a_watcher_hears_at_once_and_the_actor_does_not(community: Community) -> None:
    product = community.product
    async with greeted(product, community.watcher) as wire, greeted(product, community.reviewer) as reviewer:
        opening = await follow(wire)
        assert (opening["notification"], opening["viewer"]) == (None, {"email": "watcher@skills.test"})
        await follow(reviewer)
        await community.apply(edit_skill(name="Gradual Delivery"))
        await product.work()
        told = await update(wire)
        reviewer.say({"type": "ping"})
        assert await reviewer.heard() == {"type": "pong"}
    assert told["notification"] == {
        "cursor": told["cursor"],
        "kind": "PROPOSAL_ACCEPTED",
        "reason": "WATCHING",
        "readAt": None,
        "actor": {"name": "Reviewer"},
        "skill": {"slug": "progressive-delivery", "name": "Gradual Delivery"},
        "proposal": {"number": 1},
    }
    assert opening["cursor"] < told["cursor"]


async def test_it_is_heard_at_another_process_and_in_every_tab(
    community: Community, settings: Settings, clock: Clock
) -> None:
    async with (
        replica(settings, clock) as app,
        greeted(app, community.watcher) as there,
        greeted(community.product, community.watcher) as here,
    ):
        await follow(there)
        await follow(here)
        for name in ("Gradual Delivery", "Slow Delivery"):
            await community.apply(edit_skill(name=name))
            await community.product.work()
        heard = [[(await update(wire))["cursor"] for _ in range(2)] for wire in (there, here)]
    assert heard[0] == sorted(set(heard[0])) == heard[1]


async def test_it_is_heard_as_server_sent_events(community: Community) -> None:
    reader = Reader(community.product.app, RECEIVED, token=community.watcher)
    await reader.open()
    assert (await reader.data())["notificationReceived"]["notification"] is None
    await community.apply(edit_skill(name="Gradual Delivery"))
    await community.product.work()
    assert (await reader.data())["notificationReceived"]["notification"]["kind"] == "PROPOSAL_ACCEPTED"
    await revoke(community)
    # Without `complete`: the client sees that it was cut off, and is refused when it comes again.
    assert await reader.rest() == ""
    refused = Reader(community.product.app, RECEIVED, token=community.watcher)
    await refused.open()
    assert "UNAUTHENTICATED" in await refused.rest()


async def revoke(community: Community) -> None:
    """The watcher's tokens, announced as the product announces it."""
    async with community.product.database.transaction() as session:
        statement = "UPDATE token SET revoked_at = now() FROM person WHERE email = :email RETURNING person_id"
        statement = statement.replace("WHERE", "WHERE person.id = person_id AND")
        revoked = await session.execute(sa.text(statement), {"email": "watcher@skills.test"})
        await announce_person(session, revoked.scalars().one())


async def test_nobody_follows_without_signing_in(community: Community) -> None:
    async with greeted(community.product) as wire:
        wire.ask("1", RECEIVED)
        answer = await wire.heard()
        assert answer["type"] == "error"
        assert answer["payload"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_it_ends_when_the_token_is_revoked(community: Community) -> None:
    async with greeted(community.product, community.watcher) as wire:
        await follow(wire)
        await revoke(community)
        assert await wire.close_code() == 4403


async def test_what_was_missed_is_read_from_the_cursor(community: Community) -> None:
    async with greeted(community.product, community.watcher) as wire:
        start = (await follow(wire))["cursor"]
    for name in ("Gradual Delivery", "Slow Delivery", "Late Delivery"):
        await community.apply(edit_skill(name=name))
    await community.product.work()
    page = await since(community, start, first=2)
    rest = await since(community, page["endCursor"])
    assert (len(page["notifications"]), page["hasMore"]) == (2, True)
    assert (len(rest["notifications"]), rest["hasMore"]) == (1, False)
    assert (await since(community, rest["endCursor"]))["notifications"] == []


async def test_notifications_become_visible_in_the_order_of_their_cursors(
    community: Community, database: Database
) -> None:
    # Whoever tells second waits for the first, or somebody would read past what the first has written.
    for name in ("Gradual Delivery", "Slow Delivery"):
        await community.apply(edit_skill(name=name))
    async with database.read_session() as session:
        events = list(
            (
                await session.execute(
                    sa.text("SELECT id FROM event WHERE kind = 'PROPOSAL_ACCEPTED' ORDER BY id DESC")
                )
            ).scalars()
        )
    around = community.product.around
    async with database.transaction() as first:
        await fan_out(first, events[0], at=around.now(), quiet=around.quiet)
        async with database.transaction() as second:
            await second.execute(sa.text("SET LOCAL lock_timeout = '200ms'"))
            with pytest.raises(LockNotAvailableError):
                await fan_out(second, events[1], at=around.now(), quiet=around.quiet)
            await second.rollback()
