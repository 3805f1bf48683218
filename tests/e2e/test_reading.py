"""Reading in a browser: what "Held by tests" of the page's specification asks of it."""

import re
from itertools import pairwise

import pytest

from service.web.languages import PSEUDO
from tests.e2e.conftest import Open, words
from tests.e2e.visiting import FULL, PAGES, SKILL
from tests.factories.community import Community

REQUESTS_MOST = 15

FOCUSED = """() => { const one = document.activeElement, style = getComputedStyle(one);
  return { text: one.innerText || one.name || one.tagName, top: one.getBoundingClientRect().top + scrollY,
           ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 } }"""

# Counted from the first paint on.
SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map((one) => one.value)))
  .observe({ type: 'layout-shift', buffered: true });"""


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
