"""uvicorn's HTTP protocol with a bounded request head, in bytes and in time.

uvicorn itself waits for ever for a head that does not end, and keeps all of it in memory. An ordinary request,
whose head comes whole, is not measured at all.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_BYTES = 64 * 1024
MAX_SECONDS = 10.0

_TOO_LARGE = b"431 Request Header Fields Too Large"
_TOO_SLOW = b"408 Request Timeout"


class BoundedHeadProtocol(HttpToolsProtocol):
    """Ends a connection whose request head is larger than 64 KiB or takes longer than 10 s."""

    _is_head_open = True
    _bytes = 0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection owes a request."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Parse; then see whether a head is still open."""
        super().data_received(data)
        if not self._is_head_open or self.transport.is_closing():
            return
        self._bytes += len(data)
        if self._bytes > MAX_BYTES:
            self._refuse(_TOO_LARGE)
        elif self._deadline is None:
            self._await_head()

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._is_head_open = True
        self._bytes = 0

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._is_head_open = False
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is awaited any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(MAX_SECONDS, self._refuse, _TOO_SLOW)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: bytes) -> None:
        self._stop_waiting()
        # A connection that never began a request is closed without a word, as an idle one is.
        if self._bytes:
            self.transport.write(
                b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
        self.transport.close()
