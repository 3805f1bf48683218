"""Locks that the kernel keeps: on an open file, and gone with it."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Self


class FileLock:
    """A lock on an open file, which two openers exclude each other from, in one process too.

    It is freed when the file has been closed by this process and by all children that inherited it.
    """

    def __init__(self, path: Path) -> None:
        # Not through a link: root must not write where the owner of the folder points it to.
        self.file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self.file)

    def take(self, *, together: bool = False) -> bool:
        """Take the lock at once, alone or `together` with others; False where another's lock forbids it."""
        try:
            fcntl.flock(self.file, (fcntl.LOCK_SH if together else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def take_within(self, seconds: float) -> bool:
        """Take the lock alone, asking for up to `seconds`."""
        deadline = time.monotonic() + seconds
        while not self.take():
            if time.monotonic() >= deadline:
                return False
            pause()
        return True

    def free(self) -> None:
        fcntl.flock(self.file, fcntl.LOCK_UN)

    def text(self) -> str:
        return os.pread(self.file, os.fstat(self.file).st_size, 0).decode()

    def write(self, text: str) -> None:
        """Replace the file's text."""
        os.ftruncate(self.file, 0)
        os.write(self.file, text.encode())


def pause() -> None:
    """Wait a moment before asking again: a flock with a time limit does not exist."""
    time.sleep(0.02)
