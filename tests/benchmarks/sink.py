"""`python -m tests.benchmarks.sink`: a mail server that takes everything and keeps nothing; says its port first."""

import asyncio
import sys

_GREETING = b"220 sink\r\n"
_EHLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
_DATA = b"354 go on\r\n"
_TAKEN = b"250 taken\r\n"
_END = b"\r\n.\r\n"


class _Connection(asyncio.Protocol):
    """One client's, in commands or in the text of a mail."""

    def __init__(self) -> None:
        self._waiting = b""
        self._is_text = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        transport.write(_GREETING)

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while True:
            found, separator, rest = self._waiting.partition(_END if self._is_text else b"\r\n")
            if not separator:
                return
            self._waiting = rest
            self._answer(found.upper())

    def _answer(self, line: bytes) -> None:
        if self._is_text:
            self._is_text = False
            self._transport.write(_TAKEN)
        elif line.startswith(b"EHLO"):
            self._transport.write(_EHLO)
        elif line == b"DATA":
            self._is_text = True
            self._transport.write(_DATA)
        elif line == b"QUIT":
            self._transport.write(b"221 bye\r\n")
            self._transport.close()
        else:
            self._transport.write(_TAKEN)


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
