"""Signing in with a provider of OpenID Connect: there, and back.

What a browser asked travels in a cookie of its own, signed, until it comes back with the answer: so an answer is good
for the browser that asked, and for ten minutes.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import httpx
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from service.api.spending import network_of
from service.credentials.keys import new_secret
from service.sign_in import actions
from service.sign_in.provider import Provider, ProviderRefused, Question
from service.sign_in.rules import local_path
from service.web.door import Door
from service.web.plain import HEADERS
from service.web.sign_in import Pages

ASKED = "skillprofile-provider"
_SECONDS = 10 * 60
_RETURNS_PER_NETWORK = 60


@dataclass(frozen=True)
class ProviderSettings:
    """A provider as the environment names it; `name` stands in addresses."""

    name: str
    title: str
    issuer: str
    client_id: str
    client_secret: str


def routes(
    door: Door, pages: Pages, known: Sequence[ProviderSettings], http: httpx.AsyncClient
) -> list[Route]:
    """`/sign-in/with/NAME`, and the address to come back to below it."""
    providers = {
        one.name: Provider(
            issuer=one.issuer,
            client_id=one.client_id,
            client_secret=one.client_secret,
            redirect_uri=f"{door.site_url}/sign-in/with/{one.name}/callback",
            http=http,
        )
        for one in known
    }
    there_and_back = _ThereAndBack(door, pages, providers)
    return [
        Route("/sign-in/with/{name}", pages.told(there_and_back.go), methods=["GET"]),
        Route("/sign-in/with/{name}/callback", pages.told(there_and_back.come_back), methods=["GET"]),
    ]


class _ThereAndBack:
    def __init__(self, door: Door, pages: Pages, providers: Mapping[str, Provider]) -> None:
        self._door = door
        self._pages = pages
        self._providers = providers
        self._seal = URLSafeTimedSerializer(door.secret_key, salt="sign-in with a provider")

    async def go(self, request: Request) -> Response:
        """Send the browser to the provider, with a question that only it can bring the answer to."""
        provider = self._provider(request)
        question = Question(new_secret(), new_secret(), new_secret() + new_secret())
        wanted = local_path(request.query_params.get("next"), request.query_params.get("intent"))
        response = RedirectResponse(await provider.address(question), 303, HEADERS)
        asked = {"name": request.path_params["name"], "next": wanted, **asdict(question)}
        self._door.cookies.give(response, ASKED, self._seal.dumps(asked), seconds=_SECONDS)
        return response

    async def come_back(self, request: Request) -> Response:
        """Whoever the provider says it is comes in, if this browser asked."""
        door, provider = self._door, self._provider(request)
        asked = self._asked(request)
        question = Question(asked["state"], asked["nonce"], asked["verifier"])
        code = _code(request, question)
        await door.rates.count(
            "sign-in-provider",
            network_of(request.scope),
            per_hour=_RETURNS_PER_NETWORK,
            message="Too many came back from the provider at once: wait a while.",
        )
        claims = await provider.claims(code, question, at=door.now())
        async with door.database.transaction() as session:
            person = await actions.person_of_claims(
                session, claims, first_role=door.first_role, at=door.now()
            )
            secret = await self._pages.come_in(session, request, person.id)
        response = self._pages.entered(local_path(asked["next"]), secret)
        door.cookies.take_back(response, ASKED)
        return response

    def _provider(self, request: Request) -> Provider:
        provider = self._providers.get(request.path_params["name"])
        if provider is None:
            raise ProviderRefused
        return provider

    def _asked(self, request: Request) -> dict[str, str]:
        """What this browser asked this provider."""
        sealed = self._door.cookies.read(request.headers, ASKED)
        if sealed is None:
            raise ProviderRefused
        try:
            asked: dict[str, str] = self._seal.loads(sealed, max_age=_SECONDS)
        except BadSignature as error:
            raise ProviderRefused from error
        if asked["name"] != request.path_params["name"]:
            raise ProviderRefused
        return asked


def _code(request: Request, question: Question) -> str:
    """The code of an answer to the question. Raises ProviderRefused for an answer to another one."""
    given = request.query_params
    is_ours = hmac.compare_digest(given.get("state", "").encode(), question.state.encode())
    code = given.get("code", "")
    if not is_ours or not 0 < len(code) <= 2_000:
        raise ProviderRefused
    return code
