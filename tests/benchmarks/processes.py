"""Processes of this machine: children of ours, and what any of them uses."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO

import psutil  # type: ignore[import-untyped]

from tests.benchmarks.failure import BenchmarkFailed

_STOP_SECONDS = 10.0
# What a person has set for a server of their own must not reach a child.
_KEPT_BACK = (
    "MAIL_URL",
    "SITE_URL",
    "CORS_ORIGINS",
    "LOG_LEVEL",
    "RESPONSE_CACHE",
    "PIECE_CACHE_BYTES",
    "COST_PER_MINUTE",
    "SKILLPROFILE_DATA",
)


@contextmanager
def child(
    name: str, command: Sequence[str], environment: Mapping[str, str], *, pass_fds: Sequence[int] = ()
) -> Iterator[int]:
    """A child process, by its id, until the block ends.

    Raises:
        BenchmarkFailed: the block has failed, and the child had ended before; with its last words.
    """
    with tempfile.TemporaryFile() as log:
        inherited = {key: value for key, value in os.environ.items() if key not in _KEPT_BACK}
        process = subprocess.Popen(
            command,
            env=inherited | dict(environment),
            pass_fds=pass_fds,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            yield process.pid
        except Exception as error:
            if process.poll() is None:
                raise
            raise BenchmarkFailed(f"{name} has ended: {_last_words(log)}") from error
        finally:
            _stop(process)


def family(process: psutil.Process) -> list[psutil.Process]:
    """The process with all its descendants."""
    return [process, *process.children(recursive=True)]


def cpu_seconds_of(process: psutil.Process) -> float:
    """What the process itself has used of the processors since its start; 0 where it has just ended."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def _last_words(log: IO[bytes]) -> str:
    log.seek(0)
    lines = log.read().decode(errors="replace").strip().splitlines()
    return "\n".join(lines[-5:]) or "it said nothing"


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
