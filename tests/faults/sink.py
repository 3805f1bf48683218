"""The mail server of a run, as a process of its own: `python -m tests.faults.sink PORT BOOK REFUSED`.

It writes each mail down before it says 250, and each try for the address that it refuses. How it behaves is told by a
line on its standard input.
"""

import asyncio
import json
import os
import sys
import time
from enum import StrEnum
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

_SLOW_SECONDS = 1.0
_LATER = "451 4.3.0 later"


class Manner(StrEnum):
    """How it treats mails."""

    KIND = "kind"
    LATER = "451"
    CUT_IN_DATA = "cut in DATA"
    CUT_BEFORE_250 = "cut before 250"
    SLOW = "slow"


class Book:
    """A file of lines, each written whole and at once: a kill leaves none half done in the kernel."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, **entry: object) -> None:
        """One entry, with the time (seconds, monotonic over this machine's processes)."""
        os.write(self._file, json.dumps({"at": time.monotonic(), **entry}).encode() + b"\n")


class Connection(SMTP):
    """One client's connection, cut where the manner says so."""

    def __init__(self, sink: "Sink", loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(sink, hostname="sink", ident="SMTP", loop=loop, enable_SMTPUTF8=True)
        self._sink = sink

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Cut where the text should begin, if that is the manner."""
        if self._sink.manner is Manner.CUT_IN_DATA:
            await self.push("354 go on")
            self.cut()
            return
        await super().smtp_DATA(arg)

    def cut(self) -> None:
        """Hang up without a word."""
        assert isinstance(self.transport, asyncio.WriteTransport)
        self.transport.abort()


class Sink:
    """Takes every mail, but those for one address."""

    def __init__(self, book: Book, refused: str) -> None:
        self.manner = Manner.KIND
        self._book = book
        self._refused = refused

    async def handle_EHLO(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """It knows pipelining, as mail servers do."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Refuse the one address for good."""
        if address == self._refused:
            self._book.write(refused=address)
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: Connection, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Write the mail down, and say so."""
        if self.manner is Manner.LATER:
            return _LATER
        if self.manner is Manner.SLOW:
            await asyncio.sleep(_SLOW_SECONDS)
        is_told = self.manner is not Manner.CUT_BEFORE_250
        raw = (envelope.original_content or b"").decode("latin-1")
        for address in envelope.rcpt_tos:
            self._book.write(to=address, raw=raw, is_told=is_told)
        if not is_told:
            server.cut()
        return "250 2.0.0 taken"


async def main(port: int, book: Path, refused: str) -> None:
    """Serve until killed, or until SIGTERM."""
    loop = asyncio.get_running_loop()
    sink = Sink(Book(book), refused)
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    await loop.create_server(lambda: Connection(sink, loop), "127.0.0.1", port)
    while line := await orders.readline():
        sink.manner = Manner(line.decode().strip())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
