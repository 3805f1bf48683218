"""A private plan in a browser: ticked, kept, merged at sign-in, and marked when something changes."""

from tests.e2e.conftest import Open
from tests.e2e.test_together import sign_in
from tests.factories.community import Community, edit, row_of

SKILL = "/skills/progressive-delivery"
ASKED = "Progressive Delivery: what a platform-engineer does at middle."


async def test_a_plan_begins_without_signing_in_and_lives_in_the_account(
    community: Community, opened: Open
) -> None:
    page = await opened(SKILL)
    await page.get_by_role("combobox", name="Role").select_option("platform-engineer")
    await page.get_by_label("Your level").select_option("junior")
    await page.get_by_label(ASKED).check()
    await page.reload()
    await page.wait_for_selector("html[data-taken]")
    assert await page.get_by_label(ASKED).is_checked()
    await page.goto(SKILL)
    await page.get_by_role("link", name="Go on as last time").click()
    await page.get_by_label(ASKED).wait_for()

    await page.get_by_role("link", name="Your plan").click()
    await page.get_by_text("1 of 1").first.wait_for()
    await page.get_by_role("link", name="Sign in to keep it in your account.").click()
    await sign_in(page, community, "nora@skills.test")
    await page.wait_for_selector("html[data-taken]")
    await page.get_by_text("1 of 1").first.wait_for()
    await page.wait_for_load_state("networkidle")
    assert await page.evaluate("localStorage.getItem('plan')") is None

    row = row_of(await community.skill(), "middle", "platform-engineer")
    await community.apply(edit(row, description=f"{ASKED} And more."))
    await page.goto("/plan")
    await page.wait_for_selector("html[data-taken]")
    await page.get_by_role("heading", name="Changed since you ticked it").wait_for()
    await page.get_by_text("1 of 2").first.wait_for()
    await page.get_by_role("button", name="I still cover it").click()
    await page.get_by_role("heading", name="Changed since you ticked it").wait_for(state="detached")

    await page.goto(SKILL)  # the plan stands in for the address
    await page.wait_for_selector("html[data-taken]")
    assert await page.get_by_label("Your level").input_value() == "junior"
    await page.get_by_label(ASKED).uncheck()
    await page.wait_for_load_state("networkidle")
    await page.get_by_role("link", name="Your plan").click()
    await page.get_by_text("0 of 2").first.wait_for()
    await page.get_by_text("0 of 2").last.click()
    await page.get_by_label("And more.").check()
    await page.get_by_text("1 of 2").first.wait_for()
