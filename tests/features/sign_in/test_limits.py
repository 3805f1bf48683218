"""How often somebody may ask for a link: by address and by network, the same whether or not the address is known."""

from typing import Any

import pytest
import time_machine
from redis.asyncio import Redis

from service.rates import Rates
from service.settings import Settings
from service.sign_in.rules import LINKS_PER_ADDRESS, LINKS_PER_NETWORK
from tests.factories import Product
from tests.factories.browser import Browser
from tests.factories.contents import everything

ADA = "ada@skills.test"


async def statuses(browser: Browser, *emails: str) -> list[int]:
    return [(await browser.post("/sign-in", email=email)).status_code for email in emails]


@pytest.mark.parametrize("is_known", [True, False])
async def test_an_address_gets_three_links_an_hour_from_wherever(
    browser: Browser, other: Browser, is_known: bool
) -> None:
    if is_known:
        await other.enter(ADA)
    assert await statuses(browser, ADA, ADA.upper()) == [200, 200]
    assert await statuses(other, ADA, ADA) == [200, 429]
    await browser.product.work()
    assert len(browser.product.mail.messages) == LINKS_PER_ADDRESS


async def test_what_is_refused_says_when_to_go_on_and_writes_nothing(browser: Browser) -> None:
    await statuses(browser, *[ADA] * LINKS_PER_ADDRESS)
    before = await everything(browser.product.database)
    refused = await browser.post("/sign-in", email=ADA)
    assert refused.status_code == 429
    assert 3_500 < int(refused.headers["retry-after"]) <= 3_600
    assert await everything(browser.product.database) == before


async def test_an_hour_later_it_goes_on(browser: Browser) -> None:
    with time_machine.travel("2026-11-25T12:00:00Z", tick=True) as traveller:
        await statuses(browser, *[ADA] * LINKS_PER_ADDRESS)
        traveller.shift(3_590)
        assert await statuses(browser, ADA) == [429]
        traveller.shift(20)
        assert await statuses(browser, ADA) == [200]


async def test_a_network_gets_twenty_links_an_hour_for_whatever_addresses(
    browser: Browser, other: Browser
) -> None:
    some = [f"person{number}@skills.test" for number in range(LINKS_PER_NETWORK)]
    assert set(await statuses(browser, *some)) == {200}
    assert await statuses(browser, "one-more@skills.test") == [429]
    assert await statuses(other, "one-more@skills.test") == [200]


async def test_a_household_on_ipv6_is_one_network(product: Product) -> None:
    async with (
        Browser(product, address="2001:db8:1:2::1") as one,
        Browser(product, address="2001:db8:1:2:f::9") as two,
    ):
        await statuses(one, *(f"person{number}@skills.test" for number in range(LINKS_PER_NETWORK)))
        assert await statuses(two, ADA) == [429]
    async with Browser(product, address="2001:db8:1:3::1") as elsewhere:
        assert await statuses(elsewhere, ADA) == [200]


async def test_no_address_stands_in_valkey(browser: Browser, redis_url: str) -> None:
    await statuses(browser, ADA)
    valkey: Any = Redis.from_url(redis_url)
    keys = b" ".join(await valkey.keys("*"))
    assert keys
    assert b"ada" not in keys
    assert b"192.0.2.1" not in keys
    await valkey.aclose()


class TestWithoutValkey:
    """Each process counts by itself."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})

    async def test_links_are_sent_and_still_counted(
        self, browser: Browser, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert await statuses(browser, ADA, ADA, ADA, ADA) == [200, 200, 200, 429]
        assert "rates_counted_alone" in "".join(capfd.readouterr())


@pytest.mark.parametrize("url", ["redis://h:1/0", "rediss://h:1/0", "unix:///s?db=1"])
def test_every_way_to_valkey_is_one_to_count_by(url: str) -> None:
    assert Rates(url).storage.bridge.uri == url
