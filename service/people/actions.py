"""Letting people in."""

import hashlib
import secrets
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from service.activity import actions as activity
from service.activity.announcements import announce
from service.activity.models import EventKind
from service.people import queries, rules
from service.people.models import Person, PersonRole, Token

# Recognisable, so that secret scanners find a token that was published by mistake.
TOKEN_PREFIX = "skp_"  # noqa: S105
_TOKEN_BYTES = 24


async def issue_token(
    session: AsyncSession,
    email: str,
    *,
    at: datetime,
    role: PersonRole | None = None,
    name: str | None = None,
) -> str:
    """A new bearer token for the person of the address, who is made where unknown.

    `role` and `name` are set where given; a new person is a contributor otherwise. Only the token's hash is kept.

    Raises:
        InvalidInput: no mail address, or no name.
    """
    person = await join(session, email, at=at, role=role, name=name)
    token = TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(Token(person_id=person.id, hash=hash_token(token), created_at=at))
    await session.flush()
    return token


async def join(
    session: AsyncSession,
    email: str,
    *,
    at: datetime,
    role: PersonRole | None = None,
    name: str | None = None,
) -> Person:
    """The person of the address; made where unknown, with role and name set where given."""
    address = rules.clean_email(email)
    person = await queries.find_person_by_email(session, address)
    is_new = person is None
    if person is None:
        person = Person(
            email=address, name=rules.name_from_email(address), role=PersonRole.CONTRIBUTOR, created_at=at
        )
    if role is not None:
        person.role = role
    if name is not None and not is_new:
        await announce(session, None)
    if name is not None:
        person.name = rules.clean_name(name)
    session.add(person)
    await session.flush()
    if is_new:
        await activity.record(session, EventKind.PERSON_JOINED, at=at, actor_id=person.id)
    return person


def hash_token(token: str) -> bytes:
    """What is stored of a token. It has 192 random bits, so a fast hash without salt is enough."""
    return hashlib.sha256(token.encode()).digest()
