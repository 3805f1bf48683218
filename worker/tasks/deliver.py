"""Send one mail."""

import structlog

from service.notifications import actions, queries
from service.notifications.queries import MailFacts
from service.watches.links import unsubscribe_token
from worker.mail.changes import FieldChange
from worker.mail.message import Letter, Reason, Topic, compose
from worker.mail.transport import PermanentRefusal, TransientRefusal
from worker.surroundings import Surroundings

log = structlog.get_logger()


async def deliver(around: Surroundings, mail_id: int) -> bool:
    """Send the mail if it is due; returns whether the mail server took it.

    The row's lock is held while the mail is sent, so that no second worker sends it as well; a worker that dies loses
    the lock and leaves the mail queued. Sent again, a mail has the same Message-ID.
    """
    if around.transport is None:
        return False
    async with around.database.transaction() as session:
        mail = await actions.claim_mail(session, mail_id, at=around.now())
        if mail is None:
            return False
        facts = await queries.mail_facts(session, mail)
        try:
            message = compose(_letter(facts, around), around.sender)
            await around.transport.send(
                message, sender=_envelope_sender(around, mail_id), recipient=facts.recipient_address
            )
        except TransientRefusal as refusal:
            log.warning("mail_deferred", mail_id=mail_id, reason=refusal.reason, attempts=mail.attempts + 1)
            actions.mark_deferred(mail, refusal.reason, at=around.now())
            return False
        except (PermanentRefusal, ValueError) as refusal:
            # A ValueError: the facts make no mail (a bad address, an overlong page address), now or later.
            log.warning("mail_failed", mail_id=mail_id, reason=str(refusal))
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
        reason=Reason(facts.reason.value.lower()),
        thread=topic,
        watched=topic,
        skill_id=facts.skill_id,
        skill_name=facts.skill_name,
        skill_url=f"{site}/skills/{facts.skill_slug}",
        number=facts.number,
        title=facts.title,
        proposal_url=f"{site}/proposals/{facts.number}",
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
