"""Reading what signing in needs."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.sign_in.models import AccountMail, AccountMailKind, Identity, SignInLink


@dataclass(frozen=True)
class AccountMailFacts:
    """All that a mail about an account tells; of a link, only what its secret and its code are made of."""

    kind: AccountMailKind
    mail_id: int
    address: str
    written_at: datetime
    nonce: bytes | None
    browser: str


async def find_link(session: AsyncSession, link_hash: bytes, *, lock: bool = False) -> SignInLink | None:
    """The link of the hash, whatever its state; locked where it is to be used."""
    statement = select(SignInLink).where(col(SignInLink.hash) == link_hash)
    if lock:
        statement = statement.with_for_update()
    return (await session.execute(statement)).scalar_one_or_none()


async def latest_link_of_browser(session: AsyncSession, browser_hash: bytes) -> SignInLink | None:
    """The newest link that the browser asked for, whatever its state; locked."""
    statement = select(SignInLink).where(col(SignInLink.browser_hash) == browser_hash)
    newest = statement.order_by(col(SignInLink.id).desc()).limit(1).with_for_update()
    return (await session.execute(newest)).scalar_one_or_none()


async def links_since(
    session: AsyncSession, since: datetime, *, person_id: int
) -> tuple[int, datetime | None]:
    """How many links the person has asked for after the time, and when they did so first."""
    statement = sa.select(sa.func.count(), sa.func.min(col(SignInLink.created_at))).where(
        col(SignInLink.person_id) == person_id, col(SignInLink.created_at) > since
    )
    count, first_at = (await session.execute(statement)).one()
    return count, first_at


async def find_identity(session: AsyncSession, issuer: str, subject: str) -> Identity | None:
    """The provider's account."""
    statement = select(Identity).where(col(Identity.issuer) == issuer, col(Identity.subject) == subject)
    return (await session.execute(statement)).scalar_one_or_none()


async def account_mails_due(session: AsyncSession, *, at: datetime, limit: int) -> list[int]:
    """The mails about accounts that are due, the longest waiting first, by id."""
    statement = sa.select(col(AccountMail.id)).where(is_waiting(), col(AccountMail.due_at) <= at)
    ordered = statement.order_by(col(AccountMail.due_at), col(AccountMail.id)).limit(limit)
    return list((await session.execute(ordered)).scalars())


async def account_mail_facts(session: AsyncSession, mail: AccountMail) -> AccountMailFacts:
    """What the mail tells."""
    link = None if mail.link_id is None else await session.get(SignInLink, mail.link_id)
    return AccountMailFacts(
        kind=mail.kind,
        mail_id=mail.id,
        address=mail.address,
        written_at=mail.created_at,
        nonce=None if link is None else link.nonce,
        browser="" if link is None else link.browser,
    )


def is_waiting() -> sa.ColumnElement[bool]:
    """Of a mail that is neither sent nor given up."""
    return sa.and_(col(AccountMail.sent_at).is_(None), col(AccountMail.failed_at).is_(None))
