"""From bytes to a mail server: one reusable connection over SMTP, and two kinds of refusal."""

import asyncio
from contextlib import suppress
from typing import Protocol

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from service.notifications.reports import status_in
from service.people.address import InvalidAddress, wire_address
from worker.mail.headers import one_line
from worker.mail.server import MailServer

CONNECT_SECONDS = 5.0
COMMAND_SECONDS = 15.0
REASON_MAX = 300  # characters

# Permanent by their number, yet said of us and our set-up, not of the recipient or the mail: out of sequence,
# sign-in or encryption wanted.
_ABOUT_US = frozenset({503, 530, 534, 535, 538})
_TOO_LARGE = 552
_NO_MAILBOX_CODES = frozenset({550, 551, 553})
NO_MAILBOX = "5.1.1"


class Refusal(Exception):
    """A mail was not taken; `reason` says why, on one line."""

    def __init__(self, reason: str) -> None:
        self.reason = one_line(reason, REASON_MAX)
        super().__init__(self.reason)


class TransientRefusal(Refusal):
    """Not taken now; the same mail may be taken later."""


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
    """Mails one after another over one connection, opened when first needed and again when it broke."""

    def __init__(self, url: str) -> None:
        """`smtp://user:secret@host:587?starttls=1` or `smtps://…`. ValueError says what to write instead."""
        self._server = MailServer.parse(url)
        self._client: SMTP | None = None
        self._turn = asyncio.Lock()

    async def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        """Hand one mail to the server; on return the server has taken it.

        A connection that breaks after the text was sent leaves it open whether the server has the mail. That
        is a `TransientRefusal` too: sent again, the mail has the same Message-ID. A bad sender is our own
        fault: `InvalidAddress`.
        """
        sender = wire_address(sender)
        recipient = _envelope_recipient(recipient)
        async with self._turn:
            client = await self._connected(sender.rpartition("@")[2])
            is_in_step = False
            try:
                await _hand_over(client, message, sender, recipient)
                is_in_step = True
            except (SMTPRecipientsRefused, SMTPDataError) as error:
                is_in_step = True
                raise _refusal(error) from error
            except (SMTPException, OSError) as error:
                raise _refusal(error) from error
            finally:
                # Cut off in the middle, also by a cancelled task: what the server expects next is not known.
                if not is_in_step:
                    self._drop()

    async def close(self) -> None:
        """Say goodbye and close the connection, if there is one. The transport may be used again."""
        async with self._turn:
            if self._client is not None and self._client.is_connected:
                # If it is gone already, nothing is lost: every mail is settled.
                with suppress(SMTPException, OSError):
                    await self._client.quit(timeout=CONNECT_SECONDS)
            self._drop()

    async def _connected(self, local_name: str) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        self._drop()
        client = self._server.client(local_name, COMMAND_SECONDS)
        try:
            async with asyncio.timeout(COMMAND_SECONDS):
                await client.connect(timeout=CONNECT_SECONDS)
        except (SMTPException, OSError) as error:
            raise TransientRefusal(f"cannot use the mail server {self._server}: {_spoken(error)}") from error
        self._client = client
        return client

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _envelope_recipient(recipient: str) -> str:
    try:
        return wire_address(recipient)
    except InvalidAddress as error:
        raise PermanentRefusal(str(error)) from error


async def _hand_over(client: SMTP, message: bytes, sender: str, recipient: str) -> None:
    # A server that knows SMTPUTF8 knows 8BITMIME (RFC 6531).
    options = [] if (sender + recipient).isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
    # Never send_message: it writes the headers anew, and folds those that must not be.
    await client.sendmail(sender, [recipient], message, mail_options=options)


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
            return TransientRefusal(f"the sender was refused: {_spoken(error)}")
        case SMTPNotSupported():
            return PermanentRefusal("the mail server takes no address with letters beyond ASCII (SMTPUTF8)")
        case _:
            return TransientRefusal(f"the connection broke: {_spoken(error)}")


def _by_code(code: int, reason: str) -> Refusal:
    is_permanent = 500 <= code < 600 and code not in _ABOUT_US
    return PermanentRefusal(reason) if is_permanent else TransientRefusal(reason)


def _spoken(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {error.message}"
    return str(error) or type(error).__name__
