"""What is wrong with catalogue files: every fault with its file, its line, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from service.errors import InvalidInput

# Faults of one file after which it is read no further.
FAULTS_MAX = 10_000
# As much of a faulty text as a message repeats.
_QUOTED_MAX = 60


@dataclass(frozen=True)
class Fault:
    """One thing to mend. Lines count from 1; a fault of a whole file, or of the database's state, has none."""

    file: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        """`file:line: reason`."""
        return (
            f"{self.file}: {self.reason}" if self.line is None else f"{self.file}:{self.line}: {self.reason}"
        )


class FaultyCatalogue(InvalidInput):
    """The files cannot be imported; nothing was written. `faults` holds every one found, by file and line."""

    code = "FAULTY_CATALOGUE"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line or 0)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Unreadable(Exception):
    """A file in which nothing more can be told apart after this line."""

    def __init__(self, line: int | None, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class Notebook:
    """Where the faults of one file are noted down.

    It is not whole once a part of the file could not be read: what seems to be missing may stand there.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.is_whole = True

    def note(self, line: int | None, reason: str) -> None:
        """Write a fault down and read on.

        Raises:
            Unreadable: there are too many of them.
        """
        if len(self.faults) >= FAULTS_MAX:
            raise Unreadable(line, f"The file has more than {FAULTS_MAX:,} faults: mend those above first.")
        self.faults.append(Fault(self.file, line, reason))

    def give_up(self, line: int | None, reason: str) -> None:
        """Write a fault down for which a part of the file stays unread."""
        self.faults.append(Fault(self.file, line, reason))
        self.is_whole = False


def quoted(text: str) -> str:
    """The text between quotation marks, cut short, and printable whatever it holds."""
    shown = text if len(text) <= _QUOTED_MAX else f"{text[:_QUOTED_MAX]}…"
    return f"“{''.join(c if c.isprintable() else ascii(c)[1:-1] for c in shown)}”"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` Did you mean “x”?` where a known word is near, else nothing."""
    return _did_you_mean(word, frozenset(known))


@lru_cache(maxsize=1_000)
def _did_you_mean(word: str, known: frozenset[str]) -> str:
    near = get_close_matches(word[: 2 * _QUOTED_MAX], sorted(known), n=1)
    return f" Did you mean {quoted(near[0])}?" if near else ""
