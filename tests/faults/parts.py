"""The parts of the product as processes, each started again as soon as it has ended, as `compose.yaml` does it."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from service.embedded import postgresql, valkey
from service.embedded.home import home_of, make_folder
from service.embedded.log import Log, claimed_log
from service.embedded.process import Child, end_with_parent
from service.embedded.sockets import socket_folder
from service.embedded.wheels import programs_for

# Between the end of a process and its next start.
_AGAIN_SECONDS = 0.2
# From SIGTERM to what comes after it, as an orchestrator has it.
PATIENCE_SECONDS = 10.0
# What a person has set for a server of their own must not reach a part.
_KEPT_BACK = (
    "MAIL_URL",
    "SITE_URL",
    "CORS_ORIGINS",
    "LOG_LEVEL",
    "RESPONSE_CACHE",
    "PIECE_CACHE_BYTES",
    "SKILLPROFILE_DATA",
)


class Part:
    """A process that is kept running. `pid` is of the one that runs now."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        *,
        hears: bool = False,
    ) -> None:
        self.name = name
        self._command = command
        inherited = {key: value for key, value in os.environ.items() if key not in _KEPT_BACK}
        self._environment = inherited | dict(environment)
        self._log = log
        self._hears = hears
        self._process: asyncio.subprocess.Process | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._started = asyncio.Event()
        self._last_line = b""

    async def start(self) -> None:
        """Keep it running from now on."""
        self._keeping = asyncio.create_task(self._keep())
        await self._started.wait()

    async def stop(self) -> None:
        """Keep it no more; it is told to end, and made to."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)

    def send(self, number: signal.Signals) -> None:
        """Send it the signal."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def fall(self, number: signal.Signals) -> None:
        """Send it the signal, and wait until another one has been started in its place."""
        self._started.clear()
        self.send(number)
        await self._started.wait()

    def tell(self, line: str) -> None:
        """Say a line to it, and to whichever comes after it."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._last_line = line.encode() + b"\n"
        self._process.stdin.write(self._last_line)

    async def _keep(self) -> None:
        while True:
            await self._run()
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _run(self) -> None:
        with self._log.open("ab") as log:
            self._process = process = await asyncio.create_subprocess_exec(
                *self._command,
                env=self._environment,
                stdin=subprocess.PIPE if self._hears else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=end_with_parent(signal.SIGKILL),
            )
        if self._last_line:
            assert process.stdin is not None
            process.stdin.write(self._last_line)
        self._started.set()
        try:
            await process.wait()
        finally:
            if process.returncode is None:
                await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    for number in (signal.SIGCONT, signal.SIGTERM):
        process.send_signal(number)
    try:
        await asyncio.wait_for(process.wait(), PATIENCE_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


class Store:
    """An embedded server that is started again when it has ended; `last` is what it is sent if SIGTERM is not enough.

    Linux ends it with the thread that started it: one thread starts all of them.
    """

    def __init__(
        self,
        name: str,
        begin: Callable[[], AbstractContextManager[Child]],
        pid_file: Path,
        starter: ThreadPoolExecutor,
        last: signal.Signals,
    ) -> None:
        self.name = name
        self._begin = begin
        self._pid_file = pid_file
        self._starter = starter
        self._last = last
        self._held = ExitStack()

    async def start(self) -> None:
        """Start it, and wait until it is ready."""
        await self._in_thread(self._start)

    async def stop(self) -> None:
        """Stop it."""
        await self._in_thread(self._held.close)

    async def fall(self, number: signal.Signals) -> None:
        """Send it the signal, and start it again once it has ended."""
        pid = int(self._pid_file.read_text())
        # PostgreSQL's own children see a moment later that it was killed, and still write until then.
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        os.kill(pid, number)
        if number is signal.SIGTERM:
            await self._ended(pid)
        await self._in_thread(self._held.close)
        await asyncio.to_thread(psutil.wait_procs, family, PATIENCE_SECONDS)
        await self._in_thread(self._start)

    async def _ended(self, pid: int) -> None:
        """Until the process has ended, by the last signal if SIGTERM has not done it."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(_until_ended, pid), PATIENCE_SECONDS / 4)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, self._last)

    def _start(self) -> None:
        self._held.enter_context(self._begin()).until_ready()

    async def _in_thread(self, act: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._starter, act)


def _until_ended(pid: int) -> None:
    # A child of ours: it can be waited for without being reaped.
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


class Stores:
    """PostgreSQL and Valkey of a folder of their own, and the sockets that they listen on."""

    def __init__(self, folder: Path) -> None:
        self._held = ExitStack()
        self._starter = ThreadPoolExecutor(1)
        home = home_of(make_folder(folder))
        self._held.callback(home.remove_if_just_made)
        programs = programs_for(home.account)
        logs: dict[str, Log] = {
            server.file: self._held.enter_context(claimed_log(home.path, server))
            for server in (valkey.SERVER, postgresql.SERVER)
        }
        sockets = self._held.enter_context(socket_folder(folder, home.account))
        self.postgresql_socket, self.valkey_socket = sockets / ".s.PGSQL.5432", sockets / "valkey.sock"
        self.database_url, self.redis_url = postgresql.url(sockets), valkey.url(sockets)
        queue, database = logs["valkey"], logs["postgresql"]
        self.valkey = Store(
            "valkey",
            lambda: valkey.started(programs, sockets, queue, home.account),
            queue.pid_file,
            self._starter,
            signal.SIGKILL,
        )
        self.postgresql = Store(
            "postgresql",
            # Written through: what was answered must outlive a kill.
            lambda: postgresql.started(programs, home, sockets, database, durable=True),
            database.pid_file,
            self._starter,
            signal.SIGINT,
        )

    async def start(self) -> None:
        """Start both."""
        await self.valkey.start()
        await self.postgresql.start()

    async def stop(self) -> None:
        """Stop both, and leave nothing behind."""
        await self.postgresql.stop()
        await self.valkey.stop()
        self._starter.shutdown()
        self._held.close()


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: Any = probe.getsockname()
        return int(found[1])
