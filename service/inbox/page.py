"""The inbox in the browser, without a script of its own and without letting a mail run any."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from service.inbox.reading import read
from service.inbox.store import InboxStore

REFRESH_SECONDS: Final = 5
VIEWS: Final = ("html", "text", "headers", "raw")

_CSS = files("service.inbox").joinpath("inbox.css").read_text(encoding="utf-8")
_CSS_HASH = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
_PAGE_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_CSS_HASH}'; img-src data:; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# A mail is a document of its own, so that its style is let in and nothing else: no script, no request, no
# cookie. Its links open a new window, outside the sandbox.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # links in mails hold tokens
    "X-Content-Type-Options": "nosniff",
}


def routes(store: InboxStore) -> list[Route]:
    """The pages of the inbox. For development only: whoever reaches them reads everybody's mail."""

    def on_store(show: Callable[[InboxStore, Request], Response]) -> Callable[[Request], Response]:
        return lambda request: show(store, request)

    # Plain functions, which starlette runs in a thread: they read files.
    return [
        Route("/dev/inbox", on_store(show_list)),
        Route("/dev/inbox.json", on_store(show_json)),
        Route("/dev/inbox/{mail_id}.eml", on_store(show_raw)),
        Route("/dev/inbox/{mail_id}.html", on_store(show_html)),
        Route("/dev/inbox/{mail_id}", on_store(show_mail)),
    ]


def show_list(store: InboxStore, request: Request) -> Response:
    """All mails, the newest first; the page looks again by itself unless it is asked not to."""
    refresh = None if request.query_params.get("refresh") == "off" else REFRESH_SECONDS
    return _page("list.html", entries=store.entries(), refresh=refresh)


def show_json(store: InboxStore, request: Request) -> Response:  # noqa: ARG001
    """All mails, the newest first, as a list of `{id, to, subject, at}`."""
    return JSONResponse([asdict(entry) for entry in store.entries()], headers=_HEADERS)


def show_raw(store: InboxStore, request: Request) -> Response:
    """The very bytes of a mail."""
    raw = store.read(request.path_params["mail_id"])
    if raw is None:
        return _missing()
    return Response(raw, media_type="message/rfc822", headers=_HEADERS)


def show_html(store: InboxStore, request: Request) -> Response:
    """The HTML of a mail alone, for the frame."""
    raw = store.read(request.path_params["mail_id"])
    html = None if raw is None else read(raw).html
    if html is None:
        return _missing()
    return HTMLResponse(
        _opening_new_windows(html), headers=_HEADERS | {"Content-Security-Policy": _MAIL_POLICY}
    )


def show_mail(store: InboxStore, request: Request) -> Response:
    """One mail: as HTML, as text, its headers, or raw."""
    mail_id = request.path_params["mail_id"]
    raw = store.read(mail_id)
    if raw is None:
        return _missing()
    mail = read(raw)
    asked = request.query_params.get("view")
    view = asked if asked in VIEWS else ("html" if mail.html is not None else "text")
    return _page("mail.html", id=mail_id, mail=mail, view=view, views=VIEWS)


def _missing() -> Response:
    return _page("missing.html", status_code=404)


def _opening_new_windows(html: str) -> str:
    base = '<base target="_blank">'
    with_base, count = re.subn(
        r"<head\b[^>]*>", lambda head: head[0] + base, html, count=1, flags=re.IGNORECASE
    )
    return with_base if count else base + html


def _page(template: str, *, status_code: int = 200, **facts: object) -> Response:
    html = _ENVIRONMENT.get_template(template).render(facts, css=_CSS)
    return HTMLResponse(html, status_code, _HEADERS | {"Content-Security-Policy": _PAGE_POLICY})


def _moment(at: str) -> str:
    moment = datetime.fromisoformat(at)
    return f"{moment.day} {moment:%b %Y, %H:%M:%S} UTC"


_ENVIRONMENT = Environment(
    loader=PackageLoader("service.inbox"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_ENVIRONMENT.filters["moment"] = _moment
