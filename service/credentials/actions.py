"""Beginning and ending sessions and tokens."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity.announcements import announce_person
from service.credentials import keys, queries, rules
from service.credentials.models import BROWSER_MAX, BrowserSession, Token, TokenScope
from service.credentials.rules import Credential, Lifetimes
from service.people.actions import join
from service.people.models import PersonRole

_BY_COMMAND = "command line"


async def begin_session(
    session: AsyncSession, person_id: int, *, browser: str, at: datetime, lifetimes: Lifetimes
) -> str:
    """The secret of a new session, for the browser's cookie. `browser` is how the browser describes itself."""
    secret = keys.new_secret()
    printable = "".join(filter(str.isprintable, browser))
    session.add(
        BrowserSession(
            person_id=person_id,
            hash=keys.kept(secret),
            browser=printable[:BROWSER_MAX],
            created_at=at,
            last_seen_at=at,
            expires_at=at + lifetimes.absolute,
        )
    )
    await session.flush()
    return secret


async def sign_out(session: AsyncSession, secret: str) -> None:
    """End the session of the cookie, if it is one."""
    await _end_sessions(session, col(BrowserSession.hash) == keys.kept(secret))


async def end_session(session: AsyncSession, session_id: int | None, *, by: int) -> None:
    """End one of the person's sessions.

    Raises:
        SessionNotFound: the person has none of that id.
    """
    own = sa.and_(col(BrowserSession.id) == session_id, col(BrowserSession.person_id) == by)
    if not await _end_sessions(session, own):
        raise queries.SessionNotFound


async def end_sessions(session: AsyncSession, person_id: int, *, but: int | None = None) -> int:
    """End the person's sessions, but for one of them where it is named; returns how many."""
    others = col(BrowserSession.person_id) == person_id
    if but is not None:
        others = sa.and_(others, col(BrowserSession.id) != but)
    return await _end_sessions(session, others)


async def issue_token(
    session: AsyncSession,
    email: str,
    *,
    at: datetime,
    role: PersonRole | None = None,
    name: str | None = None,
    scopes: Collection[TokenScope] = rules.ALL_SCOPES,
    expires_at: datetime | None = None,
) -> str:
    """A new bearer token for the person of the address, who is made where unknown: by whoever has the machine.

    `role` and `name` are the person's, and set where given; a new person is a contributor otherwise.

    Raises:
        InvalidInput: no mail address, no name, or an expiry that is past.
    """
    rules.ensure_expiry(expires_at, at=at)
    person = await join(session, email, at=at, role=role, name=name)
    _, secret = await _add_token(
        session, person.id, _BY_COMMAND, scopes, at=at, signed_in_at=at, expires_at=expires_at
    )
    return secret


async def create_token(
    session: AsyncSession,
    name: str,
    scopes: Collection[TokenScope],
    *,
    by: Credential,
    at: datetime,
    expires_at: datetime | None = None,
) -> tuple[Token, str]:
    """A new token of the person's own, and its secret, which nobody can tell again.

    Raises:
        InvalidInput: the name, the scopes or the expiry can't be.
        TooManyTokens: the person has as many as may be.
    """
    name = rules.clean_token_name(name)
    wanted = rules.clean_scopes(scopes, within=by.scopes)
    rules.ensure_expiry(expires_at, at=at)
    rules.ensure_can_have_more(await queries.count_tokens(session, by.person.id, at=at))
    return await _add_token(
        session, by.person.id, name, wanted, at=at, signed_in_at=by.signed_in_at, expires_at=expires_at
    )


async def revoke_token(session: AsyncSession, token_id: int | None, *, by: int, at: datetime) -> Token:
    """End a token of the person's own; without effect where it has ended already.

    Raises:
        TokenNotFound: the person has none of that id.
    """
    token = await queries.get_own_token(session, token_id, person_id=by)
    if token.revoked_at is None:
        token.revoked_at = at
        await announce_person(session, by)
    return token


async def sweep_sessions(session: AsyncSession, *, at: datetime, limit: int) -> None:
    """Forget so many of the sessions whose time is over: nobody is signed in by them any more."""
    over = sa.select(col(BrowserSession.id)).where(col(BrowserSession.expires_at) <= at).limit(limit)
    await session.execute(sa.delete(BrowserSession).where(col(BrowserSession.id).in_(over)))


async def note_use(session: AsyncSession, credential: Credential, *, at: datetime) -> None:
    """Keep that a credential has been used just now."""
    if credential.session_id is not None:
        seen = sa.update(BrowserSession).where(col(BrowserSession.id) == credential.session_id)
        await session.execute(seen.values(last_seen_at=at))
    else:
        used = sa.update(Token).where(col(Token.id) == credential.token_id)
        await session.execute(used.values(last_used_at=at))


async def _add_token(
    session: AsyncSession,
    person_id: int,
    name: str,
    scopes: Collection[TokenScope],
    *,
    at: datetime,
    signed_in_at: datetime,
    expires_at: datetime | None,
) -> tuple[Token, str]:
    secret = keys.new_token()
    token = Token(
        person_id=person_id,
        hash=keys.kept(secret),
        name=name,
        scopes=[scope.value for scope in rules.clean_scopes(scopes, within=rules.ALL_SCOPES)],
        created_at=at,
        signed_in_at=signed_in_at,
        expires_at=expires_at,
    )
    session.add(token)
    await session.flush()
    return token, secret


async def _end_sessions(session: AsyncSession, which: sa.ColumnElement[bool]) -> int:
    statement = sa.delete(BrowserSession).where(which).returning(col(BrowserSession.person_id))
    people = list((await session.execute(statement)).scalars())
    for person_id in set(people):
        await announce_person(session, person_id)
    return len(people)
