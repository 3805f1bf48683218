"""Forgetting what signing in leaves behind."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.sign_in.models import AccountMail, SignInLink
from service.sign_in.queries import is_waiting

# After its time, used or not: until then a page can say what is wrong with it.
LINKS_KEPT = timedelta(days=1)
# After it was written: to find out why somebody has got no mail.
MAILS_KEPT = timedelta(days=30)


async def sweep_links(session: AsyncSession, *, at: datetime, limit: int) -> None:
    """Forget links whose time is long over, with their mails, and other mails about accounts; so many of each."""
    over = sa.select(col(SignInLink.id)).where(col(SignInLink.expires_at) <= at - LINKS_KEPT).limit(limit)
    await session.execute(sa.delete(SignInLink).where(col(SignInLink.id).in_(over)))
    told = (
        sa.select(col(AccountMail.id))
        .where(sa.not_(is_waiting()), col(AccountMail.created_at) <= at - MAILS_KEPT)
        .order_by(col(AccountMail.id))
        .limit(limit)
    )
    await session.execute(sa.delete(AccountMail).where(col(AccountMail.id).in_(told)))
