"""Send one mail about somebody's account: at once, since a person waits for it."""

import structlog

from service.database import AsyncSession
from service.sign_in import keys, mail_actions, queries
from service.sign_in.models import AccountMail
from service.sign_in.rules import LIFETIME
from worker.mail.account import AccountLetter, compose_account_mail
from worker.mail.transport import PermanentRefusal, TransientRefusal, Transport
from worker.surroundings import Surroundings

log = structlog.get_logger()


async def account_mail(around: Surroundings, mail_id: int) -> int:
    """Send the mail if it is still due; returns 1 where the mail server took it, else 0.

    The row's lock is held while the mail is sent, so that no second worker sends it as well.
    """
    if around.transport is None:
        return 0
    async with around.database.transaction() as session:
        mail = await mail_actions.claim_account_mail(session, mail_id, at=around.now())
        if mail is None:
            return 0
        return int(await _hand_over(around, around.transport, session, mail))


async def _hand_over(
    around: Surroundings, transport: Transport, session: AsyncSession, mail: AccountMail
) -> bool:
    letter = _letter(around, await queries.account_mail_facts(session, mail))
    local, _, host = around.sender.address.rpartition("@")
    try:
        message = compose_account_mail(letter, around.sender)
        await transport.send(message, sender=f"{local}+account-{mail.id}@{host}", recipient=letter.address)
    except TransientRefusal as refusal:
        log.warning("account_mail_deferred", mail_id=mail.id, reason=refusal.reason)
        mail_actions.mark_account_mail_deferred(mail, refusal.reason, at=around.now())
        return False
    except (PermanentRefusal, ValueError) as refusal:
        log.warning("account_mail_failed", mail_id=mail.id, reason=str(refusal))
        mail_actions.mark_account_mail_failed(mail, str(refusal), at=around.now())
        return False
    mail_actions.mark_account_mail_sent(mail, at=around.now())
    return True


def _letter(around: Surroundings, facts: queries.AccountMailFacts) -> AccountLetter:
    kind = facts.kind.value.lower()
    if facts.nonce is None:
        return AccountLetter(kind, facts.mail_id, facts.address, facts.written_at)
    code = keys.code(around.secret_key, facts.nonce)
    return AccountLetter(
        kind,
        facts.mail_id,
        facts.address,
        facts.written_at,
        link=f"{around.sender.base_url}/sign-in/{keys.link_secret(around.secret_key, facts.nonce)}",
        code=f"{code[:4]} {code[4:]}",
        minutes=int(LIFETIME.total_seconds() / 60),
        browser=facts.browser,
    )
