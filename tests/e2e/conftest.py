"""The product on a port, and Debian's Chromium before it.

Playwright's own browsers are not fetched: the tests take Debian's, or the one that CHROMIUM names; as root on a Debian
they install it where it is absent. Where none can be had, the tests of this folder are skipped and say so.
"""

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from service.settings import Settings
from tests.factories import Product
from tests.factories.community import Community, add, edit, row_of
from tests.features.conftest import community

__all__ = ["community"]
Open = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        # A new machine knows no packages before the first update.
        install = "apt-get update && apt-get install --yes --no-install-recommends chromium"
        done = subprocess.run(["sh", "-c", install], capture_output=True, check=False, timeout=600)
        found = shutil.which("chromium") if done.returncode == 0 else None
    if found is None:
        pytest.skip("there is no Chromium: run `apt-get install chromium`, or name one in CHROMIUM")
    return found


@pytest.fixture(scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """One browser for all tests of a worker."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        await started.close()


@pytest.fixture
def listener() -> Any:
    """A socket on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def settings(settings: Settings, listener: socket.socket) -> Settings:
    """The product's settings, with the address that the browser will use."""
    return settings.model_copy(update={"site_url": f"http://127.0.0.1:{listener.getsockname()[1]}"})


@pytest.fixture
async def site(product: Product, settings: Settings, listener: socket.socket) -> AsyncIterator[str]:
    """The product's address; it is served in this process, so that its clock is the test's."""
    app = product.client._transport.app  # type: ignore[attr-defined]
    config = uvicorn.Config(app, lifespan="off", log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield settings.site_url
    server.should_exit = True
    await serving


@pytest.fixture
async def opened(browser: Browser, site: str) -> AsyncIterator[Open]:
    """Opens a page in a browser of its own: `await opened("/path", locale="en-GB", token=…)`.

    With `is_ours=False` it is a page that no script takes over. Afterwards none may have said anything on its console,
    or have asked another origin for anything.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def complain(words: str) -> None:
        # That a test was quicker than the browser with the field to begin with is no fault of the page.
        if not words.startswith("info: Autofocus processing was blocked"):
            complaints.append(words)

    async def open_page(
        path: str,
        *,
        token: str | None = None,
        cookie: str | None = None,
        is_ours: bool = True,
        **options: Any,
    ) -> Page:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        context = await browser.new_context(
            base_url=site,
            extra_http_headers=headers,
            **{"locale": "en-GB", "reduced_motion": "reduce"} | options,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        if cookie is not None:
            name, _, value = cookie.partition("=")
            await context.add_cookies([{"name": name, "value": value, "url": site}])
        page = await context.new_page()
        page.on("console", lambda message: complain(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith((site, "data:")) else complaints.append(request.url)
            ),
        )
        await page.goto(path)
        if is_ours and options.get("java_script_enabled", True):
            await page.wait_for_selector("html[data-taken]")
        return page

    open_page.complaints = complaints  # type: ignore[attr-defined]
    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []


@pytest.fixture
async def told(community: Community) -> Community:
    """The skill with an open proposal."""
    row = row_of(await community.skill(), "middle", "release-engineer")
    await community.proposed(
        edit(row, description="Says it better. And more."), add("site-reliability-engineer", "senior")
    )
    return community


async def words(page: Page) -> list[str]:
    """The words of the page's main part, forms' values left out."""
    await page.evaluate(
        "document.querySelectorAll('comment-list').forEach((one) => one.remove())"
    )  # loaded late
    text: str = await page.locator("main").inner_text()
    return text.split()
