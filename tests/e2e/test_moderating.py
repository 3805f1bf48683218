"""Keeping order in a browser."""

from tests.e2e.conftest import Open, words
from tests.factories.comments import comment, commented, moderator
from tests.factories.community import Community, edit_skill
from tests.factories.webhooks import let_reach_itself, receiving

SKILL = "/skills/progressive-delivery"


async def test_what_is_reported_or_waits_is_settled_by_keys_and_logged(
    community: Community, opened: Open
) -> None:
    await community.proposed(edit_skill(summary="Better."), title="Buy this")
    await commented(community, "Say more.")
    newcomer = await community.product.token("new@skills.test", is_new=True)
    await comment(community, "See https://elsewhere.example", token=newcomer)

    reader = await opened("/proposals/1", token=community.watcher)
    order = reader.get_by_role("region", name="Keeping order")
    await order.get_by_text("Report …").click()
    await order.get_by_label("What is wrong with it").select_option("SPAM")
    await order.get_by_label("What else").fill("It sells.")
    await order.get_by_role("button", name="Tell a moderator").click()
    await reader.locator("#said", has_text="A moderator will look at it.").wait_for(state="attached")

    token = await moderator(community)
    page = await opened("/moderation", token=token)
    without = await opened("/moderation", token=token, java_script_enabled=False)
    assert set(await words(without)) <= set(await words(page))
    await page.get_by_text("It sells.").wait_for()
    await page.keyboard.press("j")
    await page.keyboard.press("d")  # the browser leads to the reason, which is wanting
    await page.keyboard.type("It sells.")
    await page.get_by_role("button", name="Hide it").click()
    await page.get_by_text("Nobody has reported anything.").wait_for()
    await page.keyboard.press("j")
    await page.get_by_label("Reason, for the log").fill("It is about the skill.")
    await page.get_by_role("button", name="Let it through").click()
    await page.get_by_text("No comment waits.").wait_for()
    assert (await community.proposal())["title"] == "Hidden by a moderator"

    await page.get_by_role("link", name="Log", exact=True).click()
    await page.get_by_text("It is about the skill.").wait_for()
    assert "Moderator: hid" in await page.get_by_role("listitem").filter(has_text="It sells.").inner_text()

    await page.goto("/proposals/1")
    await page.get_by_text("Who must agree …").click()
    await page.get_by_label("must agree").select_option("2")
    await page.get_by_role("button", name="Let this hold").click()
    await page.get_by_text("0 of 2 approvals").wait_for()

    await page.goto(SKILL)
    await page.wait_for_selector("html[data-taken]")
    await page.locator("#comments").scroll_into_view_if_needed()
    await page.get_by_text("Lock the discussion …").click()
    await page.get_by_label("Reason, for the log").last.fill("It is hot.")
    await page.get_by_role("button", name="Lock it").click()
    await page.get_by_text("Unlock the discussion …").wait_for()
    await reader.goto(SKILL)
    await reader.wait_for_selector("html[data-taken]")
    await reader.locator("#comments").scroll_into_view_if_needed()
    await reader.get_by_text("A moderator has locked this discussion").wait_for()
    assert await reader.get_by_label("Say something").count() == 0


async def test_people_are_given_roles_and_suspended(community: Community, opened: Open) -> None:
    page = await opened("/moderation/people?name=auth", token=await moderator(community))
    await page.get_by_text("1 person", exact=True).wait_for()
    await page.get_by_text("Role …").click()
    await page.get_by_label("Role of Author").select_option("REVIEWER")
    await page.get_by_label("Domain", exact=True).check()
    await page.get_by_label("Reason, for the log").first.fill("They know it well.")
    await page.get_by_role("button", name="Give this role").click()
    await page.locator("li .badge", has_text="Reviewer").wait_for()
    await page.get_by_text("Suspend …").click()
    await page.get_by_label("Reason, for the log").last.fill("They shout.")
    await page.get_by_role("button", name="Suspend them").click()
    await page.locator("li .badge", has_text="Suspended").wait_for()
    assert "Domain" in await page.locator("li.line > span").inner_text()
    refused = await opened("/moderation", token=community.reviewer, is_ours=False)
    await refused.get_by_text("This cannot be shown").wait_for()
    opened.complaints.clear()  # type: ignore[attr-defined]  # of the 403 that was meant


async def test_programs_are_told_and_what_became_of_a_mail_is_seen(
    community: Community, opened: Open, site: str
) -> None:
    let_reach_itself(community)
    await community.watch()
    async with receiving() as receiver:
        page = await opened("/moderation/webhooks", token=await moderator(community))
        await page.get_by_text("Tell a program …").click()
        form = page.locator("form", has=page.get_by_role("button", name="Make the webhook"))
        await form.get_by_label("Address, by https").fill("https://203.0.113.7/here")
        await form.get_by_label("A proposal was accepted").check()
        await form.get_by_role("button", name="Make the webhook").click()
        first = await page.locator("code.secret").inner_text()
        await page.get_by_text("Another secret …").click()
        await page.get_by_role("button", name="Give it another secret").click()
        await page.wait_for_function(
            "(old) => document.querySelector('code.secret').innerText !== old", arg=first
        )
        await page.get_by_text("Change …").click()
        await page.locator("article").get_by_label("Address, by https").fill(receiver.url)
        await page.get_by_role("button", name="Save").click()
        await page.get_by_role("heading", name=receiver.url).wait_for()
        await community.apply(edit_skill(summary="Another."))
        await community.product.work()
        await page.reload()
        await page.get_by_text("1 delivery within 30 days").click()
        await page.get_by_text("Delivered", exact=True).wait_for()
        await page.get_by_role("button", name="Send it once more").click()
        await page.get_by_text("Waits until").wait_for()
        await community.product.work()
        assert len(receiver.calls) == 2
    await page.get_by_role("button", name="Turn off").click()
    await page.get_by_text("Turned off").wait_for()
    await page.get_by_text("Remove …").click()
    await page.get_by_role("button", name="Remove it").click()
    await page.get_by_text("No program is told of anything yet.").wait_for()

    await page.get_by_role("link", name="Who was told").click()
    await page.get_by_role("combobox", name="Person").select_option("Watcher")
    await page.get_by_role("combobox", name="Skill or proposal").select_option("Progressive Delivery")
    told = page.get_by_role("listitem").filter(has_text="A proposal was accepted")
    await told.get_by_text("The mail was sent").wait_for()
    path = page.url.removeprefix(site)
    without = await opened(path, token=await moderator(community), java_script_enabled=False)
    assert await words(without) == await words(page)

    await page.get_by_role("link", name="Log", exact=True).click()
    await page.get_by_role("listitem").filter(has_text="made a webhook 203.0.113.7").wait_for()
    without = await opened("/moderation/log", token=await moderator(community), java_script_enabled=False)
    assert await words(without) == await words(page)
