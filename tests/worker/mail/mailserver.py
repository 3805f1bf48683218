"""A real mail server in the test's own loop, which answers as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

DROP = "drop"
HANG = "hang"


@dataclass
class MailServer:
    """What the server says, step by step, and what it was given."""

    mail: list[str] = field(default_factory=list)
    rcpt: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    """Answers in turn, DROP to cut the connection, HANG to say nothing; 250 when the list is empty."""
    taken: list[Envelope] = field(default_factory=list)
    connections: list[SMTP] = field(default_factory=list)
    is_hanging: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    is_pipelining: bool = False

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], *(["250-PIPELINING"] if self.is_pipelining else []), responses[-1]]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer(server, self.mail)
        if answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await self._answer(server, self.rcpt)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await self._answer(server, self.data)
        if answer.startswith("250"):
            self.taken.append(envelope)
        return answer

    async def _answer(self, server: SMTP, answers: list[str]) -> str:
        answer = answers.pop(0) if answers else "250 taken"
        if answer == HANG:
            self.is_hanging.set()
            await asyncio.Event().wait()  # until the client gives up and aiosmtpd cancels this connection
        if answer == DROP:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return answer

    def cut_all(self) -> None:
        """Close every connection from the server's side, as after a restart."""
        for connection in self.connections:
            if connection.transport is not None:
                connection.transport.close()


@asynccontextmanager
async def serving(
    server: MailServer, *, tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[MailServer]:
    """Run it on a free port of 127.0.0.1; `options` are aiosmtpd's, `tls` is TLS from the first byte."""

    def connection() -> SMTP:
        made = SMTP(server, hostname="mail.example.org", loop=asyncio.get_running_loop(), **options)
        server.connections.append(made)
        return made

    listener = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0, ssl=tls)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()
        server.cut_all()
        await listener.wait_closed()


@asynccontextmanager
async def greeting(words: bytes) -> AsyncIterator[int]:
    """A server that says one thing to everybody and hangs up; yields its port."""

    def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        writer.close()

    listener = await asyncio.start_server(greet, "127.0.0.1", 0)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()
        await listener.wait_closed()
