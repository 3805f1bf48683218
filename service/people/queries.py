"""Reading people."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.people.models import Person, ReviewerDomain

# Made once: to put a statement together takes longer than to run it.
_LOCK = (
    sa.select(col(Person.id))
    .where(col(Person.id) == sa.bindparam("person_id"))
    .with_for_update(key_share=True)
)


async def find_person_by_email(session: AsyncSession, email: str) -> Person | None:
    """The person with the address, whatever its capitals."""
    statement = select(Person).where(sa.func.lower(col(Person.email)) == email.lower())
    return (await session.execute(statement)).scalar_one_or_none()


async def get_person(session: AsyncSession, person_id: int) -> Person:
    """The person of the id, which a credential or a foreign key promises."""
    return (await session.execute(select(Person).where(col(Person.id) == person_id))).scalar_one()


async def lock_person(session: AsyncSession, person_id: int) -> None:
    """Make what one person writes take turns until the transaction ends; rows that name the person may still come."""
    await session.execute(_LOCK, {"person_id": person_id})


async def domains_by_reviewer(session: AsyncSession, ids: Collection[int]) -> dict[int, set[int]]:
    """The domains to which each person is limited as a reviewer; none of them limits nobody."""
    statement = sa.select(col(ReviewerDomain.person_id), col(ReviewerDomain.domain_id)).where(
        col(ReviewerDomain.person_id).in_(ids)
    )
    found: dict[int, set[int]] = {key: set() for key in ids}
    for person_id, domain_id in (await session.execute(statement)).all():
        found[person_id].add(domain_id)
    return found
