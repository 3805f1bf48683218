"""Who may listen is asked anew when it may have changed."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa

from service.activity.announcements import announce_person
from service.people.models import PersonRole
from service.settings import Settings
from tests.api.live.wire import Reader, connected, greeted
from tests.factories import Product
from tests.factories.browser import COOKIE, SITE, Browser
from tests.factories.comments import moderate, person_id
from tests.factories.community import codes, make_community

EMAIL = "author@skills.test"
ACTIVITY = "subscription { activity { cursor } }"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"site_url": SITE})


async def revoke_all(product: Product) -> None:
    """As somebody with the machine would, and announced as the product announces it."""
    async with product.database.transaction() as session:
        await session.execute(sa.text("UPDATE token SET revoked_at = now()"))
        for person_id in (await session.execute(sa.text("SELECT id FROM person"))).scalars():
            await announce_person(session, person_id)


async def test_a_token_that_is_revoked_ends_the_socket(product: Product) -> None:
    token = await product.token(EMAIL)
    async with greeted(product, token) as wire, greeted(product) as anonymous:
        wire.ask("1", ACTIVITY)
        await wire.data()
        await revoke_all(product)
        assert await wire.close_code() == 4403
        anonymous.say({"type": "ping"})
        assert await anonymous.heard() == {"type": "pong"}


async def test_a_new_role_ends_the_socket_so_that_it_begins_with_it(product: Product) -> None:
    async with greeted(product, await product.token(EMAIL)) as wire:
        await product.token(EMAIL, PersonRole.REVIEWER)
        assert await wire.close_code() == 4403


async def test_whoever_is_suspended_is_signed_out_and_hears_no_more(product: Product) -> None:
    community = await make_community(product)
    async with Browser(product) as browser:
        await browser.enter(EMAIL)
        cookie = f"{COOKIE}={browser.cookie}"
        stream = Reader(product.app, ACTIVITY, cookie=cookie, origin=SITE)
        await stream.open()
        async with greeted(product, cookie=cookie, origin=SITE) as wire:
            whose = await person_id(community, community.author)
            assert codes(await moderate(community, "suspendPerson", personId=whose)) == []
            async with asyncio.timeout(5):
                assert await wire.close_code() == 4403
                assert "event: complete" not in await stream.rest()
        assert await browser.who() is None


async def test_signing_out_ends_what_is_open_in_that_browser_alone(product: Product) -> None:
    async with Browser(product) as browser, Browser(product) as other:
        await browser.enter(EMAIL)
        await other.enter(EMAIL)
        cookies = [f"{COOKIE}={each.cookie}" for each in (browser, other)]
        stream = Reader(product.app, ACTIVITY, cookie=cookies[0], origin=SITE)
        await stream.open()
        async with (
            greeted(product, cookie=cookies[0], origin=SITE) as wire,
            greeted(product, cookie=cookies[1], origin=SITE) as stays,
        ):
            assert (await browser.post("/sign-out")).status_code == 303
            async with asyncio.timeout(5):
                assert await wire.close_code() == 4403
                assert "event: complete" not in await stream.rest()
            stays.say({"type": "ping"})
            assert await stays.heard() == {"type": "pong"}


async def test_another_person_s_change_ends_nothing(product: Product) -> None:
    token = await product.token(EMAIL)
    await product.token("other@skills.test")
    async with (
        greeted(product, token) as wire,
        greeted(product, await product.token("third@skills.test")) as third,
    ):
        await product.token("third@skills.test", PersonRole.REVIEWER)
        assert await third.close_code() == 4403
        wire.say({"type": "ping"})
        assert await wire.heard() == {"type": "pong"}


async def test_a_page_of_ours_signs_in_by_its_cookie(product: Product) -> None:
    async with Browser(product) as browser:
        await browser.enter(EMAIL)
        async with greeted(product, cookie=f"{COOKIE}={browser.cookie}", origin=SITE) as wire:
            wire.ask("1", "{ viewer { email } }")
            assert await wire.data() == {"viewer": {"email": EMAIL}}


@pytest.mark.parametrize("headers", [{"origin": "https://foreign.test"}, {}], ids=["foreign", "none"])
async def test_a_cookie_from_a_foreign_page_opens_nothing(product: Product, headers: dict[str, str]) -> None:
    async with Browser(product) as browser:
        await browser.enter(EMAIL)
        async with connected(product, cookie=f"{COOKIE}={browser.cookie}", **headers) as wire:
            wire.say({"type": "connection_init"})
            assert await wire.close_code() == 4403


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://foreign.test"}, {"origin": "null"}, {}],
    ids=["foreign", "sandbox", "none"],
)
@pytest.mark.parametrize("query", [ACTIVITY, "{ viewer { email } }"], ids=["subscription", "query"])
async def test_a_cookie_from_a_foreign_page_opens_no_stream(
    product: Product, headers: dict[str, Any], query: str
) -> None:
    async with Browser(product) as browser:
        await browser.enter(EMAIL)
        stream = Reader(product.app, query, cookie=f"{COOKIE}={browser.cookie}", **headers)
        await stream.open()
        assert stream.status == 403
        assert EMAIL not in await stream.rest()
