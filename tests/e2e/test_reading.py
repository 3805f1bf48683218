"""Reading in a browser: what "Held by tests" of the page's specification asks of it."""

import re
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe

from service.watches.links import unsubscribe_token
from service.web.languages import PSEUDO
from tests.e2e.conftest import Open, words
from tests.factories.comments import commented, moderator
from tests.factories.community import Community, add, edit, row_of

SKILL = "/skills/progressive-delivery"
FULL = (
    f"{SKILL}?role=platform-engineer&from=junior&compare=platform-engineer&compare=release-engineer"
    "&row=junior.platform-engineer"
)
PAGES = (
    f"{SKILL}/history?from=1&to=1",
    "/settings",
    "/settings/mail",
    "/inbox",
    "/plan?role=platform-engineer&to=senior",
    "/",
    SKILL,
    FULL,
    "/roles",
    "/roles/platform-engineer",
    "/proposals",
    "/proposals/1",
    "/proposals/1/edit",
    "/queue",
    f"{SKILL}/suggest",
)
LEVEL_AA = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
REQUESTS_MOST = 15

# Everything that can be acted on and stands for itself; links within a line of text may be smaller (WCAG 2.5.8).
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, select, input:not([type=hidden]), summary')]
  .filter((one) => one.checkVisibility() && !one.closest('p, li, td, .skip'))
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < 24 || box.width < 24)).map(([html]) => html)"""

FOCUSED = """() => { const one = document.activeElement, style = getComputedStyle(one);
  return { text: one.innerText || one.name || one.tagName, top: one.getBoundingClientRect().top + scrollY,
           ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 } }"""

# Counted from the first paint on.
SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map((one) => one.value)))
  .observe({ type: 'layout-shift', buffered: true });"""


@pytest.fixture
async def told(community: Community) -> Community:
    """The skill with an open proposal."""
    row = row_of(await community.skill(), "middle", "release-engineer")
    await community.proposed(
        edit(row, description="Says it better. And more."), add("site-reliability-engineer", "senior")
    )
    return community


@pytest.mark.parametrize(
    "path", [*PAGES[:-1], f"{SKILL}?role=platform-engineer&from=principal", "/?search=nothing+such"]
)
async def test_server_and_script_say_the_same_words(told: Community, opened: Open, path: str) -> None:
    without = await opened(path, java_script_enabled=False)
    taken_over = await opened(path)
    assert await words(taken_over) == await words(without)


@pytest.mark.parametrize("language", ["de", PSEUDO])
async def test_they_do_in_every_language(told: Community, opened: Open, language: str) -> None:
    without = await opened(FULL, java_script_enabled=False, cookie=f"language={language}")
    taken_over = await opened(FULL, cookie=f"language={language}")
    assert await words(taken_over) == await words(without)


@pytest.mark.parametrize(
    ("scheme", "width", "rules", "paths"),
    [
        ("light", 360, LEVEL_AA, PAGES),
        ("dark", 1200, {"runOnly": ["color-contrast"]}, (FULL, "/roles/platform-engineer", "/proposals/1")),
    ],
)
async def test_every_page_is_accessible(
    told: Community, opened: Open, scheme: str, width: int, rules: dict[str, Any], paths: tuple[str, ...]
) -> None:
    """Colours differ by scheme, structure by width: each is looked at once."""
    page = await opened("/", color_scheme=scheme, viewport={"width": width, "height": 800})
    found: dict[str, Any] = {}
    for path in paths:
        await page.goto(path)
        await page.wait_for_selector("html[data-taken]")
        results = await Axe().run(page, options=rules)
        for fault in results.response["violations"]:
            found[f"{path} {fault['id']}"] = [node["html"][:160] for node in fault["nodes"][:3]]
    assert found == {}


async def test_pages_that_stand_by_themselves_are_accessible_and_fit(told: Community, opened: Open) -> None:
    page = await opened("/", viewport={"width": 320, "height": 640})
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
        results = await Axe().run(page, options=LEVEL_AA)
        for fault in results.response["violations"]:
            found[f"{path} {fault['id']}"] = [node["html"][:160] for node in fault["nodes"][:3]]
        if await page.evaluate("document.documentElement.scrollWidth") > 320:
            found[f"{path} scrolls"] = True
    assert found == {}
    complaints = opened.complaints  # type: ignore[attr-defined]
    complaints[:] = [one for one in complaints if "404" not in one]


async def test_what_people_do_is_as_accessible_as_what_they_read(told: Community, opened: Open) -> None:
    """The forms of an author, a reviewer and a moderator: by structure, in the dark, on a narrow screen, by touch."""
    await commented(told, "Say more.")
    row = row_of(await told.skill(), "middle", "release-engineer")
    await told.apply(edit(row, description="Moved on."))
    moderates = await moderator(told)
    found: dict[str, Any] = {}
    for path, token in (
        ("/proposals/1/edit", told.author),
        ("/proposals/1", told.reviewer),
        ("/queue?number=1", told.reviewer),
        ("/moderation", moderates),
        ("/moderation/people", moderates),
        ("/moderation/log", moderates),
    ):
        page = await opened(path, token=token, viewport={"width": 320, "height": 800})
        await page.wait_for_load_state("networkidle")
        await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
        for scheme, rules in (("light", LEVEL_AA), ("dark", {"runOnly": ["color-contrast"]})):
            await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for fault in (await Axe().run(page, options=rules)).response["violations"]:
                found[f"{path} {fault['id']} {scheme}"] = [node["html"][:160] for node in fault["nodes"][:3]]
        if small := await page.evaluate(SMALL_TARGETS):
            found[f"{path} targets"] = small
        if (width := await page.evaluate("document.documentElement.scrollWidth")) > 320:
            found[f"{path} width"] = width
        await page.context.close()
    assert found == {}


async def test_nothing_scrolls_sideways_on_a_narrow_screen_or_with_large_text(
    told: Community, opened: Open
) -> None:
    """In the pseudo-locale, whose words are longer than any language's."""
    page = await opened("/", cookie=f"language={PSEUDO}")
    wide = {}
    for path in PAGES:
        await page.goto(path)
        await page.wait_for_selector("html[data-taken]")
        for width, size in ((320, "100%"), (640, "200%")):
            await page.set_viewport_size({"width": width, "height": 640})
            await page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            found = await page.evaluate("document.documentElement.scrollWidth")
            if found > width:
                wide[f"{path} at {width}"] = found
    assert wide == {}


async def test_targets_are_large_enough(told: Community, opened: Open) -> None:
    page = await opened("/", viewport={"width": 360, "height": 800})
    small = {}
    for path in PAGES:
        await page.goto(path)
        await page.wait_for_selector("html[data-taken]")
        if found := await page.evaluate(SMALL_TARGETS):
            small[path] = found
    assert small == {}


@pytest.mark.parametrize("forced", ["none", "active"])
async def test_the_keyboard_goes_through_in_order_and_is_seen(
    told: Community, opened: Open, forced: str
) -> None:
    page = await opened(SKILL, forced_colors=forced)
    seen = []
    for _ in range(16):
        await page.keyboard.press("Tab")
        seen.append(await page.evaluate(FOCUSED))
    assert [one["text"] for one in seen if not one["ring"]] == []
    assert seen[0]["text"] == "Skip to content"
    tops = [one["top"] for one in seen[1:]]
    assert all(later > earlier - 60 for earlier, later in pairwise(tops))


async def test_a_row_opens_by_keyboard_and_its_address_restores_it(told: Community, opened: Open) -> None:
    page = await opened(SKILL)
    await page.get_by_role("link", name="Platform Engineer", exact=True).first.focus()
    await page.keyboard.press("Enter")
    await page.get_by_text("Last changed in revision 1.").wait_for()
    assert page.url.endswith("?row=junior.platform-engineer#junior.platform-engineer")
    await page.reload()
    assert await page.get_by_text("Last changed in revision 1.").is_visible()
    await page.go_back()
    await page.get_by_text("Last changed in revision 1.").wait_for(state="detached")


async def test_a_choice_is_shown_at_once_and_stands_in_the_address(told: Community, opened: Open) -> None:
    page = await opened(SKILL)
    await page.get_by_role("combobox", name="Role").select_option("platform-engineer")
    await page.get_by_label("Your level").select_option("junior")
    await page.get_by_role("heading", name="Middle next").wait_for()
    assert page.url.endswith("?role=platform-engineer&from=junior")


async def test_the_first_view_keeps_its_budget(told: Community, opened: Open) -> None:
    page = await opened("/roles")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.add_init_script(SHIFTS)
    await page.goto(FULL, wait_until="networkidle")
    assert len(asked) <= REQUESTS_MOST, asked
    assert [url for url in asked if url.endswith("/graphql")] == []  # the server has given the answer along
    assert sum(await page.evaluate("shifts")) == 0


async def test_going_from_page_to_page_asks_once_and_tells_the_reader(told: Community, opened: Open) -> None:
    page = await opened("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.get_by_role("link", name="Progressive Delivery").click()
    await page.get_by_role("heading", name="Progressive Delivery").wait_for()
    await page.locator("#said", has_text="Progressive Delivery · Skill Profile").wait_for(state="attached")
    assert await page.title() == "Progressive Delivery · Skill Profile"
    assert len([url for url in asked if url.endswith("/graphql")]) == 1
    assert await page.evaluate("document.activeElement.tagName") == "H1"
    await page.go_back()
    await page.get_by_role("heading", name="Skills", level=1).wait_for()


async def test_print_is_one_column_with_address_and_revision(told: Community, opened: Open) -> None:
    page = await opened(SKILL)
    await page.emulate_media(media="print")
    assert await page.get_by_text(re.compile(r"/skills/progressive-delivery · revision 1$")).is_visible()
    assert not await page.get_by_role("navigation", name="Main").is_visible()
    assert not await page.get_by_role("link", name="Suggest a change").is_visible()


async def test_the_explorer_runs_a_sample(told: Community, opened: Open) -> None:
    page = await opened("/roles")
    await page.goto("/graphql")
    assert len(await page.get_by_role("tab").all()) > 10
    await page.get_by_role("button", name="Execute query").click()
    await page.get_by_text('"What Progressive Delivery is."').wait_for()
