"""Changing one's own account, and ending it."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.accounts import queries, rules
from service.activity import actions as activity
from service.activity.announcements import announce, announce_person
from service.activity.models import EventKind
from service.credentials.actions import end_sessions
from service.credentials.rules import Credential, ensure_fresh
from service.notifications.suppression import lift_suppression
from service.people.models import PersonRole
from service.people.queries import find_person_by_email, get_person
from service.people.rules import clean_email, clean_name
from service.sign_in import actions as sign_in
from service.sign_in.models import AccountMail, AccountMailKind, SignInLink

# How long we try to tell the old address.
_TOLD_WITHIN = timedelta(days=2)


async def update_profile(session: AsyncSession, person_id: int, name: str) -> None:
    """Give the person another name; the same again changes nothing. Raises InvalidInput."""
    person = await get_person(session, person_id)
    # What was there before a rule was made may stay.
    cleaned = name if name == person.name else clean_name(name)
    if person.name != cleaned:
        person.name = cleaned
        await session.flush()
        await announce(session, None)


async def ask_for_address(
    session: AsyncSession, email: str, *, by: Credential, secret_key: str, at: datetime
) -> None:
    """Have a link sent to another address, which the person has once they have used it.

    The same is done, whether or not somebody else has the address.

    Raises:
        SignInAgain: the person proved who they are too long ago.
        InvalidInput: no mail address, or their own.
        RateLimited: they have asked as often as may be within an hour.
    """
    ensure_fresh(by, at=at)
    address = clean_email(email)
    rules.ensure_other_address(by.person, address)
    await sign_in.ask_for_address_link(session, address, person_id=by.person.id, secret_key=secret_key, at=at)


async def ask_to_verify(
    session: AsyncSession, typed: str, *, by: Credential, secret_key: str, at: datetime
) -> None:
    """Have a link sent to the person's own address; using it proves that mail arrives there.

    Raises:
        InvalidInput: they did not type their own address.
        RateLimited: they have asked as often as may be within an hour.
    """
    rules.ensure_meant(by.person, typed)
    await sign_in.ask_for_address_link(
        session, by.person.email, person_id=by.person.id, secret_key=secret_key, at=at
    )


async def take_address(
    session: AsyncSession, link: SignInLink, *, session_id: int | None, at: datetime
) -> None:
    """Give the person the address of the link that they have used, tell the old one, and end their other sessions.

    Mail goes there again, whatever has come back before. Where it was their address already, that is all.

    Raises:
        AddressTaken: somebody else has it.
    """
    assert link.person_id is not None
    present = await find_person_by_email(session, link.email)
    if present is not None and present.id != link.person_id:
        raise rules.AddressTaken
    await lift_suppression(session, link.person_id, at=at)
    if present is not None:
        return
    person = await get_person(session, link.person_id)
    old, person.email = person.email, link.email
    await session.flush()
    await sign_in.send_account_mail(
        session, AccountMailKind.ADDRESS_CHANGED, old, give_up_at=at + _TOLD_WITHIN, at=at
    )
    await end_sessions(session, person.id, but=session_id)
    await announce_person(session, person.id)


async def delete_account(session: AsyncSession, typed: str, *, by: Credential, at: datetime) -> None:
    """End the account: what is the person's own goes, what they wrote stays, as a removed person's.

    Raises:
        SignInAgain: the person proved who they are too long ago.
        InvalidInput: they did not type their own address.
    """
    ensure_fresh(by, at=at)
    rules.ensure_meant(by.person, typed)
    person = await get_person(session, by.person.id)
    for table, column in queries.own_tables():
        await session.execute(sa.delete(table).where(column == person.id))
    await _forget_mails(session, person.email)
    person.email = rules.removed_address(person.id)
    person.name = rules.REMOVED_NAME
    person.role = PersonRole.READER
    person.removed_at = at
    await session.flush()
    await activity.record(session, EventKind.PERSON_REMOVED, at=at, actor_id=person.id)
    await announce(session, None)
    await announce_person(session, person.id)


async def _forget_mails(session: AsyncSession, email: str) -> None:
    """Links that were asked for by the address, and the mails to it."""
    for table, column in ((AccountMail, col(AccountMail.address)), (SignInLink, col(SignInLink.email))):
        await session.execute(sa.delete(table).where(sa.func.lower(column) == email.lower()))
