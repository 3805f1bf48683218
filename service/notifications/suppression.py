"""Who gets no mail any more, because mail to them comes back; until they have verified their address again."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.notifications.models import Bounce, BounceKind, Mail, MailSettings, Suppression

# So many soft bounces within so long count as a hard one.
_SOFT_MAX = 3
_SOFT_WITHIN = timedelta(days=7)


async def record_bounce(
    session: AsyncSession, mail_id: int, kind: BounceKind, reason: str, *, at: datetime
) -> bool:
    """Note that a mail has come back; returns whether its person gets no mail from now on.

    The same report again, a mail that is gone, and one sent before the person last verified the address change
    nothing.
    """
    mail = await session.get(Mail, mail_id)
    if mail is None:
        return False
    settings = await _locked_settings(session, mail.person_id)
    if settings.verified_at is not None and (mail.sent_at or at) <= settings.verified_at:
        return False
    row = {"person_id": mail.person_id, "mail_id": mail.id, "kind": kind, "reason": reason, "received_at": at}
    noted = insert(Bounce).values(row).on_conflict_do_nothing().returning(col(Bounce.id))
    if (await session.execute(noted)).scalar_one_or_none() is None or settings.suppressed_at is not None:
        return False
    because = await _because(session, settings, kind, at=at)
    if because is None:
        return False
    settings.suppressed_at, settings.suppressed_because = at, because
    return True


async def lift_suppression(session: AsyncSession, person_id: int, *, at: datetime) -> None:
    """The person has proved that the address is theirs: mail goes there again."""
    settings = await _locked_settings(session, person_id)
    settings.suppressed_at = settings.suppressed_because = None
    settings.verified_at = at


async def _because(
    session: AsyncSession, settings: MailSettings, kind: BounceKind, *, at: datetime
) -> Suppression | None:
    """What the bounces come to; None where mail goes on."""
    if kind is BounceKind.COMPLAINT:
        return Suppression.COMPLAINED
    if kind is BounceKind.HARD:
        return Suppression.BOUNCED
    since = max(filter(None, (at - _SOFT_WITHIN, settings.verified_at)))
    soft = sa.select(sa.func.count()).where(
        col(Bounce.person_id) == settings.person_id,
        col(Bounce.kind) == BounceKind.SOFT,
        col(Bounce.received_at) > since,
    )
    is_often = (await session.execute(soft)).scalar_one() >= _SOFT_MAX
    return Suppression.BOUNCED_OFTEN if is_often else None


async def _locked_settings(session: AsyncSession, person_id: int) -> MailSettings:
    """The person's settings, the defaults at first; locked, so that bounces are counted one after another."""
    begun = insert(MailSettings).values(MailSettings(person_id=person_id).model_dump())
    await session.execute(begun.on_conflict_do_nothing())
    present = select(MailSettings).where(col(MailSettings.person_id) == person_id).with_for_update()
    present = present.execution_options(populate_existing=True)
    return (await session.execute(present)).scalar_one()
