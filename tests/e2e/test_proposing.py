"""Proposing in a browser."""

from tests.e2e.conftest import Open
from tests.factories.community import Community

SKILL = "/skills/progressive-delivery"
BETTER = "Knows what a canary is, and why."


async def test_a_row_is_suggested_accepted_and_read(community: Community, opened: Open) -> None:
    page = await opened(f"{SKILL}?row=junior.platform-engineer", token=community.author)
    await page.get_by_role("link", name="Suggest a change of this row").click()
    await page.get_by_label("Description").fill(BETTER)
    await page.get_by_label("Title").fill("Say why")
    assert "canary" in " ".join(await page.locator("article ins").all_inner_texts())
    await page.get_by_role("button", name="Send the suggestion").click()
    await page.get_by_role("heading", name="Say why").wait_for()
    assert page.url.endswith("/proposals/1")
    await page.get_by_role("button", name="Take it back").wait_for()

    reviewer = await opened("/proposals/1", token=community.reviewer)
    await reviewer.get_by_role("button", name="Accept").click()
    await reviewer.get_by_text("revision 2").wait_for()
    await reviewer.get_by_role("link", name="Progressive Delivery").click()
    await reviewer.get_by_text(BETTER).first.wait_for()


async def test_a_draft_outlives_the_window_and_is_thrown_away_when_asked(
    community: Community, opened: Open
) -> None:
    page = await opened(f"{SKILL}/suggest", token=community.author)
    await page.get_by_label("Summary").fill("Kept.")
    await page.get_by_label("Title").fill("Also kept")
    await page.reload()
    await page.wait_for_selector("html[data-taken]")
    assert await page.get_by_label("Summary").input_value() == "Kept."
    assert await page.get_by_label("Title").input_value() == "Also kept"
    await page.get_by_role("button", name="Throw the draft away").click()
    assert await page.get_by_label("Summary").input_value() == "What Progressive Delivery is."


async def test_what_is_wrong_is_said_and_nothing_is_lost(community: Community, opened: Open) -> None:
    page = await opened(f"{SKILL}/suggest", token=community.author)
    await page.get_by_label("Short name in the address").fill("No slug!")
    await page.get_by_label("Title").fill("Rename it")
    await page.get_by_role("button", name="Send the suggestion").click()
    await page.get_by_role("alert").get_by_text("A slug is").wait_for()
    assert await page.get_by_label("Title").input_value() == "Rename it"


async def test_declining_needs_a_reason(community: Community, opened: Open) -> None:
    await community.proposed({"editSkill": {"summary": "Worse."}})
    page = await opened("/proposals/1", token=community.reviewer)
    await page.get_by_text("Decline …").click()
    await page.get_by_label("Reason").fill("It says less.")
    await page.get_by_role("button", name="Decline", exact=True).click()
    await page.get_by_text("It says less.").wait_for()
    await page.get_by_text("Declined").first.wait_for()


async def test_watching_is_one_press(community: Community, opened: Open) -> None:
    page = await opened(SKILL, token=community.watcher)
    await page.get_by_role("button", name="Watch", exact=True).click()
    await page.get_by_role("button", name="Watching").wait_for()
    assert (await community.watching())["watcherCount"] == 1
    await page.get_by_role("button", name="Watching").click()
    await page.get_by_text("0 people watch").wait_for()


async def test_with_the_network_cut_it_says_so_and_recovers(community: Community, opened: Open) -> None:
    page = await opened(SKILL, token=community.watcher)
    complaints = opened.complaints  # type: ignore[attr-defined]
    await page.context.set_offline(True)
    await page.get_by_text("You are offline").wait_for()
    await page.get_by_role("button", name="Watch", exact=True).click()
    await page.get_by_role("alert").get_by_text("The server cannot be reached.").wait_for()
    await page.context.set_offline(False)
    await page.get_by_text("You are offline").wait_for(state="detached")
    await page.get_by_role("button", name="Watch", exact=True).click()
    await page.get_by_role("button", name="Watching").wait_for()
    complaints[:] = [one for one in complaints if "ERR_INTERNET_DISCONNECTED" not in one]
