"""Lines on stderr whose writer never waits for the reader."""

import os
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_STDERR = 2
# Lines kept for a reader that has fallen behind; what comes on top is dropped.
_MAX_WAITING = 2_000
# Seconds.
_MOMENT = 0.5


class Lines:
    """Takes lines from any thread and writes them in order."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[str | threading.Event | None] = queue.Queue(_MAX_WAITING)

    def show(self, line: str) -> None:
        """Write a line, soon; a reader that has stopped reading loses it."""
        self._put(line)

    def settle(self) -> None:
        """Return when what was shown so far is written, or after a moment."""
        written = threading.Event()
        self._put(written)
        written.wait(_MOMENT)

    def end(self) -> None:
        """Let `write` come to its end."""
        self._put(None)

    def write(self) -> None:
        """Write what comes until the end; past Python's own buffers, which a thread must not hold at exit."""
        while (item := self._waiting.get()) is not None:
            if isinstance(item, threading.Event):
                item.set()
                continue
            rest = f"{item}\n".encode(errors="replace")
            with suppress(OSError):
                while rest:
                    rest = rest[os.write(_STDERR, rest) :]

    def _put(self, item: str | threading.Event | None) -> None:
        with suppress(queue.Full):
            self._waiting.put_nowait(item)


@contextmanager
def stderr_lines() -> Iterator[Lines]:
    """Lines written by a thread of their own.

    A pipe that nobody empties must not stop the product: it would no longer hear that it should end.
    """
    lines = Lines()
    writer = threading.Thread(target=lines.write, name="stderr", daemon=True)
    writer.start()
    try:
        yield lines
    finally:
        lines.end()
        writer.join(_MOMENT)
