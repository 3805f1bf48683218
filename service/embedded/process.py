"""A server as a child process: it starts, shows that it is ready, is stopped, and never outlives us."""

import ctypes
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL, Signals

from service.embedded.account import Account
from service.embedded.errors import EmbeddedError
from service.embedded.log import Log

START_PATIENCE = 60.0
PR_SET_PDEATHSIG = 1


class Command:
    """A program with its arguments, the log it writes to and the account it runs as (None: our own)."""

    def __init__(self, log: Log, account: Account | None, *words: str | Path) -> None:
        self.log = log
        self.words = [str(word) for word in words]
        self._account = account

    def start(self, *, orphaned: Signals, stdin: int = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
        """Start it as a child, which is sent the signal `orphaned` when we die."""
        account = self._account
        try:
            with warnings.catch_warnings():
                # Python warns of a fork beside threads; this child only calls prctl, getppid and exec.
                warnings.simplefilter("ignore", DeprecationWarning)
                return subprocess.Popen(
                    self.words,
                    stdin=stdin,
                    stdout=self.log.file,
                    stderr=self.log.file,
                    # A folder that any account may stand in, and nothing of our environment (PGPORT, TZ ...).
                    cwd="/",
                    env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                    # A session of its own: a terminal's Ctrl-C reaches us alone, and we stop things in order.
                    start_new_session=True,
                    user=account.uid if account else None,
                    group=account.gid if account else None,
                    extra_groups=[] if account else None,
                    # Runs after the change of account, which would clear the signal.
                    preexec_fn=end_with_parent(orphaned),
                )
        except OSError as fault:
            raise EmbeddedError(
                f"{self.words[0]} cannot be started ({fault.strerror}): install skillprofile[embedded] anew, "
                f"or give DATABASE_URL and REDIS_URL"
            ) from fault


def end_with_parent(signal: Signals) -> Callable[[], None] | None:
    """What the child does before it becomes the server: a kill -9 of ours then ends it too (Linux only)."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arrange


@contextmanager
def running(command: Command, is_ready: Callable[[int], bool]) -> Iterator["Child"]:
    """Start a server without waiting for it; stop it at the end. `is_ready` is given its process id."""
    process = command.start(orphaned=command.log.server.orphaned)
    try:
        command.log.pid_file.write_text(str(process.pid))
        child = Child(process, command.log, is_ready)
        yield child
    finally:
        _stop(process, command.log.server.stop)
        command.log.pid_file.unlink(missing_ok=True)


def _stop(process: "subprocess.Popen[bytes]", signals: tuple[tuple[Signals, float], ...]) -> None:
    for signal, patience in signals:
        process.send_signal(signal)
        if _ends_within(process, patience):
            return


class Child:
    """A server that has been started, and the question by which it shows that it is ready."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Log, is_ready: Callable[[int], bool]) -> None:
        self._process = process
        self._log = log
        self._is_ready = is_ready

    def until_ready(self) -> None:
        """Return when the server answers; raises EmbeddedError when it ends instead, or after 60 s."""
        deadline = time.monotonic() + START_PATIENCE
        pause = 0.002
        while not self._is_ready(self._process.pid):
            if _ends_within(self._process, pause):
                raise self._log.failure(f"it ended with code {self._process.returncode}")
            if time.monotonic() > deadline:
                raise self._log.failure(f"it does not answer after {START_PATIENCE:.0f} s")
            pause = min(pause * 1.5, 0.05)

    def ask_to_stop(self) -> None:
        """Send the first of the stop signals; the end of running() sends it again, which does no harm."""
        self._process.send_signal(self._log.server.stop[0][0])


def _ends_within(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def run(command: Command, *, text: str = "") -> None:
    """Run a preparing command to its end, feeding it `text`; raises EmbeddedError when it fails."""
    name = Path(command.words[0]).name
    process = command.start(orphaned=SIGKILL, stdin=subprocess.PIPE)
    try:
        process.communicate(text.encode(), timeout=START_PATIENCE)
    except subprocess.TimeoutExpired:
        raise command.log.failure(f"{name} takes longer than {START_PATIENCE:.0f} s") from None
    finally:
        process.kill()
        process.wait()
    if process.returncode:
        raise command.log.failure(f"{name} ended with code {process.returncode}")
