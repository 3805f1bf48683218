"""Letting people in."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity import actions as activity
from service.activity.announcements import announce, announce_person
from service.activity.models import EventKind
from service.people import queries, rules
from service.people.models import Person, PersonRole


async def join(
    session: AsyncSession,
    email: str,
    *,
    at: datetime,
    role: PersonRole | None = None,
    name: str | None = None,
    first_role: PersonRole = PersonRole.CONTRIBUTOR,
) -> Person:
    """The person of the address; made where unknown, with role and name set where given.

    Somebody new has the `first_role` where no role is given.

    Raises:
        InvalidInput: it is no address, or no name for a person.
    """
    address = rules.clean_email(email)
    person = await queries.find_person_by_email(session, address)
    if person is None:
        person = await _make_person(session, address, first_role, at=at)
    elif name is not None:
        await announce(session, None)
    if role is not None and role is not person.role:
        person.role = role
        await announce_person(session, person.id)
    if name is not None:
        person.name = rules.clean_name(name)
    await session.flush()
    return person


async def _make_person(session: AsyncSession, address: str, role: PersonRole, *, at: datetime) -> Person:
    """The person of the address, whom somebody else may have made at this very moment."""
    made = insert(Person).values(email=address, name=rules.name_from_email(address), role=role, created_at=at)
    person_id = (
        await session.execute(made.on_conflict_do_nothing().returning(col(Person.id)))
    ).scalar_one_or_none()
    if person_id is not None:
        await activity.record(session, EventKind.PERSON_JOINED, at=at, actor_id=person_id)
    person = await queries.find_person_by_email(session, address)
    assert person is not None
    return person
