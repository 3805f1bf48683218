"""Send the mails that are due."""

import time

import structlog

from service.database import AsyncSession
from service.notifications import actions, queries
from service.notifications.models import Mail
from service.notifications.queries import MailFacts
from service.watches.links import unsubscribe_token
from service.watches.models import WatchReason
from worker.mail.changes import FieldChange
from worker.mail.message import Letter, Reason, Topic, compose
from worker.mail.transport import PermanentRefusal, TransientRefusal, Transport
from worker.surroundings import Surroundings

log = structlog.get_logger()

# A round that lasts longer leaves the rest to the next: a job must end.
_ROUND_SECONDS = 60.0
_BATCH = 50
_REASONS = {
    WatchReason.MENTIONED: Reason.MENTION,
    WatchReason.AUTHOR: Reason.AUTHOR,
    WatchReason.REVIEWER: Reason.REVIEWER,
    WatchReason.COMMENTED: Reason.COMMENT,
    WatchReason.WATCHING: Reason.WATCHING,
}


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
    try:
        message = compose(_letter(facts, around), around.sender)
        await transport.send(
            message, sender=_envelope_sender(around, mail.id), recipient=facts.recipient_address
        )
    except TransientRefusal as refusal:
        log.warning("mail_deferred", mail_id=mail.id, reason=refusal.reason, attempts=mail.attempts + 1)
        actions.mark_deferred(mail, refusal.reason, at=around.now())
        return False
    except (PermanentRefusal, ValueError) as refusal:
        # A ValueError: the facts make no mail (a bad address, an overlong page address), now or later.
        log.warning("mail_failed", mail_id=mail.id, reason=str(refusal))
        actions.mark_failed(mail, str(refusal))
        return False
    actions.mark_sent(mail, at=around.now())
    return True


def _envelope_sender(around: Surroundings, mail_id: int) -> str:
    """An address of this delivery alone, so that a bounce names it."""
    local, _, host = around.sender.address.rpartition("@")
    return f"{local}+mail-{mail_id}@{host}"


def _letter(facts: MailFacts, around: Surroundings) -> Letter:
    site = around.sender.base_url
    token = unsubscribe_token(around.secret_key, facts.watch_id)
    topic: Topic = "proposal" if facts.watches_proposal else "skill"
    return Letter(
        kind=facts.kind,
        event_id=facts.event_id,
        recipient_id=facts.recipient_id,
        written_at=facts.happened_at,
        recipient_name=facts.recipient_name,
        recipient_address=facts.recipient_address,
        reason=_REASONS[facts.reason],
        thread=topic,
        watched=topic,
        skill_id=facts.skill_id,
        skill_name=facts.skill_name,
        skill_url=f"{site}/skills/{facts.skill_slug}",
        number=facts.number,
        title=facts.title,
        proposal_url=None if facts.number is None else f"{site}/proposals/{facts.number}",
        author_name=facts.author_name,
        actor_name=facts.actor_name,
        note=facts.note,
        changes=tuple(
            FieldChange(place=change.place, field=change.field, before=change.before, after=change.after)
            for change in facts.changes
        ),
        unsubscribe_url=f"{site}/u/{token}",
        manage_url=f"{site}/u/{token}",
    )
