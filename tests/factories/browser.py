"""A browser at the site: it keeps cookies, and says with each request where that comes from."""

from types import TracebackType
from typing import Any, Self

import httpx

from service.api.cookies import SESSION
from service.credentials.actions import begin_session
from service.credentials.rules import Lifetimes
from service.people.actions import join
from service.people.models import PersonRole
from tests.factories.product import Product

SITE = "https://skills.test"
OWN = {"Origin": SITE, "Sec-Fetch-Site": "same-origin"}
COOKIE = f"__Host-{SESSION}"

Json = dict[str, Any]


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
