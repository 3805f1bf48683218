"""Pages for everybody: by axe, in the light and in the dark, on a narrow screen, with large text and by touch.

In the pseudo-locale, whose words are longer than any language's.
"""

from typing import Any

from service.watches.links import unsubscribe_token
from service.web.languages import PSEUDO
from tests.e2e.conftest import Open
from tests.e2e.visiting import COLOURS, FULL, LEVEL_AA, PAGES, SKILL, faults, looked_at, too_wide, visit
from tests.factories.comments import commented, moderator, reported
from tests.factories.community import Community, edit, row_of
from tests.factories.plans import SET_PLAN, TICK, expectation_of, place_of
from tests.factories.webhooks import delivered, let_reach_itself, made_webhook, receiving

PSEUDO_COOKIE = f"language={PSEUDO}"
# The first person and the first skill.
TRACES = "/moderation/told?person=MTpQZXJzb246MQ&subject=MTpTa2lsbDox"
IN_LIGHT = {"light": LEVEL_AA}
IN_BOTH = {"light": LEVEL_AA, "dark": COLOURS}


async def test_every_page_is_accessible_and_fits(told: Community, opened: Open) -> None:
    """Colours differ by scheme, and are looked at where most of them are."""
    page = await opened("/", cookie=PSEUDO_COOKIE)
    found: dict[str, Any] = {}
    for path in PAGES:
        await visit(page, path)
        is_colourful = path in (FULL, "/roles/platform-engineer", "/proposals/1")
        found |= await looked_at(page, path, IN_BOTH if is_colourful else IN_LIGHT)
    assert found == {}


async def test_what_people_do_is_as_accessible_as_what_they_read(told: Community, opened: Open) -> None:
    """The forms of an author, a reviewer and a moderator, a plan with ticks and an inbox with news; all unfolded."""
    said = await commented(told, "Say more.")
    await reported(told, {"subjectId": said, "kind": "SPAM"})
    await planned(told)
    await told.watch()
    let_reach_itself(told)
    async with receiving() as receiver:
        await delivered(told, await made_webhook(told, receiver.url))
    row = row_of(await told.skill(), "middle", "release-engineer")
    await told.apply(edit(row, description="Moved on."))
    await told.product.work()
    found: dict[str, Any] = {}
    for token, paths in (
        (
            told.author,
            (SKILL, f"{SKILL}/suggest", "/proposals/1/edit", "/settings/account", "/settings/mail"),
        ),
        (told.watcher, ("/plan", "/inbox", "/inbox/why?subject=MTpTa2lsbDox", "/settings")),
        (told.reviewer, ("/proposals/1", "/queue?number=1", f"{SKILL}/history")),
        (
            await moderator(told),
            ("/moderation", "/moderation/people", "/moderation/webhooks", "/moderation/log", TRACES),
        ),
    ):
        page = await opened("/roles", token=token, cookie=PSEUDO_COOKIE)
        for path in paths:
            await visit(page, path)
            await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
            found |= await looked_at(page, path, IN_BOTH)
        await page.context.close()
    assert found == {}


async def planned(community: Community) -> None:
    """The watcher aims for a level, and has ticked what is asked of the one before."""
    place = await place_of(community)
    ladder = {"roleId": place["roleId"], "levelId": None, "goalId": place["levelId"]}
    for document, given in (
        (SET_PLAN, ladder),
        (TICK, {"expectations": [await expectation_of(community)]}),
    ):
        data = await community.product.run(document, {"input": given}, token=community.watcher)
        assert next(iter(data.values()))["userErrors"] == []


async def test_pages_that_stand_by_themselves_are_accessible_and_fit(told: Community, opened: Open) -> None:
    page = await opened("/", cookie=PSEUDO_COOKIE)
    token = unsubscribe_token(told.product.around.secret_key, 1)
    found: dict[str, Any] = {}
    for path in (
        "/developers",
        "/sign-in",
        "/sign-out",
        f"/u/{token}",
        "/u/nothing",
        "/m/nothing",
        "/nowhere",
    ):
        await page.goto(path)
        for rule, nodes in (await faults(page, LEVEL_AA)).items():
            found[f"{path} {rule}"] = nodes
        if wide := await too_wide(page):
            found[path] = wide
    assert found == {}
    complaints = opened.complaints  # type: ignore[attr-defined]
    complaints[:] = [one for one in complaints if "404" not in one]
