"""Send the mails that are due."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import structlog

from service.notifications import actions, queries, turns
from service.notifications.envelope import envelope_sender
from service.notifications.facts import Outgoing, outgoing
from service.notifications.models import Silence
from service.notifications.reports import kind_of_status
from service.notifications.suppression import record_bounce
from worker.mail.letters import bytes_of
from worker.mail.transport import PermanentRefusal, PutOff, Refusal, Transport
from worker.settling import Settling
from worker.surroundings import Surroundings

log = structlog.get_logger()

# A round that lasts longer leaves the rest to the next: a job must end.
_ROUND_SECONDS = 60.0
# Of one lane: no more than is sent soon after it was read.
_BATCH = 120
_LANES = 2
_CLOSED_AT_ONCE = 1_000


async def deliver(around: Surroundings, mail_id: int = 0) -> int:  # noqa: ARG001  a wake-up: any mail that is due
    """Send the mails that are due, several at once; returns how many the mail server took.

    One round goes on at a time in a worker. Whoever comes meanwhile leaves it to the round, which looks again before
    it ends.
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
    while not _is_over(around, until):
        calls = around.round.calls
        closed = await _close(around)
        async with around.database.read_session() as session:
            due = len(await queries.mails_due(session, at=around.now(), limit=_BATCH + 1))
        lanes = min(_LANES, -(-due // _BATCH))
        turns_taken, taken = await _send_by_lanes(around, transport, until, lanes=lanes)
        sent += taken
        if not closed and not turns_taken and calls == around.round.calls:
            break
    return sent


def _is_over(around: Surroundings, until: float) -> bool:
    return time.monotonic() >= until or around.round.is_last


async def _close(around: Surroundings) -> int:
    """Let mails that are due collect no more, so many at once; returns how many were looked at."""
    async with around.database.transaction() as session:
        return await actions.close_mails(session, at=around.now(), limit=_CLOSED_AT_ONCE)


async def _send_by_lanes(
    around: Surroundings, transport: Transport, until: float, *, lanes: int
) -> tuple[int, int]:
    """Send what is due; returns how many turns were taken, and how many mails.

    While one lane reads what its mails tell, another sends. Where one fails, the others carry on to the end.
    """
    senders = -(-around.senders // max(lanes, 1))
    running = [_send_turns(around, transport, until, senders) for _ in range(lanes)]
    turns_taken, sent = 0, 0
    for found in await asyncio.gather(*running, return_exceptions=True):
        if isinstance(found, BaseException):
            raise found
        turns_taken, sent = turns_taken + found[0], sent + found[1]
    return turns_taken, sent


async def _send_turns(
    around: Surroundings, transport: Transport, until: float, senders: int
) -> tuple[int, int]:
    """Batch by batch, until no mail is due that nobody else has; returns how many there were, and were taken."""
    turns_taken, sent = 0, 0
    async with around.database.held_connection() as connection:
        while not _is_over(around, until):
            ids = await turns.take_turns(connection, at=around.now(), limit=_BATCH)
            if ids:
                turns_taken += len(ids)
                settling = Settling(connection, around.database, around.now)
                sent += await _send_batch(around, transport, settling, await _prepared(around, ids), senders)
                await turns.give_back_turns(connection)
            elif not await _close(around):
                break
    return turns_taken, sent


async def _send_batch(
    around: Surroundings, transport: Transport, settling: Settling, mails: Sequence[Outgoing], senders: int
) -> int:
    """Send the mails, so many at once; returns how many were taken."""
    waiting = iter(mails)

    async def send_on() -> int:
        taken = 0
        for each in waiting:
            if around.round.is_last:
                break
            taken += await _send(around, transport, settling, each)
        return taken

    sending = [asyncio.ensure_future(send_on()) for _ in range(senders)]
    try:
        return sum(await asyncio.gather(*sending))
    finally:
        for sender in sending:
            sender.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        await settling.settle()


async def _prepared(around: Surroundings, ids: Sequence[int]) -> list[Outgoing]:
    """What those of the mails tell that are still due. One that cannot be read is deferred, and holds up no other."""
    try:
        async with around.database.read_session() as session:
            return await outgoing(session, ids, at=around.now())
    except Exception as error:
        if len(ids) == 1:
            await _crashed(around, ids[0], error)
            return []
        return [each for mail_id in ids for each in await _prepared(around, [mail_id])]


async def _send(around: Surroundings, transport: Transport, settling: Settling, each: Outgoing) -> bool:
    """Send one mail; whether the mail server has taken it. Sent again, a mail has the same Message-ID."""
    try:
        is_taken = await _hand_over(around, transport, each)
    except Refusal as refusal:
        await _refused(around, each.mail.id, refusal)
        return False
    except ValueError as error:
        # The facts make no mail (a bad address, an overlong page address), now or later.
        await _refused(around, each.mail.id, PermanentRefusal(str(error)))
        return False
    except Exception as error:
        await _crashed(around, each.mail.id, error)
        return False
    if is_taken:
        settling.sent(each.mail.id)
    return is_taken


async def _hand_over(around: Surroundings, transport: Transport, each: Outgoing) -> bool:
    """False where there is nothing to send any more."""
    mail, silence = each.mail, each.silence
    message = None
    if silence is None:
        key, sender = around.secret_key, around.sender
        message = bytes_of(mail, each.facts, each.settings, secret_key=key, sender=sender)
    if message is None:
        await _suppressed(around, mail.id, silence or Silence.UNDONE)
        return False
    envelope = envelope_sender(around.sender.address, mail.id, around.secret_key)
    await transport.send(message, sender=envelope, recipient=each.facts[0].recipient_address)
    return True


async def _suppressed(around: Surroundings, mail_id: int, silence: Silence) -> None:
    async with around.database.transaction() as session:
        mail = await actions.waiting_mail(session, mail_id)
        if mail is not None:
            actions.mark_suppressed(mail, silence)


async def _refused(around: Surroundings, mail_id: int, refusal: Refusal) -> None:
    async with around.database.transaction() as session:
        mail = await actions.waiting_mail(session, mail_id)
        if mail is None:
            return
        if isinstance(refusal, PutOff):
            actions.put_off(mail, until=around.now() + timedelta(seconds=refusal.seconds))
        elif isinstance(refusal, PermanentRefusal):
            log.warning("mail_failed", mail_id=mail.id, reason=refusal.reason)
            actions.mark_failed(mail, refusal.reason)
            if refusal.status is not None:
                kind = kind_of_status(refusal.status)
                await record_bounce(session, mail.id, kind, refusal.reason, at=around.now())
        else:
            log.warning("mail_deferred", mail_id=mail.id, reason=refusal.reason, attempts=mail.attempts + 1)
            actions.mark_deferred(mail, refusal.reason, at=around.now())


async def _crashed(around: Surroundings, mail_id: int, error: Exception) -> None:
    """Whatever it is, it must not keep the mails behind it waiting, nor be tried without end."""
    log.error("mail_crashed", mail_id=mail_id, exc_info=error)
    async with around.database.transaction() as session:
        mail = await actions.waiting_mail(session, mail_id)
        if mail is not None:
            actions.mark_deferred(mail, f"internal: {error}", at=around.now())
