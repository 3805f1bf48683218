"""The worker forgets what signing in leaves behind."""

import sqlalchemy as sa

from service.credentials.rules import Lifetimes
from service.sign_in.sweeping import LINKS_KEPT, MAILS_KEPT
from tests.factories import Product
from tests.factories.browser import Browser
from tests.factories.documents import CHANGE_ADDRESS

ADA = "ada@skills.test"
TABLES = ("browser_session", "sign_in_link", "account_mail")


async def counted(product: Product) -> tuple[int, ...]:
    """How many sessions, links and mails about accounts there are, once the worker has done what waits."""
    await product.work()
    async with product.database.read_session() as session:
        return tuple(
            [(await session.execute(sa.text(f"SELECT count(*) FROM {name}"))).scalar_one() for name in TABLES]
        )


async def test_what_is_over_is_forgotten_and_nothing_else(browser: Browser) -> None:
    product = browser.product
    await browser.post((await browser.link(ADA)).path)
    await browser.run(CHANGE_ADDRESS, {"input": {"email": "ada@new.test"}})
    await product.work()
    new = product.mail.to("ada@new.test")[-1].get_body(("plain",))
    assert new is not None
    path = next(word for word in new.get_content().split() if "/sign-in/" in word).removeprefix(
        "https://skills.test"
    )
    await browser.post(path)
    # Two links, each with its mail, and the mail to the old address.
    assert await counted(product) == (1, 2, 3)
    product.clock.pass_time(hours=LINKS_KEPT.total_seconds() / 3600, minutes=9)
    assert await counted(product) == (1, 2, 3)
    product.clock.pass_time(minutes=1)
    assert await counted(product) == (1, 0, 1)
    product.clock.pass_time(days=MAILS_KEPT.days)
    assert await counted(product) == (1, 0, 0)
    product.clock.pass_time(days=Lifetimes().absolute.days)
    assert await counted(product) == (0, 0, 0)
