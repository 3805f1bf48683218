"""What a catalogue file says before it is understood: values with their lines, the same for YAML and JSON."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

# A catalogue needs six levels of nesting.
DEPTH_MAX = 20
TOO_DEEP = f"The file nests deeper than {DEPTH_MAX} levels: a catalogue file needs six."
# A thousand skills with twenty requirements each have a quarter of a million values.
VALUES_MAX = 3_000_000
TOO_MANY = f"The file has more than {VALUES_MAX:,} values: import in several steps."


class ScalarKind(StrEnum):
    """What a single value is to its format, in the words of a message."""

    TEXT = "a text"
    INTEGER = "a whole number"
    NUMBER = "a number"
    TRUTH = "true or false"
    DATE = "a date"
    NOTHING = "empty"


@dataclass(slots=True)
class Scalar:
    """A single value as it is written."""

    line: int
    kind: ScalarKind
    text: str


@dataclass(slots=True)
class Listing:
    """A list of values."""

    line: int
    items: list["Node"]


@dataclass(slots=True)
class Record:
    """Values under keys; `key_lines` are the lines of the keys themselves."""

    line: int
    values: dict[str, "Node"]
    key_lines: dict[str, int]


Node = Scalar | Listing | Record


def describe(node: Node) -> str:
    """What the value is, in the words of a message."""
    match node:
        case Scalar():
            return node.kind.value
        case Listing():
            return "a list"
        case Record():
            return "a set of keys"


class Lines:
    """Finds the line, from 1, of an offset in a text."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]

    def at(self, offset: int) -> int:
        """The line on which the character stands."""
        return bisect_right(self._starts, offset)
