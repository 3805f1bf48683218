"""Going through many pages in one browser, as a reader does by links: each is looked at by axe and by a ruler."""

from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

SKILL = "/skills/progressive-delivery"
FULL = (
    f"{SKILL}?role=platform-engineer&from=junior&compare=platform-engineer&compare=release-engineer"
    "&row=junior.platform-engineer"
)
PAGES = (
    f"{SKILL}/history?from=1&to=1",
    "/settings",
    "/settings/account",
    "/settings/mail",
    "/inbox",
    "/inbox/why?subject=MTpTa2lsbDox",
    "/plan?role=platform-engineer&to=senior",
    "/",
    SKILL,
    FULL,
    "/people/MTpQZXJzb246MQ",
    "/roles",
    "/roles/platform-engineer",
    "/proposals",
    "/proposals/1",
    "/proposals/1/edit",
    "/queue",
    f"{SKILL}/suggest",
)
LEVEL_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast"]

# Everything that can be acted on and stands for itself; links within a line of text may be smaller (WCAG 2.5.8).
_SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, select, input:not([type=hidden]), summary')]
  .filter((one) => one.checkVisibility() && !one.closest('p, li, td, .skip'))
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < 24 || box.width < 24)).map(([html]) => html)"""
_GO = "(path) => window.dispatchEvent(new CustomEvent('go', { detail: path }))"
# The view of the address has all its answers, and has written them.
_IS_THERE = """(path) => {
  const main = document.querySelector('main'), view = main.firstElementChild;
  return view === main.lastElementChild && location.pathname + location.search === path &&
    view.place?.pathname === location.pathname &&
    view.place.query.toString() === new URL(location).searchParams.toString() && !view.isUpdatePending &&
    [...view.following.keys()].every((name) => name in view.answers);
}"""
_FAULTS = """(rules) => axe.run({ runOnly: rules, resultTypes: ['violations'] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))]))"""


# The innermost of what reaches beyond the edge.
_BEYOND = """() => [...document.querySelectorAll('body *')]
  .filter((one) => !one.closest('.scrolls') && one.getBoundingClientRect().right > innerWidth + 1)
  .at(-1)?.outerHTML.slice(0, 160)"""


async def visit(page: Page, path: str) -> None:
    """Go there as a link does, without loading anew, and wait until the page is whole."""
    await page.evaluate(_GO, path)
    await page.wait_for_function(_IS_THERE, arg=path)


async def faults(page: Page, rules: list[str]) -> dict[str, Any]:
    """What axe finds fault with, by its rule."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(Axe().axe_script)
    return dict(await page.evaluate(_FAULTS, rules))


async def too_wide(page: Page) -> list[str]:
    """Where the page scrolls sideways: on a narrow screen, or with a text of twice the size."""
    found = []
    for width, size in ((320, "100%"), (640, "200%")):
        await page.set_viewport_size({"width": width, "height": 640})
        await page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
        if await page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"at {width} with {size}: {await page.evaluate(_BEYOND)}")
    await page.evaluate("document.documentElement.style.fontSize = ''")
    return found


async def small_targets(page: Page) -> list[str]:
    """What is too small to be hit by a finger."""
    await page.set_viewport_size({"width": 360, "height": 800})
    found: list[str] = await page.evaluate(_SMALL_TARGETS)
    return found


async def looked_at(page: Page, path: str, schemes: dict[str, list[str]]) -> dict[str, Any]:
    """All that is wrong with the page that is open; `schemes` says what axe looks for in the light and in the dark."""
    found: dict[str, Any] = {}
    if small := await small_targets(page):
        found[f"{path} targets"] = small
    for scheme, rules in schemes.items():
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found |= {f"{path} {scheme} {rule}": nodes for rule, nodes in (await faults(page, rules)).items()}
    if wide := await too_wide(page):
        found[f"{path} width"] = wide
    return found
