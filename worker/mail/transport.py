"""From bytes to a mail server: a pool of connections over SMTP, and two kinds of refusal."""

import asyncio
import re
from contextlib import suppress
from typing import Protocol

from aiosmtplib import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from service.notifications.reports import status_in
from service.people.address import InvalidAddress, wire_address
from worker.mail.conversation import Conversation
from worker.mail.headers import one_line
from worker.mail.server import MailServer
from worker.mail.throttle import DomainThrottle

CONNECT_SECONDS = 5.0
COMMAND_SECONDS = 15.0
# A mail that its domain may have so soon waits its turn here.
_SHORT_SECONDS = 1.0
REASON_MAX = 300  # characters

# Permanent by their number, yet said of us and our set-up, not of the recipient or the mail: out of sequence,
# sign-in or encryption wanted.
_ABOUT_US = frozenset({503, 530, 534, 535, 538})
_TOO_LARGE = 552
_NO_MAILBOX_CODES = frozenset({550, 551, 553})
NO_MAILBOX = "5.1.1"
# The service ends the connection; its policy (4.7) or its load (4.3.2) is against more mails.
_CLOSING = 421
_TOO_FAST = re.compile(r"\b4\.(7\.\d+|3\.2)\b")


class Refusal(Exception):
    """A mail was not taken; `reason` says why, on one line."""

    def __init__(self, reason: str) -> None:
        self.reason = one_line(reason, REASON_MAX)
        super().__init__(self.reason)


class TransientRefusal(Refusal):
    """Not taken now; the same mail may be taken later. `is_too_fast`: the server wants no more mails at this pace."""

    def __init__(self, reason: str, *, is_too_fast: bool = False) -> None:
        super().__init__(reason)
        self.is_too_fast = is_too_fast


class PutOff(TransientRefusal):
    """Not even tried: its domain must have no mail for so many seconds."""

    def __init__(self, domain: str, seconds: float) -> None:
        super().__init__(f"{domain} gets no more mails for now")
        self.seconds = seconds


class PermanentRefusal(Refusal):
    """Never to be taken: this recipient, or this mail. `status` (RFC 3463) is what is said of the recipient, if so."""

    def __init__(self, reason: str, *, status: str | None = None) -> None:
        super().__init__(reason)
        self.status = status


class Transport(Protocol):
    """Whatever takes mails."""

    async def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        """Hand over one mail. Raises `TransientRefusal` or `PermanentRefusal`."""


class SmtpTransport:
    """A pool of connections, each opened when first needed and again when it broke; one mail at a time over each."""

    def __init__(self, url: str, *, connections: int = 1, throttle: DomainThrottle | None = None) -> None:
        """`smtp://user:secret@host:587?starttls=1` or `smtps://…`. ValueError says what to write instead."""
        self._server = MailServer.parse(url)
        self._throttle = throttle or DomainThrottle()
        # The one that was used last first, so that no more stay open than are needed.
        self._free: asyncio.LifoQueue[Conversation | None] = asyncio.LifoQueue()
        self.connections = connections
        for _ in range(connections):
            self._free.put_nowait(None)

    async def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        """Hand one mail to the server; on return the server has taken it.

        A connection that breaks after the text was sent leaves it open whether the server has the mail. That
        is a `TransientRefusal` too: sent again, the mail has the same Message-ID. A bad sender is our own
        fault: `InvalidAddress`. `PutOff`: its domain must have no mail for now, and nothing was tried.
        """
        sender = wire_address(sender)
        recipient = _envelope_recipient(recipient)
        domain = recipient.rpartition("@")[2]
        while seconds := self._throttle.seconds_until_free(domain):
            if seconds > _SHORT_SECONDS:
                raise PutOff(domain, seconds)
            await asyncio.sleep(seconds)
        try:
            await self._send(message, sender, recipient)
        except TransientRefusal as refusal:
            if refusal.is_too_fast:
                self._throttle.too_fast(domain)
            raise
        self._throttle.taken(domain)

    async def close(self) -> None:
        """Say goodbye on each connection, once it is free, and close it. The transport may be used again."""
        for conversation in [await self._free.get() for _ in range(self.connections)]:
            if conversation is not None and conversation.is_open:
                # If it is gone already, nothing is lost: every mail is settled.
                with suppress(SMTPException, OSError):
                    await conversation.end(CONNECT_SECONDS)
            self._free.put_nowait(None)

    async def _send(self, message: bytes, sender: str, recipient: str) -> None:
        conversation, is_in_step = await self._free.get(), False
        try:
            if conversation is None or not conversation.is_open:
                conversation = await self._begun(sender.rpartition("@")[2])
            await conversation.send(message, sender, recipient)
            is_in_step = True
        except (SMTPSenderRefused, SMTPRecipientsRefused, SMTPDataError) as error:
            is_in_step = True
            raise _refusal(error) from error
        except (SMTPException, OSError) as error:
            raise _refusal(error) from error
        finally:
            # Cut off in the middle, also by a cancelled task: what the server expects next is not known.
            if conversation is not None and not is_in_step:
                conversation.drop()
            self._free.put_nowait(conversation if is_in_step else None)

    async def _begun(self, local_name: str) -> Conversation:
        client = self._server.client(local_name, COMMAND_SECONDS)
        try:
            return await Conversation.begin(client, connect_seconds=CONNECT_SECONDS, seconds=COMMAND_SECONDS)
        except (SMTPException, OSError) as error:
            said = f"cannot use the mail server {self._server}: {_spoken(error)}"
            raise TransientRefusal(said) from error


def _envelope_recipient(recipient: str) -> str:
    try:
        return wire_address(recipient)
    except InvalidAddress as error:
        raise PermanentRefusal(str(error)) from error


def _refusal(error: Exception) -> Refusal:
    """What happened, as one of our two refusals."""
    match error:
        case SMTPRecipientsRefused():
            answer = error.recipients[0]
            refusal = _by_code(answer.code, f"the recipient was refused: {_spoken(answer)}")
            if isinstance(refusal, PermanentRefusal):
                # A server that gives no status of RFC 3463 says by these that there is no such mailbox.
                plain = NO_MAILBOX if answer.code in _NO_MAILBOX_CODES else "5.0.0"
                refusal.status = status_in(answer.message) or plain
            return refusal
        case SMTPDataError():
            return _by_code(error.code, f"the mail was refused: {_spoken(error)}")
        case SMTPSenderRefused(code=code) if code == _TOO_LARGE:  # the size is announced with the sender
            return PermanentRefusal(f"the mail was refused: {_spoken(error)}")
        case SMTPSenderRefused():
            # For good or not: it is said of us, and what is wrong with us is mended.
            reason = f"the sender was refused: {_spoken(error)}"
            return TransientRefusal(reason, is_too_fast=_is_too_fast(error.code, reason))
        case SMTPNotSupported():
            return PermanentRefusal("the mail server takes no address with letters beyond ASCII (SMTPUTF8)")
        case _:
            return TransientRefusal(f"the connection broke: {_spoken(error)}")


def _by_code(code: int, reason: str) -> Refusal:
    is_permanent = 500 <= code < 600 and code not in _ABOUT_US
    if is_permanent:
        return PermanentRefusal(reason)
    return TransientRefusal(reason, is_too_fast=_is_too_fast(code, reason))


def _is_too_fast(code: int, reason: str) -> bool:
    return code == _CLOSING or bool(_TOO_FAST.search(reason))


def _spoken(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error) or type(error).__name__
