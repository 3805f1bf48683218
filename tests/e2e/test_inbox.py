"""The inbox and the settings of mail in a browser."""

import re

import sqlalchemy as sa

from service.api.cookies import SESSION
from service.credentials.actions import begin_session
from service.credentials.rules import Lifetimes
from service.people.queries import find_person_by_email
from tests.e2e.conftest import Open, words
from tests.factories.community import WATCHER, Community, edit_skill

SITE = re.compile(r"http://[^/]+")


async def cookie_of(community: Community, email: str) -> str:
    """The cookie of a browser in which the person is signed in: a WebSocket brings no other header along."""
    at = community.product.clock()
    async with community.product.database.transaction() as session:
        person = await find_person_by_email(session, email)
        assert person is not None
        secret = await begin_session(session, person.id, browser="", at=at, lifetimes=Lifetimes())
    return f"{SESSION}={secret}"


async def test_somebody_hears_at_once_reads_and_is_done(community: Community, opened: Open) -> None:
    await community.watch()
    page = await opened("/inbox", cookie=await cookie_of(community, WATCHER))
    await page.get_by_text("Nothing here.").wait_for()
    await page.wait_for_load_state("networkidle")
    await community.apply(edit_skill(summary="Another."))
    await community.product.work()
    await page.locator("#unread", has_text="1").wait_for()
    await page.get_by_text("Reviewer accepted the change · you watch it").wait_for()
    await page.get_by_role("button", name="Mark as read").click()
    await page.locator("#unread").wait_for(state="hidden")
    await page.get_by_role("button", name="Mark as unread").wait_for()
    await page.get_by_role("button", name="Done", exact=True).click()
    await page.get_by_text("Nothing here.").wait_for()
    await page.get_by_label("Show").first.select_option("true")
    await page.get_by_role("button", name="Not done yet").wait_for()
    assert page.url.endswith("/inbox?isDone=true")

    await page.get_by_role("link", name="Why was I not told?").click()
    subject = page.get_by_label("Skill or proposal")
    await subject.select_option("Progressive Delivery")
    await page.get_by_text("A proposal was accepted: The mail was sent").wait_for()
    [skill] = await subject.locator("optgroup").first.locator("option").all_inner_texts()
    assert skill == "Progressive Delivery"
    without = await opened(
        page.url.replace(SITE.match(page.url)[0], ""),  # type: ignore[index]
        cookie=await cookie_of(community, WATCHER),
        java_script_enabled=False,
    )
    assert await words(page) == await words(without)
    await page.get_by_role("navigation", name="Where this stands").get_by_role("link", name="Inbox").click()

    await page.get_by_role("link", name="How mail comes").click()
    await page.get_by_label("Time zone").select_option("Europe/Berlin")
    await page.get_by_label("Send no mail between these hours").check()
    await page.get_by_label("Decisions").select_option("WEEKLY")
    await page.get_by_role("button", name="Save").click()
    await page.locator("#said", has_text="Saved.").wait_for(state="attached")
    await page.reload()
    await page.wait_for_selector("html[data-taken]")
    assert await page.get_by_label("Time zone").input_value() == "Europe/Berlin"
    assert await page.get_by_label("Send no mail between these hours").is_checked()
    assert await page.get_by_label("Decisions").input_value() == "WEEKLY"

    async with community.product.database.transaction() as session:
        stop = "UPDATE mail_settings SET suppressed_at = now(), suppressed_because = 'BOUNCED'"
        await session.execute(sa.text(stop))
    for path in ("/settings/mail", "/inbox"):
        await page.goto(path)
        await page.wait_for_selector("html[data-taken]")
        await page.get_by_text("Mail came back from your address").wait_for()
    await page.get_by_role("link", name="Begin again").click()
    await page.get_by_role("button", name="Send a link to it, to begin again").click()
    await page.locator("#said", has_text="A link is on its way").wait_for(state="attached")
