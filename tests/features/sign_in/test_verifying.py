"""Whoever gets no mail, because mail came back, proves the address once more and gets mail again."""

import sqlalchemy as sa

from tests.factories.browser import Browser, link_in
from tests.factories.community import codes
from tests.factories.documents import VERIFY_ADDRESS

ADA = "ada@skills.test"
STOPPED = "{ viewer { settings { mailStoppedBecause } } }"
STOP = """INSERT INTO mail_settings (person_id, time_zone, locale, digest_hour, digest_weekday, has_digests,
  suppressed_at, suppressed_because) SELECT id, 'UTC', 'en', 8, 1, true, :at, 'BOUNCED'
  FROM person WHERE email = :who"""


async def test_a_link_to_ones_own_address_lets_mail_go_again(browser: Browser, other: Browser) -> None:
    product = browser.product
    await browser.enter(ADA)
    await other.enter(ADA)
    async with product.database.transaction() as session:
        await session.execute(sa.text(STOP), {"at": product.clock(), "who": ADA})
    refused = (await browser.run(VERIFY_ADDRESS, {"input": {"email": "ada@else.test"}}))["verifyAddress"]
    assert codes(refused) == ["INVALID_INPUT"]
    assert codes((await browser.run(VERIFY_ADDRESS, {"input": {"email": ADA}}))["verifyAddress"]) == []
    await product.work()
    (asked,) = product.mail.to(ADA)
    assert (await browser.run(STOPPED))["viewer"]["settings"] == {"mailStoppedBecause": "BOUNCED"}
    assert (await browser.post(link_in(asked).path)).status_code == 303
    assert (await browser.run(STOPPED))["viewer"]["settings"] == {"mailStoppedBecause": None}
    assert await other.who() == ADA, "nobody is signed out"
    await product.work()
    assert len(product.mail.to(ADA)) == 1, "nor told that the address is another"
