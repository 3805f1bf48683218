"""The driver for machines without wrk: `python -m tests.benchmarks.driver URL BODIES SECONDS [read]`."""

import asyncio
import gc
import json
import re
import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import Any, cast
from urllib.parse import urlsplit

import uvloop

from tests.benchmarks.driver import CONNECTIONS

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


async def drive(url: str, bodies: list[bytes], seconds: float, *, read: bool) -> dict[str, Any]:
    """Post the bodies in turn over 16 connections, each of which sends its next when it has its answer.

    Returns the fields of `Load`.
    """
    address = urlsplit(url)
    tally = Tally(cycle([_request(url, body) for body in bodies]), read=read)
    loop = asyncio.get_running_loop()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: _Connection(tally), address.hostname or "", address.port or 80)
    # What stands so far stays: looking through it again and again would show in the times.
    gc.freeze()
    begin = perf_counter()
    tally.begin()
    await asyncio.sleep(seconds)
    tally.is_over = True
    return tally.load(perf_counter() - begin)


def _request(url: str, body: bytes) -> bytes:
    address = urlsplit(url)
    head = (
        f"POST {address.path or '/'} HTTP/1.1\r\nHost: {address.netloc}\r\nAccept: application/json\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Tally:
    """The requests to send, and what came of those sent."""

    def __init__(self, requests: Iterator[bytes], *, read: bool) -> None:
        self.requests = requests
        self.read = read
        self.connections: list[_Connection] = []
        self.is_over = False
        self.times: list[float] = []
        self.faults: list[bytes] = []

    def begin(self) -> None:
        """Let every connection send its first."""
        for connection in self.connections:
            connection.send()

    def load(self, seconds: float) -> dict[str, Any]:
        """The fields of `Load`."""
        times = sorted(self.times) or [0.0]
        return {
            "requests": len(self.times),
            "seconds": seconds,
            "mean": fmean(times),
            "p50": times[len(times) // 2],
            "p99": times[len(times) * 99 // 100],
            "faults": len(self.faults),
            "first_fault": self.faults[0][:300].decode(errors="replace") if self.faults else "",
        }


class _Connection(asyncio.Protocol):
    """One connection: a request, its whole answer, the next request."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._transport = cast("asyncio.Transport", None)
        self._sent = 0.0
        self._parts: list[bytes] = []
        self._missing: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._tally.connections.append(self)

    def send(self) -> None:
        """Send the next request."""
        self._sent = perf_counter()
        self._transport.write(next(self._tally.requests))

    def data_received(self, data: bytes) -> None:
        self._parts.append(data)
        if self._missing is None:
            # The head comes whole with the first part, but for the rarest cases.
            data = b"".join(self._parts)
            end = data.find(_HEAD_END)
            if end < 0:
                return
            length = _LENGTH.search(data, 0, end + 2)
            if length is None:
                self._fail(b"an answer without a Content-Length, which only wrk can measure")
                return
            self._missing = end + len(_HEAD_END) + int(length[1]) - len(data)
        else:
            self._missing -= len(data)
        if self._missing <= 0:
            self._finish()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._tally.is_over:
            self._tally.faults.append(b"the server closed a connection")

    def _finish(self) -> None:
        if self._tally.is_over:
            return
        self._tally.times.append(perf_counter() - self._sent)
        is_right = self._parts[0].startswith(b"HTTP/1.1 200")
        if not is_right or (self._tally.read and b'"errors":' in b"".join(self._parts)):
            self._tally.faults.append(b"".join(self._parts))
        self._parts.clear()
        self._missing = None
        self.send()

    def _fail(self, why: bytes) -> None:
        self._tally.faults.append(why)
        self._transport.close()


if __name__ == "__main__":
    _url, _file, _seconds, *_read = sys.argv[1:]
    _bodies = Path(_file).read_bytes().splitlines()
    _load = uvloop.run(drive(_url, _bodies, float(_seconds), read=bool(_read)))
    sys.stdout.write(json.dumps(_load) + "\n")
