"""A browser at the site: it keeps cookies, and says with each request where that comes from."""

import re
from dataclasses import dataclass
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

import httpx

from service.api.cookies import SESSION
from service.credentials.actions import begin_session
from service.credentials.rules import Lifetimes
from service.people.actions import join
from service.people.models import PersonRole
from tests.factories.documents import VIEWER
from tests.factories.product import Product

SITE = "https://skills.test"
OWN = {"Origin": SITE, "Sec-Fetch-Site": "same-origin"}
COOKIE = f"__Host-{SESSION}"

Json = dict[str, Any]


@dataclass(frozen=True)
class Link:
    """What a mail brings: the path of the link, and the code."""

    path: str
    code: str


def link_in(mail: EmailMessage) -> Link:
    """The link and the code of a mail to sign in."""
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    path = re.search(rf"{SITE}(/sign-in/\S+)", text)
    code = re.search(r"^ +(\d{4} \d{4})\s*$", text, re.MULTILINE)
    assert path is not None
    return Link(path[1], "" if code is None else code[1])


class Browser:
    """Speaks https with the product, whose settings must have `SITE` as its address."""

    def __init__(self, product: Product, *, name: str = "Firefox", address: str = "192.0.2.1") -> None:
        self.product = product
        transport = httpx.ASGITransport(app=product.app, client=(address, 50_000))
        self.client = httpx.AsyncClient(transport=transport, base_url=SITE, headers={"User-Agent": name})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.client.aclose()

    @property
    def cookie(self) -> str | None:
        """The secret of the session."""
        return self.client.cookies.get(COOKIE)

    async def enter(self, email: str, role: PersonRole = PersonRole.CONTRIBUTOR) -> None:
        """Be signed in as the person of the address, without the way there."""
        at = self.product.clock()
        async with self.product.database.transaction() as session:
            person = await join(session, email, role=role, at=at)
            secret = await begin_session(
                session,
                person.id,
                browser=self.client.headers["User-Agent"],
                at=at,
                lifetimes=Lifetimes(),
            )
        self.client.cookies.set(COOKIE, secret, domain="skills.test", path="/")

    async def get(self, path: str) -> httpx.Response:
        """A page, which somebody opens from elsewhere: from a mail, or by hand."""
        return await self.client.get(path, headers={"Sec-Fetch-Site": "none"})

    async def post(
        self, path: str, *, headers: dict[str, str] | None = None, **fields: str
    ) -> httpx.Response:
        """What a form on a page of the site sends, or from somewhere else by other headers."""
        return await self.client.post(path, data=fields, headers=OWN if headers is None else headers)

    async def link(self, email: str, **more: str) -> "Link":
        """Ask for a link and read the mail."""
        page = await self.client.post("/sign-in", data={"email": email} | more, headers=OWN)
        assert page.status_code == 200, page.text
        await self.product.work()
        return link_in(self.product.mail.to(email)[-1])

    async def who(self) -> str | None:
        """The address of whoever is signed in."""
        viewer = (await self.run(VIEWER))["viewer"]
        return None if viewer is None else str(viewer["email"])

    async def send(
        self, document: str, variables: Json | None = None, *, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """The response to a document, sent as a page of the site sends it, or with other headers."""
        body = {"query": document, "variables": variables or {}}
        return await self.client.post("/graphql", json=body, headers=OWN if headers is None else headers)

    async def run(self, document: str, variables: Json | None = None) -> Json:
        """The `data` of the answer; fails the test where there are `errors`."""
        answer = (await self.send(document, variables)).json()
        assert "errors" not in answer, answer["errors"]
        data: Json = answer["data"]
        return data
