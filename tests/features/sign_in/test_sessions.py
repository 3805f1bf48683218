"""A browser's session: what it may, how long it lasts, who ends it."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
import sqlalchemy as sa
from starlette.datastructures import Headers

from service.activity.announcements import PEOPLE_CHANNEL
from service.api.cookies import Cookies
from service.api.sign_in import SignIn
from service.credentials.rules import ALL_SCOPES, Lifetimes
from service.people.models import PersonRole
from tests.factories import Product
from tests.factories.browser import COOKIE, SITE, Browser
from tests.factories.community import codes
from tests.factories.contents import everything
from tests.factories.documents import END_SESSIONS, VIEWER
from tests.factories.statements import recorded_statements

ADA = "ada@skills.test"
SESSIONS = "{ viewer { sessions { id browser createdAt lastSeenAt expiresAt isCurrent } } }"


async def test_a_session_is_somebody(browser: Browser) -> None:
    await browser.enter(ADA)
    assert await browser.who() == ADA


async def test_a_session_is_stored_as_a_hash_alone(browser: Browser) -> None:
    await browser.enter(ADA)
    assert browser.cookie is not None
    assert len(browser.cookie) >= 22  # 128 bits in base64
    assert browser.cookie not in str(await everything(browser.product.database))


@pytest.mark.parametrize("secret", ["x", "é", "A" * 22, "A" * 5_000, "' OR 1=1 --"])
async def test_a_cookie_of_no_session_is_nobody(browser: Browser, secret: str) -> None:
    await browser.enter(ADA)
    cookie = {b"Cookie": f"{COOKIE}={secret}".encode(), b"Sec-Fetch-Site": b"same-origin"}
    browser.client.cookies.clear()
    response = await browser.client.post("/graphql", json={"query": VIEWER}, headers=cookie)
    assert response.json()["data"] == {"viewer": None}


async def test_the_name_without_the_prefix_is_no_cookie_of_an_https_site(browser: Browser) -> None:
    await browser.enter(ADA)
    secret = browser.cookie
    browser.client.cookies.clear()
    cookie = {"Cookie": f"{COOKIE.removeprefix('__Host-')}={secret}", "Sec-Fetch-Site": "same-origin"}
    response = await browser.client.post("/graphql", json={"query": VIEWER}, headers=cookie)
    assert response.json()["data"] == {"viewer": None}


async def test_a_session_ends_after_fourteen_days_without_a_request(browser: Browser) -> None:
    await browser.enter(ADA)
    browser.product.clock.pass_time(days=13)
    assert await browser.who() == ADA
    browser.product.clock.pass_time(days=13)
    assert await browser.who() == ADA
    browser.product.clock.pass_time(days=14)
    assert await browser.who() is None


async def test_a_session_ends_after_ninety_days_however_often_it_is_used(browser: Browser) -> None:
    await browser.enter(ADA)
    for _ in range(8):
        browser.product.clock.pass_time(days=11)
        assert await browser.who() == ADA
    browser.product.clock.pass_time(days=2)
    assert await browser.who() is None


async def test_a_person_lists_their_sessions_and_nobody_elses(browser: Browser, other: Browser) -> None:
    await other.enter("wendy@skills.test")
    await browser.enter(ADA)
    (session,) = (await browser.run(SESSIONS))["viewer"]["sessions"]
    assert session["browser"] == "Firefox"
    assert session["isCurrent"] is True
    assert session["lastSeenAt"] == session["createdAt"]
    theirs = (await other.run(SESSIONS))["viewer"]["sessions"][0]["id"]
    assert (await browser.run(f'{{ node(id: "{theirs}") {{ id }} }}'))["node"] is None
    assert (await other.run(f'{{ node(id: "{theirs}") {{ id }} }}'))["node"] == {"id": theirs}


async def test_a_person_ends_another_session(browser: Browser, other: Browser) -> None:
    await browser.enter(ADA)
    await other.enter(ADA)
    sessions = (await browser.run(SESSIONS))["viewer"]["sessions"]
    (wanted,) = [each["id"] for each in sessions if not each["isCurrent"]]
    payload = (await browser.run(END_SESSIONS, {"input": {"sessionId": wanted}}))["endSessions"]
    assert payload == {"sessions": [{"browser": "Firefox"}], "userErrors": []}
    assert await other.who() is None
    assert await browser.who() == ADA


async def test_a_person_ends_all_others(browser: Browser, other: Browser, product: Product) -> None:
    await browser.enter(ADA)
    await other.enter(ADA)
    async with Browser(product, name="Safari") as third:
        await third.enter("wendy@skills.test")
        await browser.run(END_SESSIONS, {"input": {}})
        assert [await each.who() for each in (browser, other, third)] == [ADA, None, "wendy@skills.test"]


async def test_nobody_ends_the_session_of_somebody_else(browser: Browser, other: Browser) -> None:
    await browser.enter(ADA)
    await other.enter("wendy@skills.test", PersonRole.ADMIN)
    (session,) = (await browser.run(SESSIONS))["viewer"]["sessions"]
    payload = (await other.run(END_SESSIONS, {"input": {"sessionId": session["id"]}}))["endSessions"]
    assert codes(payload) == ["NOT_FOUND"]
    assert await browser.who() == ADA


async def test_an_end_is_announced_and_the_credential_lasts_no_longer(
    browser: Browser, other: Browser, database_url: str
) -> None:
    await browser.enter(ADA)
    await other.enter(ADA)
    url, heard = sa.make_url(database_url), asyncio.Queue[str]()
    connection = await asyncpg.connect(  # type: ignore[no-untyped-call]
        host=url.query.get("host") or url.host,
        port=url.port,
        user=url.username,
        password=url.password,
        database=url.database,
    )
    await connection.add_listener(PEOPLE_CHANNEL, lambda *said: heard.put_nowait(said[-1]))
    product = browser.product
    sign_in = SignIn(product.database, Cookies(SITE), now=product.clock, lifetimes=Lifetimes(), site_url=SITE)
    credential = await sign_in.of_browser(Headers({"cookie": f"{COOKIE}={other.cookie}"}))
    assert credential is not None
    assert await sign_in.lasts(credential)
    await browser.run(END_SESSIONS, {"input": {}})
    assert await asyncio.wait_for(heard.get(), 5) == str(credential.person.id)
    assert not await sign_in.lasts(credential)
    await connection.close()


async def test_a_signed_in_read_takes_one_statement_more_than_an_anonymous_one(browser: Browser) -> None:
    await browser.enter(ADA)
    document = "{ levels { slug } }"
    await browser.run(document)
    with recorded_statements() as statements:
        await browser.run(document)
    # The API also looks out for news, whoever asks.
    assert len([each for each in statements if "publication" not in each]) == 2


async def test_a_visit_is_written_down_every_ten_minutes_and_not_with_each_request(browser: Browser) -> None:
    await browser.enter(ADA)
    begun = browser.product.clock()
    browser.product.clock.pass_time(minutes=9)
    await browser.run(VIEWER)
    assert await last_seen(browser) == begun
    browser.product.clock.pass_time(minutes=1)
    await browser.run(VIEWER)
    assert await last_seen(browser) == begun + timedelta(minutes=10)


async def last_seen(browser: Browser) -> object:
    async with browser.product.database.read_session() as session:
        return (await session.execute(sa.text("SELECT last_seen_at FROM browser_session"))).scalar_one()


def test_a_session_may_all_that_its_person_may() -> None:
    assert {scope.value for scope in ALL_SCOPES} == {"READ", "PROPOSE", "REVIEW", "ADMIN"}
    assert Lifetimes() == Lifetimes(timedelta(days=14), timedelta(days=90))
