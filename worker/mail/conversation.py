"""What is said over one open connection to a mail server: one mail after the other, in as few steps as it allows.

The mail library opens the connection (greeting, encryption, signing in) and hands it over. It sends each command by
itself and waits for its answer; a server that knows pipelining (RFC 2920) takes all commands of a mail at once.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Self, cast

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupported,
    SMTPReadTimeoutError,
    SMTPRecipientRefused,
    SMTPRecipientsRefused,
    SMTPResponse,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

_GO_ON = 354
_CLOSING = 421
# Of answers that were not read yet; a server that talks on without end is hung up on.
_UNREAD_MAX = 32_768


class Conversation(asyncio.Protocol):
    """One mail at a time. Whoever breaks off in the middle must `drop` it: what the server expects is not known."""

    def __init__(self, transport: asyncio.Transport, extensions: Sequence[str], seconds: float) -> None:
        self._transport = transport
        self._extensions = frozenset(extensions)
        self._seconds = seconds
        self._unread = b""
        self._lines: list[bytes] = []
        self._replies: deque[SMTPResponse] = deque()
        self._awaited = 0
        self._reached: asyncio.Future[None] | None = None

    @classmethod
    async def begin(cls, client: SMTP, *, connect_seconds: float, seconds: float) -> Self:
        """Let the library's client open a connection, and take it over. An answer may take so many `seconds`.

        Raises SMTPException or OSError where there is none to be had.
        """
        try:
            async with asyncio.timeout(seconds):
                await client.connect(timeout=connect_seconds)
                await _introduce(client)
        except BaseException:
            client.close()
            raise
        transport = cast(asyncio.Transport, client.transport)
        begun = cls(transport, [name.lower() for name in client.esmtp_extensions], seconds)
        transport.set_protocol(begun)
        return begun

    @property
    def is_open(self) -> bool:
        """Whether the connection is there, as far as is known."""
        return not self._transport.is_closing()

    async def send(self, message: bytes, sender: str, recipient: str) -> None:
        """Hand over one mail; on return the server has taken it. The addresses are such as travel.

        Raises SMTPException: refused, and the conversation can go on while it `is_open`; or else it is over.
        ValueError for lines that do not end as a mail's must, behind which somebody could hide a mail of their own.
        """
        if not message.count(b"\r\n") == message.count(b"\n") == message.count(b"\r"):
            raise ValueError("the lines of a mail end with CR LF, and neither stands elsewhere")
        steps = (self._mail_from(message, sender, recipient), _line(f"RCPT TO:<{recipient}>"), b"DATA\r\n")
        replies = await self._introduced(steps)
        refusal, is_text_awaited = _refusal(replies, sender, recipient), replies[-1].code == _GO_ON
        if refusal is None:
            (reply,) = await self._exchange(_dotted(message), 1)
            if _is_taken(reply):
                return
            refusal, is_text_awaited = SMTPDataError(reply.code, reply.message), False
        await self._reset(is_text_awaited=is_text_awaited)
        raise refusal

    async def _reset(self, *, is_text_awaited: bool) -> None:
        """Begin anew after a refusal. A server that refused the recipient and awaits the text still gets none."""
        try:
            if is_text_awaited:
                await self._exchange(b".\r\n", 1)
            await self._exchange(b"RSET\r\n", 1)
        except SMTPException:
            # Some servers hang up on whom they have refused: the refusal stands.
            self.drop()

    async def end(self, seconds: float) -> None:
        """Say goodbye, and hang up."""
        try:
            async with asyncio.timeout(seconds):
                await self._exchange(b"QUIT\r\n", 1)
        finally:
            self._transport.close()

    def drop(self) -> None:
        """Hang up at once: nothing that is not sent yet will be."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Answers, or parts of some. What is none, or nobody asked for, ends the conversation: it is out of step."""
        *lines, self._unread = (self._unread + data).split(b"\n")
        for line in lines:
            self._lines.append(line)
            if not line[:3].isdigit():
                self._transport.abort()
                break
            if line[3:4] != b"-":
                self._replies.append(_reply(self._lines))
                self._lines = []
        if len(self._replies) > self._awaited or len(self._unread) + sum(map(len, self._lines)) > _UNREAD_MAX:
            self._transport.abort()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Let whoever waits for an answer know."""
        self._look()

    def _mail_from(self, message: bytes, sender: str, recipient: str) -> bytes:
        options = f" SIZE={len(message)}" if "size" in self._extensions else ""
        if not (sender + recipient).isascii():
            if "smtputf8" not in self._extensions:
                raise SMTPNotSupported("SMTPUTF8 is not supported by this server")
            # A server that knows SMTPUTF8 knows 8BITMIME (RFC 6531).
            options += " SMTPUTF8 BODY=8BITMIME"
        return _line(f"MAIL FROM:<{sender}>{options}")

    async def _introduced(self, steps: Sequence[bytes]) -> list[SMTPResponse]:
        """The answers to the commands before the text; of those that came one by one, up to the first refusal."""
        if "pipelining" in self._extensions:
            return await self._exchange(b"".join(steps), len(steps))
        replies: list[SMTPResponse] = []
        for step in steps:
            replies += await self._exchange(step, 1)
            if _is_refused(replies[-1]):
                break
        return replies

    async def _exchange(self, words: bytes, answers: int) -> list[SMTPResponse]:
        """Say so much, and wait for so many answers. Whoever refuses, or says so, may hang up and give no more."""
        self._ensure_open()
        self._awaited = answers
        self._transport.write(words)
        try:
            async with asyncio.timeout(self._seconds):
                while len(self._replies) < answers and not self._hangs_up():
                    self._ensure_open()
                    self._reached = asyncio.get_running_loop().create_future()
                    await self._reached
        except (TimeoutError, SMTPServerDisconnected) as error:
            self._transport.abort()
            if not any(map(_is_refused, self._replies)):
                if isinstance(error, SMTPServerDisconnected):
                    raise
                raise SMTPReadTimeoutError("Timed out waiting for server response") from None
        finally:
            self._awaited, self._reached = 0, None
        if self._hangs_up():
            self._transport.close()
        # What has come behind them answers nothing; `data_received` has hung up for it.
        replies = list(self._replies)[:answers]
        self._replies.clear()
        return replies

    def _hangs_up(self) -> bool:
        return bool(self._replies) and self._replies[-1].code == _CLOSING

    def _ensure_open(self) -> None:
        if not self.is_open:
            raise SMTPServerDisconnected("Connection lost")

    def _look(self) -> None:
        """Wake whoever waits, where there is something to see."""
        is_enough = len(self._replies) >= self._awaited or self._hangs_up() or not self.is_open
        if self._reached is not None and not self._reached.done() and is_enough:
            self._reached.set_result(None)


async def _introduce(client: SMTP) -> None:
    """Say who we are, where that was not needed yet, and hear what the server knows."""
    if not client.is_ehlo_or_helo_needed:
        return
    try:
        await client.ehlo()
    except SMTPHeloError:
        if not client.is_connected:
            raise
        await client.helo()


def _line(command: str) -> bytes:
    """The command as it travels. ValueError for one of several lines."""
    if not command.isprintable():
        raise ValueError("an address holds a control character")
    return f"{command}\r\n".encode()


def _dotted(message: bytes) -> bytes:
    """The text as it travels: with a dot before each that begins a line, and one alone at the end."""
    start = b"." if message.startswith(b".") else b""
    end = b".\r\n" if message.endswith(b"\r\n") else b"\r\n.\r\n"
    return start + message.replace(b"\r\n.", b"\r\n..") + end


def _reply(lines: Sequence[bytes]) -> SMTPResponse:
    text = b"\n".join(line[4:].strip() for line in lines)
    return SMTPResponse(int(lines[-1][:3]), text.decode("utf-8", "surrogateescape"))


def _is_taken(reply: SMTPResponse) -> bool:
    return 200 <= reply.code < 300


def _is_refused(reply: SMTPResponse) -> bool:
    return reply.code >= 400


def _refusal(replies: Sequence[SMTPResponse], sender: str, recipient: str) -> SMTPException | None:
    """What the server has against the mail before its text; None for nothing."""
    mail_from, *others = replies
    if not _is_taken(mail_from):
        return SMTPSenderRefused(mail_from.code, mail_from.message, sender)
    rcpt_to, *others = others
    if not _is_taken(rcpt_to):
        return SMTPRecipientsRefused([SMTPRecipientRefused(rcpt_to.code, rcpt_to.message, recipient)])
    (data,) = others
    return None if data.code == _GO_ON else SMTPDataError(data.code, data.message)
