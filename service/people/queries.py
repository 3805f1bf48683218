"""Reading people."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.people.models import Person, Token


async def find_person_by_email(session: AsyncSession, email: str) -> Person | None:
    """The person with the address, whatever its capitals."""
    statement = select(Person).where(sa.func.lower(col(Person.email)) == email.lower())
    return (await session.execute(statement)).scalar_one_or_none()


async def find_person_by_token(session: AsyncSession, token_hash: bytes, *, at: datetime) -> Person | None:
    """Whose token it is, while it is neither revoked nor expired."""
    statement = (
        select(Person)
        .join(Token, col(Token.person_id) == col(Person.id))
        .where(
            col(Token.hash) == token_hash,
            col(Token.revoked_at).is_(None),
            sa.or_(col(Token.expires_at).is_(None), col(Token.expires_at) > at),
        )
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def lock_person(session: AsyncSession, person_id: int) -> None:
    """Make what one person writes take turns until the transaction ends; rows that name the person may still come."""
    statement = select(Person).where(col(Person.id) == person_id).with_for_update(key_share=True)
    await session.execute(statement)
