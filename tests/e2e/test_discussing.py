"""Discussion, history and settings in a browser."""

import re

from tests.e2e.conftest import Open
from tests.e2e.visiting import LEVEL_AA, faults
from tests.factories.comments import person_id
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


async def test_somebody_is_mentioned_by_keyboard_and_by_pointer(community: Community, opened: Open) -> None:
    await community.person("reviewer@elsewhere.test")  # of the same name
    page = await opened(SKILL, token=community.author)
    await page.locator("#comments").scroll_into_view_if_needed()
    field = page.get_by_label("Say something")
    await field.press_sequentially("Ask @wat")
    offers = page.get_by_role("listbox", name="People to mention")
    await offers.get_by_role("option", name="Watcher").wait_for()
    assert await faults(page, LEVEL_AA) == {}
    await field.press("Escape")
    await offers.wait_for(state="detached")
    await field.press_sequentially("c")
    await offers.wait_for()
    await field.press("Enter")
    assert await field.input_value() == "Ask @Watcher "
    await field.press_sequentially("or @rev")
    await offers.get_by_role("option").nth(1).wait_for()
    pointed = page.locator("[role=option][aria-selected=true]")
    first = await pointed.get_attribute("id")
    for key, at in (("ArrowDown", 1), ("ArrowDown", 0), ("ArrowUp", 1)):
        await field.press(key)
        assert await field.get_attribute("aria-activedescendant") == f"{first}"[:-1] + str(at)
        assert await pointed.get_attribute("id") == f"{first}"[:-1] + str(at)
    await offers.get_by_role("option").nth(0).click()
    assert await field.input_value() == "Ask @Watcher or @Reviewer "
    await field.press_sequentially("and @rev")
    await offers.get_by_role("option").nth(1).click()
    namesake = re.fullmatch(r"Ask @Watcher or @Reviewer and @\{(.+)\} ", await field.input_value())
    assert namesake, "of two of one name, the second stands as the API is sent it"
    await page.get_by_role("button", name="Send").click()
    await page.locator(".mention").nth(2).wait_for()
    shown = page.locator(".mention")
    assert await shown.all_inner_texts() == ["@Watcher", "@Reviewer", "@Reviewer"]
    ids = [await shown.nth(at).get_attribute("data-person") for at in range(3)]
    assert ids[0] == await person_id(community, community.watcher)
    assert ids[2] == namesake[1] != ids[1]
    await page.reload()
    await page.wait_for_selector("html[data-taken]")
    await page.locator("#comments").scroll_into_view_if_needed()
    await page.get_by_role("button", name="Edit").click()
    kept = page.get_by_label("Keep the change")
    assert await kept.input_value() == f"Ask @Watcher or @Reviewer and @{{{ids[2]}}}"
    await kept.fill((await kept.input_value()).replace("Ask", "Better ask"))
    await page.get_by_role("button", name="Send").first.click()
    await page.locator(".said", has_text="Better ask").wait_for()
    assert [await shown.nth(at).get_attribute("data-person") for at in range(3)] == ids


async def test_nobody_is_put_where_the_caret_has_been_moved_away(community: Community, opened: Open) -> None:
    page = await opened(SKILL, token=community.author)
    await page.locator("#comments").scroll_into_view_if_needed()
    field = page.get_by_label("Say something")
    offers = page.get_by_role("listbox", name="People to mention")
    for caret in (0, len("Hi @wat we should ship")):
        await field.fill("Hi  we should ship")
        await field.evaluate("field => field.setSelectionRange(3, 3)")
        await field.press_sequentially("@wat")
        await offers.wait_for()
        # By a program, as a screen reader moves it: no click tells of it.
        await field.evaluate("(field, at) => field.setSelectionRange(at, at)", caret)
        await field.press("Tab")
        assert await field.input_value() == "Hi @wat we should ship"
        await offers.wait_for(state="detached")
    await field.fill("Hi ")
    await field.press("End")
    await field.press_sequentially("@wat")
    await offers.wait_for()
    await field.click()
    await offers.wait_for(state="detached")
    await field.press("Enter")
    assert await field.input_value() == "Hi @wat\n"


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
