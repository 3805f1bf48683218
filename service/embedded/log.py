"""The log of a server, which also tells whether the server lives."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import Signals

from service.embedded.errors import EmbeddedError, full_disk
from service.embedded.lock import FileLock

# A log that has grown past this is begun anew by the next start.
LOG_BYTES = 5_000_000
TELLING_BYTES = 64_000
# Less than this left on the disk explains any failed start.
SCARCE_BYTES = 4_000_000
# How PostgreSQL, its initdb and Valkey mark the sentence that says what is wrong.
GRAVE = re.compile(r"(?:(?:FATAL|PANIC|initdb: error):\s+|\d+:[A-Z] .*? # )(?P<said>.+)")
FULL = re.compile("No space left on device|Check free disk space|Disk quota exceeded")


@dataclass(frozen=True)
class Server:
    """What is particular to one server: its name for people, that of its files, and how it is stopped.

    `stop` lists signals from the polite to the last, each with the seconds it is given. `orphaned` is the
    signal that Linux sends when our process has died.
    """

    name: str
    file: str
    stop: tuple[tuple[Signals, float], ...]
    orphaned: Signals


@contextmanager
def claimed_log(home: Path, server: Server) -> Iterator["Log"]:
    """The log of `server` in `home`, when no process of an earlier one is left: an orphan is ended first."""
    path = home / f"{server.file}.log"
    with FileLock(path) as lock:
        log = Log(path, lock, server)
        if not lock.take():
            _end_orphan(log)
        log.begin()
        yield log


def _end_orphan(log: "Log") -> None:
    """Stop the server of an owner that was killed: it is about to end (Linux) or does not know (macOS)."""
    pid = int(log.pid_file.read_text() or 0) if log.pid_file.exists() else 0
    for signal, patience in log.server.stop:
        # The lock says that it lives, and each server leads a process group of its own: no stranger is hit.
        if pid:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal)
        if log.lock.take_within(patience):
            return
    raise EmbeddedError(
        f"a {log.server.name} of an earlier run of this data folder does not end (pid {pid or 'unknown'}, "
        f"it writes to {log.path}): stop it by hand, or choose another data folder with --data"
    )


class Log:
    """The file that a server writes to, locked as long as any process of that server has it open.

    The open file is inherited, and the lock goes with it. So a log that can be locked is the proof that no
    process of an earlier server is left, which no process id on a disk could give.
    """

    def __init__(self, path: Path, lock: FileLock, server: Server) -> None:
        self.path = path
        self.pid_file = path.with_suffix(".pid")
        self.server = server
        self.lock = lock
        self.file = lock.file
        self._from = 0

    def begin(self) -> None:
        """Begin the log of this start, dropping what earlier ones left if that is much."""
        self._from = os.fstat(self.file).st_size
        if self._from > LOG_BYTES:
            os.ftruncate(self.file, 0)
            self._from = 0

    def failure(self, otherwise: str) -> EmbeddedError:
        """Say why the server did not start, in its own words where it left any since begin()."""
        start = max(self._from, os.fstat(self.file).st_size - TELLING_BYTES)
        text = os.pread(self.file, TELLING_BYTES, start).decode(errors="replace")
        # The full disk may be the log's own, and then the server's words are not there.
        if FULL.search(text) or shutil.disk_usage(self.path.parent).free < SCARCE_BYTES:
            return full_disk(self.path.parent)
        return EmbeddedError(
            f"{self.server.name} did not start: {_last_telling_line(text) or otherwise} (log: {self.path}); "
            f"mend that, or choose another data folder with --data"
        )


def _last_telling_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    grave = [found["said"] for line in lines if (found := GRAVE.search(line))]
    return (grave or lines or [""])[-1]
