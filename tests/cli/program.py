"""The real command, run as a person runs it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import psutil  # type: ignore[import-untyped]

SKILLPROFILE = (sys.executable, "-P", "-m", "service.cli")
# Nothing here takes as long; a test that hangs must end.
PATIENCE = 60.0
_OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "MAIL_URL",
    "SECRET_KEY",
    "SITE_URL",
    "SKILLPROFILE_DATA",
    "LOG_FORMAT",
    "MAKELEVEL",
)


def run(*words: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end, with nothing of this process's settings but those given."""
    return subprocess.run(
        [*SKILLPROFILE, *map(str, words)],
        env=environment_of_a_person(**environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


class Dev:
    """A running `skillprofile dev` on a free port, ready when it has been made."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder = folder
        self.errors: list[str] = []
        self._process = subprocess.Popen(
            [*SKILLPROFILE, "dev", "--port", "0", "--data", str(folder), *words],
            env=environment_of_a_person(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()
        self.first_line = self._process.stdout.readline()
        self.url = self.first_line.removeprefix("ready ").strip()
        self.descendants = psutil.Process(self._process.pid).children(recursive=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.end(signal.SIGTERM)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def end(self, *numbers: signal.Signals) -> tuple[int, str]:
        """Send the signals; returns the exit code and the rest of the output."""
        for number in numbers:
            self.send(number)
        code = self._process.wait(PATIENCE)
        assert self._process.stdout is not None
        rest = self._process.stdout.read()
        self._reading.join(PATIENCE)
        return code, rest

    def children(self, word: str) -> list[psutil.Process]:
        """The living children whose command line holds the word."""
        children = psutil.Process(self._process.pid).children()
        return [child for child in children if word in _words(child)]

    def living(self) -> list[psutil.Process]:
        """Which of the processes that it had started are left; waits for those that are ending."""
        psutil.wait_procs(self.descendants, timeout=PATIENCE / 4)
        return [process for process in self.descendants if process.is_running()]

    def _read(self) -> None:
        assert self._process.stderr is not None
        self.errors.extend(self._process.stderr)


def eventually(condition: Callable[[], bool]) -> None:
    """Return when the condition holds; fail when it does not within a minute."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def environment_of_a_person(**given: str) -> dict[str, str]:
    """The environment of this process without the product's settings, but with those given."""
    return {name: value for name, value in os.environ.items() if name not in _OURS} | given
