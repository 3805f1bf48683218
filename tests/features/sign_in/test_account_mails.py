"""A mail with a link goes at once, whatever its reader has stopped, and not after the link has expired."""

import pytest
import sqlalchemy as sa

from tests.factories import Product
from tests.factories.browser import Browser
from worker.mail.transport import PermanentRefusal, TransientRefusal
from worker.tasks.account_mail import account_mail

ADA = "ada@skills.test"


async def states(product: Product) -> list[tuple[bool, bool, int]]:
    """Of each mail: whether it was sent, whether it was given up, and how often it was tried."""
    statement = sa.text(
        "SELECT sent_at IS NOT NULL, failed_at IS NOT NULL, attempts FROM account_mail ORDER BY id"
    )
    async with product.database.read_session() as session:
        return [tuple(row) for row in await session.execute(statement)]


async def test_a_server_that_is_away_gets_it_a_moment_later(browser: Browser) -> None:
    product = browser.product
    product.mail.refusal = TransientRefusal("away")
    await browser.post("/sign-in", email=ADA)
    await product.work()
    assert await states(product) == [(False, False, 1)]
    product.mail.refusal = None
    product.clock.pass_time(seconds=5)
    await product.work()
    assert await states(product) == [(True, False, 2)]
    assert len(product.mail.to(ADA)) == 1


@pytest.mark.parametrize("minutes", [10, 60])
async def test_a_link_that_has_expired_is_not_sent(browser: Browser, minutes: int) -> None:
    product = browser.product
    product.mail.refusal = TransientRefusal("away")
    await browser.post("/sign-in", email=ADA)
    await product.work()
    product.mail.refusal = None
    product.clock.pass_time(minutes=minutes)
    await product.work()
    assert await states(product) == [(False, True, 1)]
    assert product.mail.messages == []


async def test_a_refusal_for_good_is_not_tried_again(browser: Browser) -> None:
    product = browser.product
    product.mail.refusal = PermanentRefusal("no such box")
    await browser.post("/sign-in", email=ADA)
    await product.work()
    product.clock.pass_time(minutes=1)
    await product.work()
    assert await states(product) == [(False, True, 1)]


async def test_a_job_that_comes_twice_sends_one_mail(browser: Browser) -> None:
    product = browser.product
    await browser.post("/sign-in", email=ADA)
    assert [await account_mail(product.around, 1) for _ in range(2)] == [1, 0]
    assert len(product.mail.messages) == 1


async def test_links_and_their_mails_are_forgotten_after_a_day(browser: Browser) -> None:
    product = browser.product
    await browser.link(ADA)
    product.clock.pass_time(days=1, minutes=11)
    await browser.post("/sign-in", email="wendy@skills.test")
    async with product.database.read_session() as session:
        addresses = (await session.execute(sa.text("SELECT email FROM sign_in_link"))).scalars().all()
    assert addresses == ["wendy@skills.test"]
    assert len(await states(product)) == 1
