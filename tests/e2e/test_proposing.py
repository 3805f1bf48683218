"""Proposing in a browser."""

from tests.e2e.conftest import Open, words
from tests.factories.community import Community, edit, row_of

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


async def test_several_changes_are_previewed_sent_as_one_and_edited(
    community: Community, opened: Open
) -> None:
    row = row_of(await community.skill(), "junior", "platform-engineer")
    await community.proposed(edit(row, description="Something else."))
    await community.add_skill("Canary Analysis")
    page = await opened(f"{SKILL}/suggest?row=junior.platform-engineer", token=community.author)
    await page.get_by_label("Description").fill(BETTER)
    place = page.get_by_label("What to change")
    await place.select_option(label="Add a requirement")
    await page.get_by_label("Role").select_option(label="Site Reliability Engineer")
    await page.get_by_label("Level").select_option(label="Senior")
    await page.get_by_label("Description").fill("Ends a release that does harm.")
    await page.get_by_label("Title").fill("Say why")
    effect = page.get_by_role("region", name="What it would come to")
    await effect.locator("ins", has_text="11").wait_for()
    assert "1 field in common" in await effect.inner_text()

    await page.get_by_text("Change another skill").click()
    await page.get_by_label("Its name").fill("canary")
    await page.get_by_role("button", name="Search").click()
    await page.get_by_role("link", name="Canary Analysis").click()
    await page.locator("optgroup").nth(1).wait_for(state="attached")
    await place.select_option(index=await page.locator("optgroup").first.locator("option").count())
    await page.get_by_label("Summary").fill("How one reads a canary.")
    await page.get_by_role("button", name="Send the suggestion").click()
    await page.get_by_role("heading", name="Say why").wait_for()
    sent = await community.proposal(2)
    assert len({change["kind"] for change in sent["changes"]}) == 3

    await page.get_by_role("link", name="Edit the proposal").click()
    addition = page.get_by_role("article").filter(has_text="Site Reliability Engineer")
    await addition.get_by_role("button", name="Leave as it is").click()
    await page.get_by_label("Title").fill("Say why, and no more")
    await page.get_by_role("button", name="Keep the change").click()
    await page.get_by_role("heading", name="Say why, and no more").wait_for()
    kept = await community.proposal(2)
    assert {change["kind"] for change in kept["changes"]} == {"EDIT_REQUIREMENT", "EDIT_SKILL"}


async def test_a_proposal_is_rebased_reviewed_accepted_with_other_words_and_undone(
    community: Community, opened: Open
) -> None:
    row = row_of(await community.skill(), "junior", "platform-engineer")
    await community.proposed(edit(row, description="Mine."))
    await community.apply(edit(row, description="Theirs."))

    reviewer = await opened("/proposals/1", token=community.reviewer)
    await reviewer.get_by_text("Conflicts", exact=True).wait_for()
    assert "Theirs." in await reviewer.get_by_role("region", name="What has moved since").inner_text()
    await reviewer.get_by_text("Say what you think of it").click()
    await reviewer.get_by_label("What you think of it").fill("Say both.")
    await reviewer.get_by_role("button", name="Ask for changes").click()
    await reviewer.get_by_text("Reviewer asks for changes of version 1").wait_for()

    author = await opened("/proposals/1", token=community.author)
    await author.get_by_text("Write it against the present text").click()
    await author.get_by_label("Otherwise", exact=True).check()
    await author.get_by_label("Description, Otherwise").fill("Both.")
    await author.get_by_role("button", name="Write it anew").click()
    await author.get_by_role("heading", name="Earlier versions").wait_for()
    assert await author.get_by_text("Conflicts", exact=True).count() == 0

    await community.product.work()
    await reviewer.get_by_text("Version 2, by Author").wait_for()
    await reviewer.get_by_text("Say what you think of it").click()
    await reviewer.get_by_role("button", name="Approve").click()
    await reviewer.get_by_text("Reviewer approves of version 2").wait_for()
    await reviewer.get_by_role("button", name="Work it out").click()
    await reviewer.get_by_text("0 people who watch would be told.").wait_for()
    await reviewer.get_by_text("Accept with other words").click()
    await reviewer.get_by_label("Otherwise", exact=True).check()
    await reviewer.get_by_label("Description, Otherwise").fill("Ours.")
    without = await opened("/proposals/1", java_script_enabled=False)
    assert await words(await opened("/proposals/1")) == await words(without)
    await reviewer.get_by_role("button", name="Accept it like that").click()
    await reviewer.get_by_text("revision 3").first.wait_for()
    assert row_of(await community.skill(), "junior", "platform-engineer")["description"] == "Ours."

    await reviewer.get_by_text("Undo …").click()
    await reviewer.get_by_label("Why it is undone").fill("It says less.")
    await reviewer.get_by_role("button", name="Undo this change").click()
    await reviewer.get_by_text("undoes revision 3").wait_for()
    assert row_of(await community.skill(), "junior", "platform-engineer")["description"] == "Theirs."


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
    await page.get_by_label("In a word").select_option("UNCLEAR")
    await page.get_by_label("Reason").fill("It says less.")
    await page.get_by_role("button", name="Decline", exact=True).click()
    await page.get_by_text("It says less.").wait_for()
    await page.get_by_text("It cannot be understood").first.wait_for()
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
