"""Who sends a request: the person behind its bearer token, or behind its browser's session.

A browser sends its cookie along with whatever page has it do so; so what comes with a cookie must also come from a
page of ours, or of an origin that the settings list. A token is nothing that another page could send.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from service.api.cookies import SESSION, Cookies
from service.api.failures import Code, HttpError
from service.credentials import actions, keys, queries
from service.credentials.rules import Credential, Lifetimes
from service.database import Database

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="skillprofile"'}


class SignIn:
    """Tells who sends a request, for every way in: GraphQL by HTTP and by WebSocket, streams, pages."""

    def __init__(
        self,
        database: Database,
        cookies: Cookies,
        *,
        now: Callable[[], datetime],
        lifetimes: Lifetimes,
        site_url: str,
        origins: Collection[str] = (),
    ) -> None:
        self.lifetimes = lifetimes
        self._database = database
        self._cookies = cookies
        self._now = now
        site = urlsplit(site_url)
        self._origins = frozenset([f"{site.scheme}://{site.netloc}", *origins])

    async def of_call(self, headers: Headers) -> Credential | None:
        """Who sends a GraphQL request, or opens a WebSocket or a stream; None where nobody is signed in.

        Raises:
            HttpError: 401 for a token that is malformed, unknown, expired or revoked; 403 for a session's cookie from
                a foreign page.
        """
        credential = await self.of_page(headers)
        if credential is not None and "authorization" not in headers:
            self.ensure_own_page(headers)
        return credential

    async def of_page(self, headers: Headers) -> Credential | None:
        """Who opens a page, wherever the link stood that led there: a page shows, and changes nothing.

        Raises:
            HttpError: 401 for a token that is malformed, unknown, expired or revoked.
        """
        header = headers.get("authorization")
        return await (self.of_browser(headers) if header is None else self.of_token(_bearer(header)))

    async def of_token(self, token: str) -> Credential:
        """Whose token it is, as a header or a WebSocket's `connection_init` brings it.

        Raises:
            HttpError: 401. An answer as if nobody were signed in would hide that from the client.
        """
        at = self._now()
        async with self._database.read_session() as session:
            found = await queries.find_by_token(session, keys.kept(token), at=at)
        if found is None:
            message = "The token is unknown, expired or revoked: make a new one, or send none to read."
            raise HttpError(401, message, Code.UNAUTHENTICATED, headers=_CHALLENGE)
        return await self._noted(*found, at=at)

    async def of_browser(self, headers: Headers) -> Credential | None:
        """Whose session the browser is in, wherever the request comes from: for pages that change nothing."""
        secret = self._cookies.read(headers, SESSION)
        if secret is None:
            return None
        at = self._now()
        async with self._database.read_session() as session:
            found = await queries.find_by_session(session, keys.kept(secret), at=at, lifetimes=self.lifetimes)
        return None if found is None else await self._noted(*found, at=at)

    async def lasts(self, credential: Credential) -> bool:
        """Whether it is still one: for open streams, when their person is announced."""
        async with self._database.read_session() as session:
            return await queries.lasts(session, credential, at=self._now(), lifetimes=self.lifetimes)

    def ensure_own_page(self, headers: Headers) -> None:
        """Raise HttpError 403 where it is not certain that the request comes from a page of ours or a listed one.

        The browser says so: by `Sec-Fetch-Site`, which no page can set, or by an `Origin` on the list.
        """
        if headers.get("sec-fetch-site") != "same-origin" and headers.get("origin") not in self._origins:
            raise HttpError(
                403,
                "This came with a cookie from another site's page: open it from this site, or send a token instead.",
                Code.FORBIDDEN,
            )

    async def _noted(self, credential: Credential, is_due: bool, *, at: datetime) -> Credential:
        """The credential, whose use is kept once in a while."""
        if is_due:
            async with self._database.transaction() as session:
                await actions.note_use(session, credential, at=at)
        return credential


def _bearer(header: str) -> str:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        message = "Sign in with the header “Authorization: Bearer TOKEN”."
        raise HttpError(401, message, Code.UNAUTHENTICATED, headers=_CHALLENGE)
    return token.strip()
