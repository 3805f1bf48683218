"""The site's cookies: their names, their flags, and reading them.

By https each is `__Host-…`: a browser takes it from this very host only, and sends it nowhere else. On plain http at
localhost, where browsers refuse that, the name stands without the prefix, and the flag Secure is left out.
"""

from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

SESSION = "skillprofile-session"

log = structlog.get_logger()


class Cookies:
    """The cookies of the site at an address."""

    def __init__(self, site_url: str) -> None:
        site = urlsplit(site_url)
        host = site.hostname or ""
        is_local = host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")
        self.is_secure = not (site.scheme == "http" and is_local)
        if not self.is_secure:
            log.warning(
                "cookies_without_prefix", why="SITE_URL is plain http on this machine", site_url=site_url
            )
        elif site.scheme == "http":
            log.warning(
                "browsers_cannot_sign_in", why="SITE_URL is plain http: browsers keep no cookie of it"
            )

    def name(self, what: str) -> str:
        """The cookie's whole name."""
        return f"__Host-{what}" if self.is_secure else what

    def read(self, headers: Headers, what: str) -> str | None:
        """What the browser sent."""
        return cookie_parser(headers.get("cookie", "")).get(self.name(what)) or None

    def give(self, response: Response, what: str, value: str, *, seconds: int) -> None:
        """Have the browser keep it for so long, out of reach of scripts and of other sites' requests."""
        response.set_cookie(
            self.name(what),
            value,
            max_age=seconds,
            path="/",
            secure=self.is_secure,
            httponly=True,
            samesite="lax",
        )

    def take_back(self, response: Response, what: str) -> None:
        """Have the browser forget it."""
        response.delete_cookie(
            self.name(what), path="/", secure=self.is_secure, httponly=True, samesite="lax"
        )
