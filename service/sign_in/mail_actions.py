"""Delivering a mail about an account: a link that comes late is no use, so it is tried often, and not for long."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.sign_in.models import AccountMail
from service.sign_in.queries import is_waiting

_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=30)
_ERROR_MAX = 500


async def claim_account_mail(session: AsyncSession, mail_id: int, *, at: datetime) -> AccountMail | None:
    """The mail, locked until the transaction ends, if it is due and no other worker has it; given up where too late."""
    statement = select(AccountMail).where(
        col(AccountMail.id) == mail_id, is_waiting(), col(AccountMail.due_at) <= at
    )
    mail = (await session.execute(statement.with_for_update(skip_locked=True))).scalar_one_or_none()
    if mail is not None and mail.give_up_at <= at:
        mail.failed_at, mail.last_error = at, mail.last_error or "it came too late"
        return None
    return mail


def mark_account_mail_sent(mail: AccountMail, *, at: datetime) -> None:
    """The mail server has taken it."""
    mail.attempts += 1
    mail.sent_at, mail.last_error = at, None


def mark_account_mail_deferred(mail: AccountMail, reason: str, *, at: datetime) -> None:
    """Not taken now: again after a wait that doubles each time, up to a bound."""
    mail.attempts += 1
    mail.last_error = reason[:_ERROR_MAX]
    mail.due_at = at + min(_FIRST_WAIT * 2 ** min(mail.attempts - 1, 20), _LONGEST_WAIT)


def mark_account_mail_failed(mail: AccountMail, reason: str, *, at: datetime) -> None:
    """Never to be taken."""
    mail.attempts += 1
    mail.failed_at, mail.last_error = at, reason[:_ERROR_MAX]
