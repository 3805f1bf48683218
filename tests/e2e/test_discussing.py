"""Discussion, history and settings in a browser."""

from tests.e2e.conftest import Open
from tests.factories.community import Community, edit, row_of

SKILL = "/skills/progressive-delivery"


async def test_something_is_said_answered_and_taken_back(community: Community, opened: Open) -> None:
    page = await opened(SKILL, token=community.author)
    await page.locator("#comments").scroll_into_view_if_needed()
    await page.get_by_text("Nothing said so far.").wait_for()
    await page.get_by_label("Say something").fill("Is a **canary** asked of juniors too?")
    await page.get_by_role("button", name="Send").click()
    await page.locator(".thread strong", has_text="canary").wait_for()
    assert (
        await page.locator(".thread a", has_text="Author").get_attribute("href") == "/people/MTpQZXJzb246MQ"
    )
    await page.get_by_role("button", name="Thanks, 0").click()
    await page.get_by_role("button", name="Thanks, 1").wait_for()
    await page.get_by_role("button", name="Settle").click()
    await page.get_by_text("Settled").wait_for()
    await page.get_by_role("button", name="Reopen").click()
    await page.get_by_role("button", name="Settle").wait_for()
    await page.get_by_role("button", name="Delete").click()
    await page.get_by_text("Taken back by its author.").wait_for()


async def test_a_change_is_compared_and_undone(community: Community, opened: Open) -> None:
    row = row_of(await community.skill(), "junior", "platform-engineer")
    await community.apply(edit(row, description="Worse."))
    page = await opened(f"{SKILL}/history", token=community.reviewer)
    await page.get_by_role("link", name="What it changed").click()
    await page.locator("ins", has_text="Worse").first.wait_for()
    await page.get_by_text("Undo …").click()
    await page.get_by_label("Why it is undone").fill("It says less.")
    await page.get_by_role("button", name="Undo this change").click()
    await page.get_by_text("undoes revision 2").wait_for()
    assert row_of(await community.skill(), "junior", "platform-engineer")["description"] == row["description"]


async def test_a_watch_is_made_quieter_and_ended(community: Community, opened: Open) -> None:
    await community.watch()
    page = await opened("/settings", token=community.watcher)
    await page.get_by_label("How you hear of Progressive Delivery").select_option("WEEKLY")
    await page.wait_for_load_state("networkidle")
    await page.reload()
    await page.wait_for_selector("html[data-taken]")
    assert await page.get_by_label("How you hear of Progressive Delivery").input_value() == "WEEKLY"
    await page.get_by_role("button", name="Watch no longer").click()
    await page.get_by_text("Nothing yet.").wait_for()
