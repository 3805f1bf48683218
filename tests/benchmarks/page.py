"""The first view of a skill in Chromium, beside a file of the same content from the same server."""

import asyncio
import gzip
import os
import re
import shutil
from dataclasses import dataclass
from statistics import median
from typing import Any

import httpx
from playwright.async_api import Browser, async_playwright

from tests.benchmarks.contenders import Contender
from tests.benchmarks.data import Catalogue
from tests.benchmarks.failure import BenchmarkFailed
from tests.benchmarks.rounds import Bench
from tests.benchmarks.servers.page import FILE

_WARM_UP = 2
_VISITS_A_ROUND = 4
_PAINT = """() => new Promise((told) => new PerformanceObserver((list) => {
  const paint = list.getEntriesByName('first-contentful-paint')[0];
  if (paint) told(paint.startTime);
}).observe({ type: 'paint', buffered: true }))"""


@dataclass(frozen=True)
class View:
    """A first visit: milliseconds until the first contentful paint, all bytes that came, requests."""

    paint: float
    bytes: int
    requests: int


@dataclass(frozen=True)
class FirstViews:
    """Visits to the page and to the file, in turn."""

    page: list[View]
    file: list[View]

    @property
    def ratio(self) -> float:
        """How many times as long the page takes: of the medians."""
        return self.of(self.page) / self.of(self.file)

    @staticmethod
    def of(views: list[View]) -> float:
        """The median paint."""
        return median(view.paint for view in views)


def measure(bench: Bench, contender: Contender, catalogue: Catalogue) -> FirstViews:
    """Visit both, each time with an empty cache.

    Raises:
        BenchmarkFailed: there is no Chromium.
    """
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        raise BenchmarkFailed("there is no Chromium: run `apt-get install chromium`, or name one in CHROMIUM")
    return asyncio.run(_measure(bench, contender.address, catalogue.skills[0], chromium))


async def _measure(bench: Bench, address: str, slug: str, chromium: str) -> FirstViews:
    page, file = f"{address}/skills/{slug}", f"{address}{FILE}"
    async with httpx.AsyncClient(timeout=60) as client:
        await client.put(file, content=gzip.compress((await _as_a_file(client, page)).encode(), 5))
    found = FirstViews([], [])
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for number in range(_WARM_UP + bench.rounds * _VISITS_A_ROUND):
            bench.tell(f"first view of a skill: visit {number + 1}")
            for url, among in ((page, found.page), (file, found.file)):
                view = await _visit(browser, url)
                if number >= _WARM_UP:
                    among.append(view)
        await browser.close()
    return found


async def _as_a_file(client: httpx.AsyncClient, url: str) -> str:
    """The page's HTML with the style sheet in it, and without scripts."""
    html = (await client.get(url)).text
    return re.sub(r"<script.*?</script>|<link [^>]*>", "", html, flags=re.DOTALL)


async def _visit(browser: Browser, url: str) -> View:
    context = await browser.new_context()
    try:
        tab = await context.new_page()
        session = await context.new_cdp_session(tab)
        await session.send("Network.enable")
        sizes: list[float] = []

        def came(event: Any) -> None:
            sizes.append(event["encodedDataLength"])

        session.on("Network.loadingFinished", came)
        await tab.goto(url, wait_until="networkidle")
        return View(await tab.evaluate(_PAINT), int(sum(sizes)), len(sizes))
    finally:
        await context.close()
