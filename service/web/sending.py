"""How a page is sent: its headers, its tag, compressed.

Pages that are the same for everybody are kept for a while as they were sent, since writing one takes ten times as long
as reading its data from memory. A page is found by the very data that it shows, so that none outlives a change.
"""

import gzip
import hashlib
from collections.abc import Callable
from functools import cache
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from service.api.bounded import BoundedCache
from service.web.assets import assets

# Nothing from another origin, no script that is not a file of ours, and no style either.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The pages that were asked for last, just as they are sent: by all that each is made of, and whether it is compressed.
_kept: Final = BoundedCache[tuple[bytes, bool], bytes](entries=256, size=16_000_000)


@cache
def page_policy() -> str:
    """The policy of a page that has our style sheet within, which it names by its hash."""
    return POLICY.replace("style-src 'self'", f"style-src 'self' '{assets().style.hash}'")


def is_for_everybody(request: Request, status: int) -> bool:
    """Whether the answer tells nothing of who asks."""
    return status == 200 and {"cookie", "authorization"}.isdisjoint(request.headers.keys())


def key_of(*parts: str) -> bytes:
    """All that a page is made of, in short."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=24).digest()


def sent(body: bytes, request: Request, status: int) -> Response:
    """A page for whoever asked, which nobody else may keep."""
    is_compressed = _takes_gzip(request)
    headers = _headers() | _encoding(is_compressed) | {"Cache-Control": "private, no-store"}
    return HTMLResponse(_compressed(body) if is_compressed else body, status, headers)


def sent_to_everybody(key: bytes | None, write: Callable[[], bytes], request: Request) -> Response:
    """A page that caches may keep, if they ask each time whether it is still this one; `key` is None for one that is
    not to be kept here."""
    is_compressed = _takes_gzip(request)
    body = None if key is None else _kept.get((key, is_compressed))
    if body is None:
        body = _compressed(write()) if is_compressed else write()
        if key is not None:
            _kept.put((key, is_compressed), body, size=len(body))
    etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = _headers() | {"Cache-Control": "public, max-age=0, must-revalidate", "ETag": etag}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return HTMLResponse(body, headers=headers | _encoding(is_compressed))


def _headers() -> dict[str, str]:
    return {
        "Content-Security-Policy": page_policy(),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Language, Cookie, Accept-Encoding",
    }


def _encoding(is_compressed: bool) -> dict[str, str]:
    return {"Content-Encoding": "gzip"} if is_compressed else {}


def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, 5, mtime=0)


def _takes_gzip(request: Request) -> bool:
    return "gzip" in request.headers.get("accept-encoding", "")
