"""What sends the requests: wrk where it is installed, else a driver of our own. Both run as a process of their own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.benchmarks.failure import BenchmarkFailed

CONNECTIONS = 16
# A request that takes longer is a fault.
_PATIENCE_SECONDS = 120
_SCRIPT = Path(__file__).with_name("wrk.lua")
# With fewer answers than this for each connection, those under way at the end weigh in the count.
_FEW = 20


@dataclass(frozen=True)
class Load:
    """What a driver has seen: answers, and the seconds that one took on average, at the median and at the 99th percent.

    A fault is no answer or one with another status than 200, and where answers are read also one with `errors`.
    """

    requests: int
    seconds: float
    mean: float
    p50: float
    p99: float
    faults: int
    first_fault: str

    @property
    def rate(self) -> float:
        """Answers a second; where they are few, from their mean time, so that those under way count as well."""
        if 0 < self.requests < _FEW * CONNECTIONS:
            return CONNECTIONS / self.mean
        return self.requests / self.seconds


@dataclass(frozen=True)
class Driver:
    """`command` makes the words of a program's command line of a URL, a file of bodies, one a line, and seconds.

    One word more makes the program read every answer.
    """

    title: str
    command: Callable[[str, Path, int], list[str]]

    def start(self, url: str, bodies: Path, seconds: int, *, read: bool = False) -> "Run":
        """Post the bodies in turn over 16 connections for so long, from now on; `read` looks for errors in answers.

        Reading takes the driver longer than sending, so it does not go with timing.
        """
        return Run(self.command(url, bodies, seconds) + ["read"] * read)


class Run:
    """A driver at work; it ends with the block at the latest."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.__exit__(None, None, None)

    @property
    def is_over(self) -> bool:
        """Whether it has sent all."""
        return self._process.poll() is not None

    def load(self) -> Load:
        """What it has seen; waits until it is over.

        Raises:
            BenchmarkFailed: it could not do its work.
        """
        output, errors = self._process.communicate()
        if self._process.returncode:
            raise BenchmarkFailed(f"the driver failed: {(errors or output).decode(errors='replace').strip()}")
        return Load(**json.loads(output.decode(errors="replace").splitlines()[-1]))


def choose(name: str | None) -> Driver:
    """The driver of the name, `wrk` or `own`; wrk where there is one if none is named."""
    program = shutil.which("wrk")
    if name == "own" or (name is None and program is None):
        return Driver("own asyncio driver on uvloop", _own_command)
    if program is None:
        raise BenchmarkFailed("wrk is not installed: install it, or take --driver own")
    found = program

    def command(url: str, bodies: Path, seconds: int) -> list[str]:
        shape = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", f"--timeout={_PATIENCE_SECONDS}s"]
        return [found, *shape, "-s", str(_SCRIPT), url, "--", str(bodies)]

    return Driver(_version(program), command)


def _own_command(url: str, bodies: Path, seconds: int) -> list[str]:
    return [sys.executable, "-m", __name__, url, str(bodies), str(seconds)]


def _version(program: str) -> str:
    """wrk tells it with its help, and a code of 1."""
    said = subprocess.run([program, "-v"], capture_output=True, text=True, check=False).stdout
    return " ".join(said.split()[:2]) or "wrk"
