"""Send the mails that are due."""

import time

import structlog

from service.database import AsyncSession
from service.notifications import actions, queries
from service.notifications.envelope import envelope_sender
from service.notifications.models import Mail, Silence
from service.notifications.reports import kind_of_status
from service.notifications.suppression import record_bounce
from worker.mail.letters import bytes_of
from worker.mail.transport import PermanentRefusal, TransientRefusal, Transport
from worker.surroundings import Surroundings

log = structlog.get_logger()

# A round that lasts longer leaves the rest to the next: a job must end.
_ROUND_SECONDS = 60.0
_BATCH = 50


async def deliver(around: Surroundings, mail_id: int = 0) -> int:  # noqa: ARG001  a wake-up: any mail that is due
    """Send the mails that are due, one after another; returns how many the mail server took.

    One round goes on at a time in a worker, so that waiting for a slow mail server holds one transaction, not one for
    each mail. Whoever comes meanwhile leaves it to the round, which looks again before it ends.
    """
    if around.transport is None:
        return 0
    around.round.calls += 1
    if around.round.turn.locked():
        return 0
    async with around.round.turn:
        return await _send_due(around, around.transport)


async def _send_due(around: Surroundings, transport: Transport) -> int:
    sent = 0
    until = time.monotonic() + _ROUND_SECONDS
    while time.monotonic() < until:
        calls = around.round.calls
        async with around.database.transaction() as session:
            await actions.close_mails(session, at=around.now(), limit=_BATCH)
        async with around.database.read_session() as session:
            due = await queries.mails_due(session, at=around.now(), limit=_BATCH)
        for mail_id in due:
            sent += await _send(around, transport, mail_id)
        if not due and calls == around.round.calls:
            break
    return sent


async def _send(around: Surroundings, transport: Transport, mail_id: int) -> bool:
    """Send one mail if it is still due.

    The row's lock is held while the mail is sent, so that no second worker sends it as well; a worker that dies loses
    the lock and leaves the mail queued. Sent again, a mail has the same Message-ID.
    """
    try:
        async with around.database.transaction() as session:
            mail = await actions.claim_mail(session, mail_id, at=around.now())
            return mail is not None and await _hand_over(around, transport, session, mail)
    except Exception as error:
        # Whatever it is, it must not keep the mails behind it waiting, nor be tried without end.
        log.exception("mail_crashed", mail_id=mail_id)
        async with around.database.transaction() as session:
            mail = await actions.claim_mail(session, mail_id, at=around.now())
            if mail is not None:
                actions.mark_deferred(mail, f"internal: {error}", at=around.now())
        return False


async def _hand_over(around: Surroundings, transport: Transport, session: AsyncSession, mail: Mail) -> bool:
    facts = await queries.mail_facts(session, mail)
    settings = await queries.settings_of_mail(session, mail)
    try:
        message = bytes_of(mail, facts, settings, secret_key=around.secret_key, sender=around.sender)
        if message is None:
            actions.mark_suppressed(mail, Silence.UNDONE)
            return False
        await transport.send(
            message,
            sender=envelope_sender(around.sender.address, mail.id, around.secret_key),
            recipient=facts[0].recipient_address,
        )
    except TransientRefusal as refusal:
        log.warning("mail_deferred", mail_id=mail.id, reason=refusal.reason, attempts=mail.attempts + 1)
        actions.mark_deferred(mail, refusal.reason, at=around.now())
        return False
    except PermanentRefusal as refusal:
        log.warning("mail_failed", mail_id=mail.id, reason=refusal.reason)
        actions.mark_failed(mail, refusal.reason)
        if refusal.status is not None:
            kind = kind_of_status(refusal.status)
            await record_bounce(session, mail.id, kind, refusal.reason, at=around.now())
        return False
    except ValueError as error:
        # The facts make no mail (a bad address, an overlong page address), now or later.
        log.warning("mail_failed", mail_id=mail.id, reason=str(error))
        actions.mark_failed(mail, str(error))
        return False
    actions.mark_sent(mail, at=around.now())
    return True
