"""What a credential lets its bearer do, how long it lasts, and what a token may be."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.credentials.models import TOKEN_NAME_MAX, TokenScope
from service.errors import InvalidInput, NotAllowed
from service.people.models import Person, PersonRole
from service.people.rules import clean_line

TOKENS_MAX = 50
# Of a sign-in after which nothing that could lock the person out may be changed.
FRESH = timedelta(minutes=15)
# How coarse “last seen” and “last used” are: reading must not mean writing.
SEEN_EVERY = timedelta(minutes=10)

ALL_SCOPES = frozenset(TokenScope)


@dataclass(frozen=True)
class Lifetimes:
    """How long a session lasts: without a request, and in all."""

    idle: timedelta = timedelta(days=14)
    absolute: timedelta = timedelta(days=90)


@dataclass(frozen=True)
class Credential:
    """Who sends a request, and by what: a session or a token. `signed_in_at` is when they proved who they are."""

    person: Person
    scopes: frozenset[TokenScope]
    signed_in_at: datetime
    session_id: int | None = None
    token_id: int | None = None


class TooManyTokens(NotAllowed):
    """The person has as many as may be."""

    code = "TOO_MANY_TOKENS"


class SignInAgain(NotAllowed):
    """The sign-in is too old for what would lock its owner out."""

    code = "SIGN_IN_AGAIN"


def scope_for(role: PersonRole) -> TokenScope:
    """The scope that a token needs for what people of the role may do."""
    if role.rank >= PersonRole.MAINTAINER.rank:
        return TokenScope.ADMIN
    return TokenScope.REVIEW if role is PersonRole.REVIEWER else TokenScope.PROPOSE


def ensure_fresh(credential: Credential, *, at: datetime) -> None:
    """Raise SignInAgain where the person proved who they are longer ago than a few minutes."""
    if at - credential.signed_in_at > FRESH:
        minutes = int(FRESH.total_seconds() / 60)
        raise SignInAgain(f"Your sign-in is older than {minutes} minutes: sign in again, then do this.")


def clean_token_name(name: str) -> str:
    """One line of 1 to 100 characters. Raises InvalidInput."""
    return clean_line(name, what="The name of a token", most=TOKEN_NAME_MAX)


def clean_scopes(scopes: Collection[TokenScope], *, within: Collection[TokenScope]) -> list[TokenScope]:
    """The scopes in their order, always with READ.

    Raises:
        InvalidInput: one of them is not among those that its maker has.
    """
    beyond = set(scopes) - set(within)
    if beyond:
        names = ", ".join(sorted(scope.value for scope in beyond))
        raise InvalidInput(
            f"A token makes no token that may more than itself: leave out {names}.", path=("scopes",)
        )
    return [scope for scope in TokenScope if scope in scopes or scope is TokenScope.READ]


def ensure_can_have_more(tokens: int) -> None:
    """Raise TooManyTokens where the person has as many as may be."""
    if tokens >= TOKENS_MAX:
        raise TooManyTokens(f"You have {TOKENS_MAX} tokens, as many as may be: revoke one first.")


def ensure_expiry(expires_at: datetime | None, *, at: datetime) -> None:
    """Raise InvalidInput where a token would be born expired."""
    if expires_at is not None and expires_at <= at:
        raise InvalidInput("A token expires later than now, or never.", path=("expiresAt",))
