"""Asking for a link, using it, and coming in."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service import jobs
from service.credentials.actions import begin_session, sign_out
from service.credentials.keys import kept
from service.credentials.models import BROWSER_MAX
from service.credentials.rules import Lifetimes
from service.people.actions import join
from service.people.models import Person, PersonRole
from service.people.queries import get_person
from service.people.rules import clean_email
from service.sign_in import keys, queries, rules
from service.sign_in.models import AccountMail, AccountMailKind, Identity, LinkPurpose, SignInLink
from service.sign_in.provider import Claims

# How long what has been used or has expired is kept, for whoever asks what became of it.
_KEPT = timedelta(days=1)


async def ask_for_link(
    session: AsyncSession,
    email: str,
    *,
    browser_secret: str,
    browser: str,
    next_path: str,
    secret_key: str,
    at: datetime,
) -> None:
    """Have a link sent to the address. The same is done, whether or not anybody has that address.

    `browser_secret` is the cookie of the browser that asks, `browser` how it describes itself.

    Raises:
        InvalidInput: no mail address.
    """
    link = _link(LinkPurpose.SIGN_IN, clean_email(email), next_path, secret_key, at=at)
    link.browser_hash = kept(browser_secret)
    link.browser = "".join(filter(str.isprintable, browser))[:BROWSER_MAX]
    await _forget_old(session, at=at)
    await send_link(session, link, AccountMailKind.SIGN_IN, at=at)


async def ask_for_address_link(
    session: AsyncSession, address: str, *, person_id: int, secret_key: str, at: datetime
) -> None:
    """Have a link sent to an address that the person wishes to have.

    Raises:
        RateLimited: the person has asked as often as may be within an hour.
    """
    rules.ensure_can_ask_again(*await queries.links_since(session, at - rules.HOUR, person_id=person_id))
    link = _link(LinkPurpose.CHANGE_ADDRESS, address, rules.HOME, secret_key, at=at)
    link.person_id = person_id
    await _forget_old(session, at=at)
    await send_link(session, link, AccountMailKind.CHANGE_ADDRESS, at=at)


async def use_link(
    session: AsyncSession, secret: str, *, browser_hash: bytes | None, person_id: int | None, at: datetime
) -> SignInLink:
    """The link, which is used up by this. The browser's cookie, and who is signed in already, are who asks.

    Raises:
        LinkUnusable: it is none, has been used, or is too old.
        ForeignBrowser: another browser, or another person, asked for it.
    """
    link = rules.ensure_open(await queries.find_link(session, kept(secret), lock=True), at=at)
    rules.ensure_bound(link, browser_hash=browser_hash, person_id=person_id)
    await _use_up(session, link, at=at)
    return link


async def use_code(
    session: AsyncSession, typed: str, *, browser_secret: str, secret_key: str, at: datetime
) -> SignInLink | None:
    """The link that the browser last asked for, used up by its code; None where that is wrong, which counts.

    Raises:
        LinkUnusable: there is none that can be used; after five wrong codes there is none.
    """
    found = await queries.latest_link_of_browser(session, kept(browser_secret))
    link = rules.ensure_open(found, at=at)
    if not keys.is_code(secret_key, link.nonce, typed):
        link.tries += 1
        return None
    await _use_up(session, link, at=at)
    return link


async def come_in(
    session: AsyncSession,
    person_id: int,
    *,
    browser: str,
    previous: str | None,
    lifetimes: Lifetimes,
    at: datetime,
) -> str:
    """The secret of the person's new session; the browser's previous one, whoever's it was, is none any more."""
    if previous is not None:
        await sign_out(session, previous)
    return await begin_session(session, person_id, browser=browser, at=at, lifetimes=lifetimes)


async def person_of_link(
    session: AsyncSession, link: SignInLink, *, first_role: PersonRole, at: datetime
) -> Person:
    """Whoever reads the mails of the link's address: made, with the first role, where nobody is known to."""
    return await join(session, link.email, first_role=first_role, at=at)


async def person_of_claims(
    session: AsyncSession, claims: Claims, *, first_role: PersonRole, at: datetime
) -> Person:
    """Whose account the provider's is: known by issuer and subject, never by the address alone.

    Where it comes for the first time it becomes that of whoever has its verified address, who is made where unknown.

    Raises:
        NoVerifiedAddress: it comes for the first time, and the provider verified no address.
    """
    known = await queries.find_identity(session, claims.issuer, claims.subject)
    if known is not None:
        return await get_person(session, known.person_id)
    if claims.verified_email is None:
        raise rules.NoVerifiedAddress
    person = await join(session, claims.verified_email, first_role=first_role, at=at)
    linked = insert(Identity).values(
        person_id=person.id, issuer=claims.issuer, subject=claims.subject, created_at=at
    )
    # Another request may have brought it at this very moment, with the same address.
    await session.execute(linked.on_conflict_do_nothing())
    return person


async def send_link(session: AsyncSession, link: SignInLink, kind: AccountMailKind, *, at: datetime) -> None:
    """Keep a new link, and have its mail written."""
    session.add(link)
    await session.flush()
    await send_account_mail(session, kind, link.email, link_id=link.id, give_up_at=link.expires_at, at=at)


async def send_account_mail(
    session: AsyncSession,
    kind: AccountMailKind,
    address: str,
    *,
    at: datetime,
    give_up_at: datetime,
    link_id: int | None = None,
) -> None:
    """Have a mail about an account written. It goes whatever its reader watches, or has stopped."""
    mail = AccountMail(
        kind=kind, address=address, link_id=link_id, created_at=at, due_at=at, give_up_at=give_up_at
    )
    session.add(mail)
    await session.flush()
    jobs.later(session, jobs.ACCOUNT_MAIL, mail.id)


def _link(purpose: LinkPurpose, email: str, next_path: str, secret_key: str, *, at: datetime) -> SignInLink:
    nonce = keys.new_nonce()
    return SignInLink(
        purpose=purpose,
        email=email,
        nonce=nonce,
        hash=kept(keys.link_secret(secret_key, nonce)),
        next_path=next_path,
        created_at=at,
        expires_at=at + rules.LIFETIME,
    )


async def _use_up(session: AsyncSession, link: SignInLink, *, at: datetime) -> None:
    """This link, and the others that wait for the same: whoever is in needs them no more."""
    link.used_at = at
    same = sa.update(SignInLink).where(
        col(SignInLink.purpose) == link.purpose,
        col(SignInLink.email) == link.email,
        col(SignInLink.used_at).is_(None),
        col(SignInLink.browser_hash).is_not_distinct_from(link.browser_hash),
        col(SignInLink.person_id).is_not_distinct_from(link.person_id),
    )
    await session.execute(same.values(used_at=at))


async def _forget_old(session: AsyncSession, *, at: datetime) -> None:
    """Links, and the mails that brought them."""
    await session.execute(sa.delete(SignInLink).where(col(SignInLink.expires_at) < at - _KEPT))
