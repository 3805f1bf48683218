"""A mail server that takes everything, and keeps it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session

from service.inbox.store import InboxStore

SIZE_MAX = 10_000_000  # bytes


@asynccontextmanager
async def sink(store: InboxStore, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
    """Take mails in the running loop, and yield the port; 0 asks for a free one.

    Raises OSError when the port is taken. On the way out no connection stays open.
    """
    loop = asyncio.get_running_loop()
    connections: set[_Connection] = set()
    server = await loop.create_server(lambda: _Connection(store, connections, loop), host, port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for connection in list(connections):
            connection.hang_up()
        await server.wait_closed()


class _Connection(SMTP):
    """One client's connection, known to the sink as long as it lasts."""

    def __init__(
        self, store: InboxStore, connections: "set[_Connection]", loop: asyncio.AbstractEventLoop
    ) -> None:
        # A name is given, since asking for our own can take seconds.
        super().__init__(
            _Keeper(store),
            data_size_limit=SIZE_MAX,
            enable_SMTPUTF8=True,
            hostname="inbox",
            ident="SMTP",
            loop=loop,
        )
        self._connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._connections.discard(self)

    def hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()


class _Keeper:
    """What happens to a mail when all of it has come."""

    def __init__(self, store: InboxStore) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        try:
            mail_id = self._store.save(envelope.original_content or b"", envelope.rcpt_tos)
        except OSError as error:
            return f"452 4.3.1 not kept: {error.strerror or 'the folder can not be written'}"
        return f"250 2.0.0 kept as {mail_id}"
