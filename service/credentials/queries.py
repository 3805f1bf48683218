"""Reading credentials."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.credentials.models import BrowserSession, Token, TokenScope
from service.credentials.rules import ALL_SCOPES, SEEN_EVERY, Credential, Lifetimes
from service.errors import NotFound
from service.people.models import Person
from service.prepared import Prepared
from service.sources import columns_of

# Made once: to put a statement together takes longer than to run it, and these two stand before every other.
_PERSON = tuple(columns_of(Person))
_BY_TOKEN = Prepared(
    sa.select(
        *_PERSON,
        col(Token.id).label("token_id"),
        *(getattr(Token, name) for name in ("scopes", "signed_in_at", "last_used_at")),
    )
    .join(Token, col(Token.person_id) == col(Person.id))
    .where(
        col(Token.hash) == sa.bindparam("hash"),
        col(Token.revoked_at).is_(None),
        sa.or_(col(Token.expires_at).is_(None), col(Token.expires_at) > sa.bindparam("at")),
    )
)
_BY_SESSION = Prepared(
    sa.select(
        *_PERSON,
        col(BrowserSession.id).label("session_id"),
        col(BrowserSession.created_at).label("signed_in_at"),
        col(BrowserSession.last_seen_at),
    )
    .join(BrowserSession, col(BrowserSession.person_id) == col(Person.id))
    .where(
        col(BrowserSession.hash) == sa.bindparam("hash"),
        col(BrowserSession.expires_at) > sa.bindparam("at"),
        col(BrowserSession.last_seen_at) > sa.bindparam("since"),
    )
)


class TokenNotFound(NotFound):
    """No token of this person has that id."""

    def __init__(self) -> None:
        super().__init__("You have no such token.", path=("tokenId",))


class SessionNotFound(NotFound):
    """No session of this person has that id."""

    def __init__(self) -> None:
        super().__init__("You have no such session.", path=("sessionId",))


async def find_by_token(
    session: AsyncSession, token_hash: bytes, *, at: datetime
) -> tuple[Credential, bool] | None:
    """Whose token it is while it is neither revoked nor expired, and whether its use is to be noted."""
    found = await _BY_TOKEN.first(session, hash=token_hash, at=at)
    if found is None:
        return None
    scopes = frozenset(map(TokenScope, found.scopes))
    credential = Credential(_person_in(found), scopes, found.signed_in_at, token_id=found.token_id)
    return credential, found.last_used_at is None or at - found.last_used_at >= SEEN_EVERY


async def find_by_session(
    session: AsyncSession, session_hash: bytes, *, at: datetime, lifetimes: Lifetimes
) -> tuple[Credential, bool] | None:
    """Whose session it is while it lasts, and whether the visit is to be noted."""
    found = await _BY_SESSION.first(session, hash=session_hash, at=at, since=at - lifetimes.idle)
    if found is None:
        return None
    credential = Credential(_person_in(found), ALL_SCOPES, found.signed_in_at, session_id=found.session_id)
    return credential, at - found.last_seen_at >= SEEN_EVERY


async def lasts(session: AsyncSession, credential: Credential, *, at: datetime, lifetimes: Lifetimes) -> bool:
    """Whether the credential is still one: what an open stream asks when its person is announced."""
    if credential.session_id is not None:
        statement = sa.select(col(BrowserSession.id)).where(
            col(BrowserSession.id) == credential.session_id,
            col(BrowserSession.expires_at) > at,
            col(BrowserSession.last_seen_at) > at - lifetimes.idle,
        )
    else:
        statement = sa.select(col(Token.id)).where(
            col(Token.id) == credential.token_id,
            col(Token.revoked_at).is_(None),
            sa.or_(col(Token.expires_at).is_(None), col(Token.expires_at) > at),
        )
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def count_tokens(session: AsyncSession, person_id: int, *, at: datetime) -> int:
    """How many tokens of the person can be used."""
    statement = sa.select(sa.func.count()).where(
        col(Token.person_id) == person_id,
        col(Token.revoked_at).is_(None),
        sa.or_(col(Token.expires_at).is_(None), col(Token.expires_at) > at),
    )
    return int((await session.execute(statement)).scalar_one())


async def get_own_token(session: AsyncSession, token_id: int | None, *, person_id: int) -> Token:
    """The person's token of the id. Raises TokenNotFound."""
    statement = select(Token).where(col(Token.id) == token_id, col(Token.person_id) == person_id)
    token = (await session.execute(statement)).scalar_one_or_none()
    if token is None:
        raise TokenNotFound
    return token


def _person_in(row: Any) -> Person:
    return Person(**{column.key: getattr(row, column.key) for column in _PERSON})
