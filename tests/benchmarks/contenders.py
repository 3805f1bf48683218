"""Servers that run: their addresses, and what they take of the machine."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

import psutil  # type: ignore[import-untyped]

from tests.benchmarks.processes import child, cpu_seconds_of, family
from tests.benchmarks.servers import Server

_BACKLOG = 2048
_IDLE_WITHIN_SECONDS = 60.0
# Of one processor, over so many seconds.
_IDLE_PERCENT = 15.0
_A_WHILE = 0.1


@dataclass(frozen=True)
class Contender:
    """A server that answers at `address` under `path`; its process is known where it was started here."""

    name: str
    address: str
    path: str
    process: psutil.Process | None = None

    def url(self, query: str) -> str:
        """Where the query of this name is posted."""
        return self.address + self.path.format(query=query)

    def cpu_seconds(self) -> float | None:
        """What it has used of the processors since its start, its children included."""
        if self.process is None:
            return None
        return sum(cpu_seconds_of(one) for one in family(self.process))

    def memory(self) -> int | None:
        """Its resident memory now, in bytes, its children included."""
        if self.process is None:
            return None
        return sum(int(one.memory_info().rss) for one in family(self.process))

    def until_idle(self) -> None:
        """Wait until it has done with requests whose clients have gone, a minute at most."""
        deadline = monotonic() + _IDLE_WITHIN_SECONDS
        while self.process and self.process.cpu_percent(_A_WHILE) > _IDLE_PERCENT and monotonic() < deadline:
            pass


@contextmanager
def started(server: Server, environment: Mapping[str, str]) -> Iterator[Contender]:
    """The server as a child at a free port, until the block ends; whoever asks it first waits until it is ready.

    Raises:
        BenchmarkFailed: it has ended by itself.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG) as listener:
        port, descriptor = listener.getsockname()[1], listener.fileno()
        command = [*server.command, str(descriptor)]
        settings = dict(environment) | dict(server.environment)
        with child(f"the server {server.name}", command, settings, pass_fds=(descriptor,)) as process:
            # Only the child holds it now: where that ends, whoever asks is told so at once.
            listener.close()
            yield Contender(server.name, f"http://127.0.0.1:{port}", server.path, psutil.Process(process))
