"""Pages that stand by themselves and need no script: the way in and out, and what is behind the links of mails.

Their address may be a secret, and what they show is for one person: nobody keeps them, and no other page hears of them.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse

from service.web.assets import assets
from service.web.languages import COOKIE, reader_of
from service.web.templating import template

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
}


def plain_page(
    name: str, request: Request, *, site_name: str, status: int = 200, **facts: object
) -> HTMLResponse:
    """The template of the name, in the reader's language."""
    reader = reader_of(request.cookies.get(COOKIE), request.headers.get("accept-language"))
    html = template(name, reader).render(
        reader=reader, status=status, site_name=site_name, asset=assets().url, **facts
    )
    return HTMLResponse(html, status_code=status, headers=HEADERS)
