"""Several people at once, from signing in to the last mail."""

import asyncio
import re

from playwright.async_api import Page

from tests.e2e.conftest import Open
from tests.factories.community import REVIEWER, Community, edit, row_of

SKILL = "/skills/progressive-delivery"
BETTER = "Knows what a canary is, and why."


async def sign_in(page: Page, community: Community, address: str) -> None:
    """By the mailed link, from the page that is open."""
    await page.get_by_label("Your mail address").fill(address)
    await page.get_by_role("button", name="Send me a link").click()
    await page.get_by_text("Look into your mail").wait_for()
    await community.product.work()
    mail = community.product.mail.to(address)[-1].get_body(("plain",))
    assert mail is not None
    [link] = re.findall(r"http://\S+/sign-in/\S+", mail.get_content())
    await page.goto(link)
    await page.get_by_role("button", name="Sign in").click()


async def test_from_a_draft_to_the_last_mail(community: Community, opened: Open) -> None:
    product = community.product
    writer = await opened(SKILL)
    await writer.get_by_role("link", name="Platform Engineer", exact=True).first.click()
    await writer.get_by_role("link", name="Suggest a change of this row").click()
    await writer.get_by_label("Description").fill(BETTER)
    await writer.get_by_label("Title").fill("Say why")
    await writer.get_by_role("link", name="Sign in to send it").click()
    await sign_in(writer, community, "nora@skills.test")
    await writer.wait_for_selector("html[data-taken]")
    assert await writer.get_by_label("Title").input_value() == "Say why"
    await writer.get_by_role("button", name="Send the suggestion").click()
    await writer.get_by_role("heading", name="Say why").wait_for()

    reader = await opened(SKILL)
    watcher = await opened(SKILL, token=community.watcher)
    await watcher.get_by_role("button", name="Watch", exact=True).click()
    await watcher.get_by_role("button", name="Watching").wait_for()
    product.mail.messages.clear()

    reviewer = await opened("/sign-in?next=/proposals/1", is_ours=False)
    await sign_in(reviewer, community, REVIEWER)
    await reviewer.wait_for_selector("html[data-taken]")
    await reviewer.get_by_role("button", name="Accept").click()
    await reviewer.get_by_text("revision 2").wait_for()
    await product.work()

    row = reader.locator("tr.changed")
    await row.get_by_text(BETTER).wait_for(timeout=5_000)
    assert "changed this skill just now" in await reader.locator("#said").inner_text()
    [mail] = product.mail.to("watcher@skills.test")
    assert "Progressive Delivery" in str(mail["Subject"])
    link = re.findall(r"<(http\S+)>", str(mail["List-Unsubscribe"]))[0]
    ended = await product.client.post(link, data={"List-Unsubscribe": "One-Click"})
    assert ended.status_code == 200

    await community.apply(
        edit(row_of(await community.skill(), "middle", "platform-engineer"), description="Next.")
    )
    await product.work()
    assert len(product.mail.to("watcher@skills.test")) == 1
    await reader.get_by_text("Next.").wait_for(timeout=5_000)


async def test_a_text_that_is_being_read_is_not_replaced(community: Community, opened: Open) -> None:
    reader = await opened(SKILL)
    row = row_of(await community.skill(), "junior", "platform-engineer")
    shown = reader.locator("tr.row").first
    await shown.hover()
    await community.apply(edit(row, description=BETTER))
    await community.product.work()
    button = shown.get_by_role("button", name="Changed just now")
    await button.wait_for()
    assert row["description"] in await shown.inner_text()
    await button.click()
    await shown.get_by_text(BETTER).wait_for()


async def test_twelve_tabs_of_one_browser_stay_live(community: Community, opened: Open) -> None:
    """Browsers allow six connections over HTTP/1.1 to an origin: none of the tabs may keep one for itself."""
    first = await opened(SKILL)

    async def another() -> Page:
        tab = await first.context.new_page()
        await tab.goto(SKILL)
        await tab.wait_for_selector("html[data-taken]")
        return tab

    tabs = [first, *await asyncio.gather(*(another() for _ in range(11)))]
    for tab in tabs:
        await tab.wait_for_load_state("networkidle")
    row = row_of(await community.skill(), "junior", "platform-engineer")
    await community.apply(edit(row, description=BETTER))
    await community.product.work()
    for tab in tabs:
        await tab.locator("tr.changed").get_by_text(BETTER).wait_for()
    await tabs[-1].get_by_role("link", name="Roles", exact=True).click()  # and the network is free for more
    await tabs[-1].get_by_role("heading", name="Roles", level=1).wait_for()
