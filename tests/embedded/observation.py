"""What the tests look at: the servers' answers, and the processes that run."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from redis import asyncio as redis
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from service.embedded import Servers

Processes = list[psutil.Process]

HOLD = """
import sys
from pathlib import Path
from service.embedded import servers
with servers(Path(sys.argv[1]), own=sys.argv[2] == "own", durable=False) as held:
    print(held.database_url, flush=True)
    sys.stdin.read()
"""

LISTEN = """
import socket
import sys
with socket.create_server(("127.0.0.1", 0)):
    print("listening", flush=True)
    sys.stdin.read()
"""


async def ask(held: Servers | str, statement: str) -> object:
    """Run one statement by the servers' (or a database's) URL and return the first value of its answer."""
    url = held if isinstance(held, str) else held.database_url
    async with create_async_engine(url, poolclass=NullPool).begin() as connection:
        answer = await connection.execute(text(statement))
        return answer.scalar() if answer.returns_rows else None


def queue(held: Servers) -> redis.Redis:
    client: redis.Redis = redis.from_url(held.redis_url, decode_responses=True)  # type: ignore[no-untyped-call]
    return client


def sockets_of(held: Servers) -> Path:
    return Path(str(make_url(held.database_url).query["host"]))


def children(pid: int | None = None) -> Processes:
    """The processes that `pid` (None: the test's own) has started, and not what these have started in turn."""
    found: Processes = psutil.Process(pid).children()
    return found


def postmaster(folder: Path) -> int:
    """The process id of the running PostgreSQL, as it has written it down itself."""
    return int((folder / "postgresql" / "postmaster.pid").read_text().splitlines()[0])


def servers_of(folder: Path) -> Processes:
    """The two servers of the folder, by the ids that stand in it, with what they have started in turn."""
    found = [psutil.Process(int(file.read_text().split()[0])) for file in sorted(folder.glob("*.pid"))]
    return [each for server in found for each in (server, *server.children(recursive=True))]


@contextmanager
def other_that_listens() -> Iterator[psutil.Process]:
    """A child that has nothing to do with any server, and a port."""
    process = subprocess.Popen(
        [sys.executable, "-c", LISTEN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        assert process.stdout.readline()
        yield psutil.Process(process.pid)
    finally:
        process.communicate(timeout=30)


def living(processes: Processes, *, after: float = 0) -> Processes:
    """Those which have not ended `after` so many seconds; none as soon as all have."""
    deadline = time.monotonic() + after
    while left := [process for process in processes if not _has_ended(process)]:
        if time.monotonic() >= deadline:
            break
        psutil.wait_procs(left, timeout=0.05)
    return left


def _has_ended(process: psutil.Process) -> bool:
    """Whether it is gone, or dead and only not yet collected by the machine's first process."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def accounts(processes: Processes) -> set[int]:
    return {process.uids().effective for process in processes}


class Holder:
    """Another process that holds the servers of `folder` until it is told to leave."""

    def __init__(
        self,
        folder: Path,
        *,
        own: bool = False,
        python: str = sys.executable,
        uid: int | None = None,
        environment: dict[str, str] | None = None,
    ) -> None:
        self._process = subprocess.Popen(
            [python, "-B", "-c", HOLD, folder, "own" if own else "join"],
            user=uid,
            cwd="/" if uid is not None else None,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid

    def database_url(self) -> str:
        """Where its PostgreSQL listens, once that is ready."""
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def servers(self) -> Processes:
        return children(self.pid) if self._process.poll() is None else []

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate(timeout=30)

    def leave(self) -> int:
        """Let it go and return its exit code."""
        self._process.communicate(timeout=30)
        return self._process.returncode
