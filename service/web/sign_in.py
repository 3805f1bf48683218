"""The pages to sign in and out.

A GET shows and changes nothing, since mail scanners open links; a POST acts, and must come from a page of ours. No
answer tells whether an address is known.
"""

import math
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypedDict

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from service.accounts.actions import take_address
from service.api.cookies import SESSION
from service.api.failures import HttpError
from service.api.spending import network_of
from service.credentials.actions import sign_out
from service.credentials.keys import kept, new_secret
from service.database import AsyncSession
from service.errors import DomainError, RateLimited
from service.people.rules import clean_email
from service.sign_in import actions, queries, rules
from service.sign_in.models import LinkPurpose, SignInLink
from service.sign_in.rules import ForeignBrowser, LinkUnusable, local_path
from service.web.door import Door
from service.web.forms import form_of
from service.web.plain import HEADERS, plain_page

BROWSER = "skillprofile-browser"
_BROWSER_SECONDS = 15 * 60
Handler = Callable[[Request], Awaitable[Response]]


def routes(pages: "Pages") -> list[Route]:
    """`/sign-in`, `/sign-in/code`, `/sign-in/LINK` and `/sign-out`."""
    return [
        Route("/sign-in", pages.show_sign_in, methods=["GET"]),
        Route("/sign-in", pages.own(pages.ask), methods=["POST"]),
        Route("/sign-in/code", pages.own(pages.type_code), methods=["POST"]),
        Route("/sign-in/{secret}", pages.show_link, methods=["GET"]),
        Route("/sign-in/{secret}", pages.own(pages.use_link), methods=["POST"]),
        Route("/sign-out", pages.show_sign_out, methods=["GET"]),
        Route("/sign-out", pages.own(pages.leave), methods=["POST"]),
    ]


class Pages:
    """Each page is a method; `own` guards those that act, `told` turns errors into pages."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def own(self, act: Handler) -> Handler:
        """The handler, for requests from pages of ours alone."""

        async def guarded(request: Request) -> Response:
            self._door.sign_in.ensure_own_page(request.headers)
            return await act(request)

        return self.told(guarded)

    def told(self, act: Handler) -> Handler:
        """The handler, whose errors become pages."""

        async def telling(request: Request) -> Response:
            try:
                return await act(request)
            except HttpError as refusal:
                return self.page(request, "refused", refusal.status, message=refusal.message)
            except RateLimited as refusal:
                page = self.page(request, "refused", 429, message=refusal.message)
                page.headers["Retry-After"] = str(_seconds_until(refusal.reset_at))
                return page
            except LinkUnusable as refusal:
                return self.page(request, "refused", 410, message=refusal.message)
            except ForeignBrowser:
                return self.page(request, "elsewhere", 403)
            except DomainError as refusal:
                return self.page(request, "refused", 422, message=refusal.message)

        return telling

    async def show_sign_in(self, request: Request) -> Response:
        """The form, which remembers where to come back to."""
        wanted = local_path(request.query_params.get("next"), request.query_params.get("intent"))
        return self.page(request, "ask", next=wanted, providers=self._door.providers)

    async def ask(self, request: Request) -> Response:
        """Have a link sent, whoever that is."""
        door, form = self._door, await form_of(request)
        address = clean_email(form.get("email", ""))
        await self._count(request, address)
        browser = door.cookies.read(request.headers, BROWSER) or new_secret()
        async with door.database.transaction() as session:
            await actions.ask_for_link(
                session,
                address,
                browser_secret=browser,
                browser=request.headers.get("user-agent", ""),
                next_path=local_path(form.get("next")),
                secret_key=door.secret_key,
                at=door.now(),
            )
        page = self.page(request, "sent", address=address, is_wrong=False)
        door.cookies.give(page, BROWSER, browser, seconds=_BROWSER_SECONDS)
        return page

    async def type_code(self, request: Request) -> Response:
        """Come in by the code of the link that this browser asked for."""
        door, form = self._door, await form_of(request)
        browser = door.cookies.read(request.headers, BROWSER)
        if browser is None:
            raise LinkUnusable
        async with door.database.transaction() as session:
            link = await actions.use_code(
                session,
                form.get("code", ""),
                browser_secret=browser,
                secret_key=door.secret_key,
                at=door.now(),
            )
            secret = None if link is None else await self._come_in_by(session, request, link)
        if link is None or secret is None:
            return self.page(request, "sent", 422, address=None, is_wrong=True)
        return self.entered(link.next_path, secret)

    async def show_link(self, request: Request) -> Response:
        """A button, where the link can be used from here; nothing is used up by looking."""
        door, secret = self._door, request.path_params["secret"]
        async with door.database.read_session() as session:
            found = await queries.find_link(session, kept(secret))
        try:
            link = rules.ensure_open(found, at=door.now())
            rules.ensure_bound(link, **await self._asking(request))
        except LinkUnusable as refusal:
            return self.page(request, "refused", 410, message=refusal.message)
        except ForeignBrowser:
            return self.page(request, "elsewhere")
        return self.page(request, "link", secret=secret, new_address=_new_address(link))

    async def use_link(self, request: Request) -> Response:
        """Use the link up, and come in."""
        door, asking = self._door, await self._asking(request)
        async with door.database.transaction() as session:
            link = await actions.use_link(session, request.path_params["secret"], **asking, at=door.now())
            if link.purpose is LinkPurpose.SIGN_IN:
                secret = await self._come_in_by(session, request, link)
                return self.entered(link.next_path, secret)
            credential = await door.sign_in.of_browser(request.headers)
            session_id = None if credential is None else credential.session_id
            await take_address(session, link, session_id=session_id, at=door.now())
        return RedirectResponse(link.next_path, 303, HEADERS)

    async def show_sign_out(self, request: Request) -> Response:
        """A button."""
        return self.page(request, "leave")

    async def leave(self, request: Request) -> Response:
        """End the session, and have the browser forget it."""
        door = self._door
        secret = door.cookies.read(request.headers, SESSION)
        if secret is not None:
            async with door.database.transaction() as session:
                await sign_out(session, secret)
        response = RedirectResponse("/", 303, HEADERS)
        door.cookies.take_back(response, SESSION)
        return response

    async def _come_in_by(self, session: AsyncSession, request: Request, link: SignInLink) -> str:
        """The secret of a new session of whoever reads the mails of the link's address."""
        door = self._door
        person = await actions.person_of_link(session, link, first_role=door.first_role, at=door.now())
        return await self.come_in(session, request, person.id)

    async def come_in(self, session: AsyncSession, request: Request, person_id: int) -> str:
        """The secret of the person's new session in this browser."""
        door = self._door
        return await actions.come_in(
            session,
            person_id,
            browser=request.headers.get("user-agent", ""),
            previous=door.cookies.read(request.headers, SESSION),
            lifetimes=door.sign_in.lifetimes,
            at=door.now(),
        )

    def entered(self, next_path: str, secret: str) -> Response:
        """The way on, with the session's cookie."""
        door = self._door
        response = RedirectResponse(next_path, 303, HEADERS)
        seconds = int(door.sign_in.lifetimes.absolute.total_seconds())
        door.cookies.give(response, SESSION, secret, seconds=seconds)
        door.cookies.take_back(response, BROWSER)
        return response

    async def _count(self, request: Request, address: str) -> None:
        """Before anything is looked up, so that an unknown address counts as a known one does."""
        message = "Too many links were asked for: wait a while, and look into your mail meanwhile."
        rates = self._door.rates
        await rates.count(
            "sign-in-network", network_of(request.scope), per_hour=rules.LINKS_PER_NETWORK, message=message
        )
        await rates.count(
            "sign-in-address", address.lower(), per_hour=rules.LINKS_PER_ADDRESS, message=message
        )

    async def _asking(self, request: Request) -> "_Asking":
        browser = self._door.cookies.read(request.headers, BROWSER)
        credential = await self._door.sign_in.of_browser(request.headers)
        return {
            "browser_hash": None if browser is None else kept(browser),
            "person_id": None if credential is None else credential.person.id,
        }

    def page(self, request: Request, state: str, status: int = 200, **facts: object) -> Response:
        """The page in one of its states."""
        name = self._door.site_name
        return plain_page("sign_in", request, site_name=name, status=status, state=state, **facts)


class _Asking(TypedDict):
    """What tells who opens a link: the browser's cookie, by its hash, and the person signed in there."""

    browser_hash: bytes | None
    person_id: int | None


def _new_address(link: SignInLink) -> str | None:
    """The address that the link gives somebody who is signed in; None for one that signs in."""
    return link.email if link.purpose is LinkPurpose.CHANGE_ADDRESS else None


def _seconds_until(moment: datetime) -> int:
    return max(1, math.ceil((moment - datetime.now(UTC)).total_seconds()))
