"""A provider of OpenID Connect: where it sends people, and what it says about who came back.

Code flow with PKCE. What the provider says is believed only where it is signed by one of its keys, for us, just now,
and in answer to the very question that this browser asked.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from service.errors import NotAllowed
from service.sign_in.models import ISSUER_MAX, SUBJECT_MAX

_SECONDS = 10.0
_LEEWAY_SECONDS = 60
# Signatures by a key pair alone: with a shared secret, or none, anybody could have signed.
_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")


class ProviderRefused(NotAllowed):
    """The provider did not say who came, or what it said is not to be believed."""

    code = "PROVIDER_REFUSED"

    def __init__(self) -> None:
        super().__init__("The provider did not say who you are. Try again, or sign in by mail.")


@dataclass(frozen=True)
class Claims:
    """Who came back: the provider's account, and its address, which is only there where the provider verified it."""

    issuer: str
    subject: str
    verified_email: str | None


@dataclass(frozen=True)
class Question:
    """What one browser asks, once: it keeps all three until the answer."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """One provider, with what its discovery document says, which is read when it is first needed."""

    def __init__(
        self,
        *,
        issuer: str,
        client_id: str,
        client_secret: str,
        redirect_uri: str,
        http: httpx.AsyncClient,
    ) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri
        self._http = http
        self._discovered: dict[str, Any] | None = None
        self._keys: KeySet | None = None

    async def address(self, question: Question) -> str:
        """Where the browser is sent. Raises ProviderRefused where the provider is away."""
        document = await self._document()
        return str(
            prepare_grant_uri(
                document["authorization_endpoint"],
                self._client_id,
                "code",
                redirect_uri=self._redirect_uri,
                scope="openid email profile",
                state=question.state,
                nonce=question.nonce,
                code_challenge=create_s256_code_challenge(question.verifier),  # type: ignore[no-untyped-call]
                code_challenge_method="S256",
            )
        )

    async def claims(self, code: str, question: Question, *, at: datetime) -> Claims:
        """Who came back with the code.

        Raises:
            ProviderRefused: the provider is away or refuses the code, or its answer is not to be believed.
        """
        signed = await self._exchanged(code, question)
        try:
            token = jwt.decode(signed, await self._keys_for(signed), algorithms=_ALGORITHMS)
            said = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                    "sub": {"essential": True},
                    "exp": {"essential": True},
                },
                {"nonce": question.nonce, "client_id": self._client_id},
            )
            said.validate(  # type: ignore[no-untyped-call]
                now=int(at.timestamp()), leeway=_LEEWAY_SECONDS
            )
        except (JoseError, ValueError, TypeError) as error:
            raise ProviderRefused from error
        return _claims(said)

    async def _exchanged(self, code: str, question: Question) -> str:
        document = await self._document()
        wish = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": question.verifier,
        }
        methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        auth = None
        if "client_secret_basic" in methods:
            auth = (quote(self._client_id, safe=""), quote(self._client_secret, safe=""))
        else:
            wish |= {"client_id": self._client_id, "client_secret": self._client_secret}
        answer = await self._asked("POST", document["token_endpoint"], data=wish, auth=auth)
        signed = answer.get("id_token")
        if not isinstance(signed, str):
            raise ProviderRefused
        return signed

    async def _keys_for(self, signed: str) -> KeySet:
        """The provider's keys: read anew once where the token names one that we do not know."""
        wanted = _key_id(signed)
        if self._keys is None or wanted not in {key.kid for key in self._keys.keys}:
            document = await self._document()
            self._keys = KeySet.import_key_set(await self._asked("GET", document["jwks_uri"]))  # type: ignore[arg-type]
        return self._keys

    async def _document(self) -> dict[str, Any]:
        if self._discovered is None:
            address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
            document = await self._asked("GET", address)
            needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if document.get("issuer") != self._issuer or not all(
                isinstance(document.get(name), str) for name in needed
            ):
                raise ProviderRefused
            self._discovered = document
        return self._discovered

    async def _asked(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        try:
            response = await self._http.request(method, address, timeout=_SECONDS, **more)
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ProviderRefused from error
        if not isinstance(answer, dict):
            raise ProviderRefused
        return answer


def _key_id(signed: str) -> str | None:
    """The key that a signed token names. Raises JoseError or ValueError for what is no token."""
    found = extract_compact(signed.encode()).headers().get("kid")
    return found if isinstance(found, str) else None


def _claims(said: CodeIDToken) -> Claims:
    issuer, subject, email = said["iss"], said["sub"], said.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_MAX or len(issuer) > ISSUER_MAX:
        raise ProviderRefused
    # Some say it as a text; whatever is not plainly true is false.
    is_verified = said.get("email_verified") in (True, "true")
    return Claims(issuer, subject, email if isinstance(email, str) and is_verified else None)
