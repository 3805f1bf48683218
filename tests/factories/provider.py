"""A real, small provider of OpenID Connect on 127.0.0.1: discovery, keys, authorization and tokens, with PKCE."""

import base64
import hashlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "the catalogue", "a secret of both"
Json = dict[str, Any]


@dataclass
class TestProvider:
    """Signs in `account` whenever somebody comes; a test may change what it says, and with which key."""

    __test__ = False

    issuer: str
    now: Callable[[], datetime]
    redirect_uri: str
    account: Json = field(
        default_factory=lambda: {"sub": "1234", "email": "ada@skills.test", "email_verified": True}
    )
    # Claims in the place of right ones; None leaves one out.
    wrong: Json = field(default_factory=dict)
    forge: Callable[[Json], str] | None = None
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    asked: list[Json] = field(default_factory=list)
    redeemed: int = 0
    _codes: dict[str, Json] = field(default_factory=dict)

    @property
    def app(self) -> Starlette:
        """The endpoints."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    def signed(self, claims: Json) -> str:
        """The claims, signed as they should be."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    async def _discovery(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def _keys(self, _: Request) -> Response:
        return JSONResponse(KeySet([self.key]).as_dict(private=False))

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["redirect_uri"] == self.redirect_uri, "only the registered address, to the letter"
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        self.asked.append(asked)
        code = f"code {len(self.asked)}"
        self._codes[code] = asked
        return RedirectResponse(
            f"{self.redirect_uri}?{urlencode({'code': code, 'state': asked['state']})}", 302
        )

    async def _token(self, request: Request) -> Response:
        given = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self._codes.pop(given["code"], None)
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        credentials = base64.b64encode(b"the%20catalogue:a%20secret%20of%20both").decode()
        if (
            asked is None
            or request.headers["authorization"] != f"Basic {credentials}"
            or base64.urlsafe_b64encode(digest).decode().rstrip("=") != asked["code_challenge"]
            or given["redirect_uri"] != asked["redirect_uri"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        self.redeemed += 1
        at = int(self.now().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": at, "exp": at + 300, "nonce": asked["nonce"]}
        claims |= self.account | self.wrong
        claims = {name: value for name, value in claims.items() if value is not None}
        signed = self.forge(claims) if self.forge else self.signed(claims)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": signed})


def by_secret(claims: Json) -> str:
    """Signed with the secret that both know, which any client could do."""
    return jwt.encode({"alg": "HS256", "kid": "first"}, claims, OctKey.import_key(SECRET))


def by_nobody(claims: Json) -> str:
    """Not signed at all."""
    _, body, _ = by_secret(claims).split(".")
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","kid":"first"}').decode().rstrip("=")
    return f"{unsigned}.{body}."


@asynccontextmanager
async def running_provider(now: Callable[[], datetime], site: str) -> AsyncIterator[TestProvider]:
    """The provider, listening."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        issuer = f"http://127.0.0.1:{listener.getsockname()[1]}"
        provider = TestProvider(issuer, now, f"{site}/sign-in/with/test/callback")
        server = _Server(
            uvicorn.Config(provider.app, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
        )
        async with server.serving(listener):
            yield provider


class _Server(uvicorn.Server):
    """Without a hand on the signals of the tests."""

    @asynccontextmanager
    async def serving(self, listener: socket.socket) -> AsyncIterator[None]:
        self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        await self.startup(sockets=[listener])
        try:
            yield
        finally:
            await self.shutdown(sockets=[listener])
