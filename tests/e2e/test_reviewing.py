"""A reviewer's queue in a browser."""

from tests.e2e.conftest import Open
from tests.factories.community import Community, edit, edit_skill, row_of


async def test_a_queue_is_gone_through_by_keys(community: Community, opened: Open) -> None:
    skill = await community.skill()
    row = row_of(skill, "junior", "platform-engineer")
    await community.proposed(edit(row, description="Mine."), title="Say mine")
    await community.proposed(edit_skill(summary="Better."), title="Say it better")
    await community.proposed(edit_skill(keywords=["worse"]), title="Say it worse")
    await community.apply(edit(row, description="Theirs."))

    page = await opened("/queue", token=community.reviewer)
    await page.get_by_text("3 proposals").wait_for()
    await page.keyboard.press("j")
    await page.locator("ins", has_text="Mine.").wait_for()
    await page.keyboard.press("j")
    await page.locator("ins", has_text="Better.").wait_for()
    assert page.url.endswith("/queue?number=2")
    await page.keyboard.press("a")
    await page.get_by_text("2 proposals").wait_for()
    await page.locator("ins", has_text="worse").wait_for()  # the next has taken its place
    assert (await community.skill())["summary"] == "Better."

    await page.keyboard.press("d")
    await page.keyboard.type("It says less.")
    await page.get_by_role("button", name="Decline", exact=True).click()
    await page.get_by_text("1 proposal", exact=True).wait_for()
    assert (await community.proposal(3))["decisionReason"] == "It says less."

    await page.get_by_label("outdated").check()
    await page.get_by_label("in conflict").check()
    await page.wait_for_url("**/queue?outdated=true&conflicting=true")
    await page.get_by_role("link", name="Say mine").wait_for()
    await page.get_by_label("Made before").fill("2026-01-01")
    await page.get_by_role("button", name="Show").click()
    await page.get_by_text("Nothing waits for you.").wait_for()

    await page.get_by_label("Single keys").uncheck()
    await page.goto("/queue?number=1")
    await page.locator("ins", has_text="Mine.").wait_for()
    await page.keyboard.press("d")
    assert await page.evaluate("document.activeElement.name") != "reason"
