"""The inbox in the browser."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from service.inbox.page import routes
from service.inbox.store import InboxStore

NASTY = "<script>alert('x')</script>"
MAIL = (
    f"From: {NASTY} <a@example.org>\r\nTo: wanda@example.org\r\nSubject: {NASTY}\r\nX-{NASTY}: {NASTY}\r\n"
    'Content-Type: multipart/alternative; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n'
    f"{NASTY} https://example.org/u/token?a=b\r\n--x\r\nContent-Type: text/html\r\n\r\n"
    f"<!doctype html><html><head><title>t</title></head><body>{NASTY}</body></html>\r\n--x--\r\n"
).encode()
TEXT_ONLY = b"Subject: plain\r\n\r\nwords\r\n"
HTML_ONLY = b"Content-Type: text/html\r\n\r\n<p>words</p>\r\n"


@pytest.fixture
def store(tmp_path: Path) -> InboxStore:
    return InboxStore(tmp_path)


@pytest.fixture
async def browser(store: InboxStore) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=routes(store)))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def test_an_empty_inbox_says_what_to_do(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/dev/inbox")
    assert "No mail yet: watch a skill and accept a proposal." in page.text
    assert (await browser.get("/dev/inbox.json")).json() == []


async def test_the_list_for_programs(store: InboxStore, browser: httpx.AsyncClient) -> None:
    first = store.save(TEXT_ONLY, ["wanda@example.org"])
    second = store.save(HTML_ONLY, ["wanda@example.org", "ada@example.org"])
    found = (await browser.get("/dev/inbox.json")).json()

    assert [list(entry) for entry in found] == [["id", "to", "subject", "at"]] * 2
    assert [(entry["id"], entry["to"], entry["subject"]) for entry in found] == [
        (second, "wanda@example.org, ada@example.org", ""),
        (first, "wanda@example.org", "plain"),
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", entry["at"]) for entry in found)


async def test_the_list_for_people(store: InboxStore, browser: httpx.AsyncClient) -> None:
    ids = [store.save(TEXT_ONLY, ["wanda@example.org"]), store.save(HTML_ONLY, ["ada@example.org"])]
    page = (await browser.get("/dev/inbox")).text

    assert re.findall(r'href="/dev/inbox/(\d+)"', page) == ids[::-1]
    assert "(no subject)" in page
    assert "to wanda@example.org" in page


async def test_the_list_looks_again_unless_asked_not_to(browser: httpx.AsyncClient) -> None:
    refresh = '<meta http-equiv="refresh" content="5">'
    looking, still = await browser.get("/dev/inbox"), await browser.get("/dev/inbox?refresh=off")
    assert refresh in looking.text
    assert refresh not in still.text


async def test_the_raw_mail(store: InboxStore, browser: httpx.AsyncClient) -> None:
    raw = await browser.get(f"/dev/inbox/{store.save(MAIL, [])}.eml")
    assert raw.content == MAIL
    assert raw.headers["content-type"] == "message/rfc822"


@pytest.mark.parametrize("view", ["", "?view=html", "?view=text", "?view=headers", "?view=raw", "?view=none"])
async def test_no_view_lets_a_mail_write_into_the_page(
    store: InboxStore, browser: httpx.AsyncClient, view: str
) -> None:
    page = await browser.get(f"/dev/inbox/{store.save(MAIL, [NASTY])}{view}")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "<script" not in (await browser.get("/dev/inbox")).text


async def test_the_text_with_its_links(store: InboxStore, browser: httpx.AsyncClient) -> None:
    page = await browser.get(f"/dev/inbox/{store.save(MAIL, [])}?view=text")
    assert 'href="https://example.org/u/token?a=b"' in page.text


async def test_every_header(store: InboxStore, browser: httpx.AsyncClient) -> None:
    page = await browser.get(f"/dev/inbox/{store.save(TEXT_ONLY, [])}?view=headers")
    assert "<dt>Subject</dt><dd>plain</dd>" in page.text


async def test_the_view_that_a_mail_has_comes_first(store: InboxStore, browser: httpx.AsyncClient) -> None:
    text, html = store.save(TEXT_ONLY, []), store.save(HTML_ONLY, [])

    assert "<pre>words" in (await browser.get(f"/dev/inbox/{text}")).text
    assert f'<iframe src="/dev/inbox/{html}.html"' in (await browser.get(f"/dev/inbox/{html}")).text
    assert "This mail has no HTML part." in (await browser.get(f"/dev/inbox/{text}?view=html")).text
    assert "This mail has no text part." in (await browser.get(f"/dev/inbox/{html}?view=text")).text


async def test_a_view_that_does_not_exist_is_the_first_one(
    store: InboxStore, browser: httpx.AsyncClient
) -> None:
    mail_id = store.save(MAIL, [])
    page = await browser.get(f"/dev/inbox/{mail_id}?view=none")
    assert page.text == (await browser.get(f"/dev/inbox/{mail_id}")).text


async def test_the_html_of_a_mail_runs_and_loads_nothing(
    store: InboxStore, browser: httpx.AsyncClient
) -> None:
    mail_id = store.save(MAIL, [])
    frame = await browser.get(f"/dev/inbox/{mail_id}.html")
    policy = frame.headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "script" not in policy
    assert "allow-same-origin" not in policy
    assert '<head><base target="_blank">' in frame.text
    page = (await browser.get(f"/dev/inbox/{mail_id}")).text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page


async def test_links_open_outside_the_frame_whatever_the_html(
    store: InboxStore, browser: httpx.AsyncClient
) -> None:
    frame = await browser.get(f"/dev/inbox/{store.save(HTML_ONLY, [])}.html")
    assert frame.text.startswith('<base target="_blank">')


@pytest.mark.parametrize("path", ["", "/{}", "/{}?view=raw", "/0000000000000000"])
async def test_each_page_lets_in_its_own_style_only(
    store: InboxStore, browser: httpx.AsyncClient, path: str
) -> None:
    page = await browser.get("/dev/inbox" + path.format(store.save(MAIL, [])))
    (style,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = page.headers["content-security-policy"]

    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_nothing_is_kept_or_told_on(store: InboxStore, browser: httpx.AsyncClient) -> None:
    mail_id = store.save(MAIL, [])
    for path in ("", ".json", f"/{mail_id}", f"/{mail_id}.eml", f"/{mail_id}.html"):
        headers = (await browser.get(f"/dev/inbox{path}")).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("end", ["", ".eml", ".html"])
@pytest.mark.parametrize("mail_id", ["0000000000000000", "..", "%2e%2e%2fsecret", "x"])
async def test_a_mail_that_is_not_there(browser: httpx.AsyncClient, mail_id: str, end: str) -> None:
    missing = await browser.get(httpx.URL(f"http://test/dev/inbox/{mail_id}{end}"))
    assert missing.status_code == 404


async def test_a_mail_without_html_has_no_frame(store: InboxStore, browser: httpx.AsyncClient) -> None:
    assert (await browser.get(f"/dev/inbox/{store.save(TEXT_ONLY, [])}.html")).status_code == 404
