"""What the clients of a run write down, and what the mail server took. The books are balanced against these."""

import email
import email.policy
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Answer(StrEnum):
    """What a client knows for certain."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Wish:
    """A change of one requirement: the skill, where in it, and a word that stands in no other text.

    Two wishes of the same `pair` are about the same requirement, and one of them at most may be applied.
    """

    number: int
    skill: str
    role: str
    level: str
    word: str
    becomes_optional: bool
    pair: int | None = None

    @property
    def place(self) -> tuple[str, str, str]:
        """Skill, role and level."""
        return self.skill, self.role, self.level


@dataclass
class Entry:
    """One wish as its client saw it. Times are seconds of the machine's monotonic clock."""

    wish: Wish
    asked_at: float | None = None
    """When the acceptance was first sent."""
    answer: Answer | None = None
    longest: float = 0.0
    """The longest that the client waited for a definite answer to one thing, in seconds."""


@dataclass(frozen=True)
class Disturbance:
    """A fault, and how long it took until all was well: from its end, or from the blow where it has none."""

    name: str
    began_at: float
    ended_at: float
    ready_after: float | None
    loses_answers: bool
    """Whether a mail server's 250, or what is made of it, may be lost by it."""


@dataclass(frozen=True)
class Copy:
    """One mail to one address, as the mail server took it; whether it could say so."""

    at: float
    to: str
    text: str
    is_told: bool


@dataclass
class Post:
    """All that the mail server wrote down."""

    copies: list[Copy] = field(default_factory=list)
    refusals: int = 0

    def take(self, lines: Iterable[str]) -> None:
        """Read on."""
        for line in lines:
            entry: dict[str, Any] = json.loads(line)
            if "refused" in entry:
                self.refusals += 1
            else:
                text = _text_of(entry["raw"].encode("latin-1"))
                self.copies.append(Copy(entry["at"], entry["to"], text, entry["is_told"]))


class Tail:
    """Reads the mail server's book as it grows."""

    def __init__(self, path: Path) -> None:
        self.post = Post()
        self._path = path
        self._read = 0

    def read_on(self) -> None:
        """Take what has been written since."""
        if not self._path.exists():
            return
        with self._path.open("rb") as book:
            book.seek(self._read)
            whole, newline, _ = book.read().rpartition(b"\n")
        self._read += len(whole) + len(newline)
        self.post.take(whole.decode().splitlines())


def _text_of(raw: bytes) -> str:
    body = email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain",))
    return "" if body is None else str(body.get_content())
