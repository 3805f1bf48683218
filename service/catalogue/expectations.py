"""The expectations in a requirement's text, and what of them is new from one level to the next.

Pure. An expectation is a sentence, or an item of a list; a line that ends in a colon only leads to its list. Two
expectations are alike by the words that they share: twice the shared ones over all of both (Dice's coefficient), with
case, word endings and small words left out, and the skill's own name, which every sentence of it may repeat. From
`CARRIED_FROM` on it is the same expectation again; from `RAISED_FROM` on the same matter, but more of it.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from service.errors import InvalidInput

CARRIED_FROM: Final = 0.85
RAISED_FROM: Final = 0.45

_ITEM = re.compile(r"\s*[-*•]\s+")
# A small letter after a full stop is no new sentence: “e.g. this”, “v1. x”. The page's script splits in the same way.
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\sa-z])")
_WORD = re.compile(r"[^\W_]+")
_SMALL_WORDS: Final = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "for",
        "from",
        "has",
        "have",
        "how",
        "in",
        "into",
        "is",
    }
    | {
        "it",
        "its",
        "of",
        "on",
        "or",
        "such",
        "that",
        "the",
        "their",
        "them",
        "they",
        "this",
        "through",
        "to",
        "up",
    }
    | {"using", "what", "when", "where", "which", "who", "why", "with", "within", "you", "your"}
)
_ENDINGS: Final = ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "e")
_STEM_LEAST: Final = 4


class AdvanceState(StrEnum):
    """Where the way from a level begins, and whether it leads on."""

    NOT_YET = "NOT_YET"
    STEPS = "STEPS"
    TOP = "TOP"
    SIDEWAYS = "SIDEWAYS"


class ExpectationChange(StrEnum):
    """What an expectation is against the level before."""

    NEW = "NEW"
    RAISED = "RAISED"
    CARRIED = "CARRIED"


@dataclass(frozen=True)
class Expectation:
    """One thing to cover; `before` is the expectation that it raises or carries on, None for a new one."""

    text: str
    change: ExpectationChange
    before: str | None = None


@dataclass(frozen=True)
class Step:
    """What a role asks at a level; nothing where the role passes the level over."""

    role_id: int
    level_id: int
    expectations: tuple[Expectation, ...]


@dataclass(frozen=True)
class Advance:
    """The way on: its steps in the ladder's order."""

    state: AdvanceState
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Asked:
    """What one role asks of a skill: the texts by level, on a ladder of level ids, the first step first."""

    role_id: int
    ladder: Sequence[int]
    texts: Mapping[int, str]

    def before(self, level_id: int) -> tuple[str, ...]:
        """The expectations of the nearest level below at which anything is asked."""
        below = [level for level in self.ladder[: self.ladder.index(level_id)] if level in self.texts]
        return expectations_of(self.texts[below[-1]]) if below else ()

    def at(self, level_id: int) -> tuple[str, ...]:
        """The expectations of a level, none where nothing is asked."""
        return expectations_of(self.texts.get(level_id, ""))


def advance(asked: Asked, *, start: int | None, goal: int | None, skill_name: str) -> Advance:
    """The steps above `start` up to `goal`, by default the next level; from None the first level is the next.

    Raises:
        InvalidInput: the goal is not above the start.
    """
    levels = levels_above(asked.ladder, start=start, goal=goal)
    if not levels:
        return Advance(AdvanceState.TOP)
    ignored = _words(skill_name)
    steps = tuple(
        Step(asked.role_id, level, compared(asked.at(level), asked.before(level), ignored))
        for level in levels
    )
    return Advance(AdvanceState.NOT_YET if start is None else AdvanceState.STEPS, steps)


def levels_above(ladder: Sequence[int], *, start: int | None, goal: int | None) -> Sequence[int]:
    """The levels above `start` up to `goal`, by default the next one alone; none above the top.

    Raises:
        InvalidInput: the goal is not above the start.
    """
    begin = 0 if start is None else ladder.index(start) + 1
    end = begin + 1 if goal is None else ladder.index(goal) + 1
    if end <= begin:
        raise InvalidInput("Choose a level above the one that you are at.", path=("to",))
    return ladder[begin:end]


def sideways(own: Asked, other: Asked, *, level: int, skill_name: str) -> Advance:
    """What another role asks at the same level, against what one's own asks there."""
    expectations = compared(other.at(level), own.at(level), _words(skill_name))
    return Advance(AdvanceState.SIDEWAYS, (Step(other.role_id, level, expectations),))


def compared(
    texts: Iterable[str], before: Sequence[str], ignored: Collection[str] = ()
) -> tuple[Expectation, ...]:
    """Each text beside the one before that is most like it."""
    return tuple(_compared(text, before, ignored) for text in texts)


def expectations_of(description: str) -> tuple[str, ...]:
    """The sentences and list items of a text, in their order."""
    found: list[str] = []
    for line in description.splitlines():
        item = _ITEM.match(line)
        if item is not None:
            found.append(line[item.end() :].strip())
        elif not line.rstrip().endswith(":"):
            found += _SENTENCE_END.split(line.strip())
    return tuple(text for text in found if text)


def similarity(one: str, other: str, ignored: Collection[str] = ()) -> float:
    """How much of their words two texts share, from 0 to 1."""
    left, right = _words(one) - set(ignored), _words(other) - set(ignored)
    if not left or not right:
        return float(one == other)
    return 2 * len(left & right) / (len(left) + len(right))


def _compared(text: str, before: Sequence[str], ignored: Collection[str]) -> Expectation:
    nearest = max(before, key=lambda old: similarity(text, old, ignored), default=None)
    alike = 0.0 if nearest is None else similarity(text, nearest, ignored)
    if alike >= CARRIED_FROM:
        return Expectation(text, ExpectationChange.CARRIED, nearest)
    if alike >= RAISED_FROM:
        return Expectation(text, ExpectationChange.RAISED, nearest)
    return Expectation(text, ExpectationChange.NEW)


def _words(text: str) -> set[str]:
    return {_stem(word) for word in _WORD.findall(text.casefold()) if word not in _SMALL_WORDS}


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM_LEAST:
            return word.removesuffix(ending)
    return word
