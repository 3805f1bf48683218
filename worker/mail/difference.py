"""What differs between two texts, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Comparing takes time in the product of both numbers of words: 10 ms here. Beyond it, all counts as new.
PRODUCT_MAX = 160_000
# When less than this share of the shorter text's letters stays, old text and then new text reads better.
COMMON_MIN = 0.4

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class SegmentKind(StrEnum):
    """What became of a piece of text."""

    EQUAL = "EQUAL"
    INSERT = "INSERT"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text that stayed, came or went."""

    kind: SegmentKind
    text: str


def segments(before: str, after: str) -> tuple[Segment, ...]:
    """The way from `before` to `after`.

    EQUAL and DELETE together are `before`, EQUAL and INSERT are `after`; no segment is empty, no two
    neighbours are of one kind, and where text was replaced DELETE stands before INSERT.
    """
    steps = list(_steps(_WORDS.findall(before), _WORDS.findall(after)))
    if _common_share(steps, before, after) < COMMON_MIN:
        steps = [("", before, after)]
    return tuple(_joined(steps))


Step = tuple[str, str, str]  # what stayed, then what went and what came after it


def _steps(before: list[str], after: list[str]) -> Iterator[Step]:
    head = common_start(before, after)
    tail = common_start(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    yield "".join(before[:head]), "", ""
    yield from _changed_steps(old, new)
    yield "".join(before[len(before) - tail :]), "", ""


def common_start(left: Sequence[str], right: Sequence[str]) -> int:
    """How many items (words, or characters) are the same at the start of both."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count


def _changed_steps(old: list[str], new: list[str]) -> Iterator[Step]:
    if len(old) * len(new) > PRODUCT_MAX:
        yield "", "".join(old), "".join(new)
        return
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = "".join(old[i:j]), "".join(new[k:m])
        # A blank between two replaced words is replaced with them: one long change reads better than ten.
        if tag == "equal" and re.search(r"\w", left):
            yield left, "", ""
        else:
            yield "", left, right


def _common_share(steps: list[Step], before: str, after: str) -> float:
    common = sum(len("".join(kept.split())) for kept, _, _ in steps)
    shorter = min(len("".join(before.split())), len("".join(after.split())))
    return common / shorter if shorter else 1.0


def _joined(steps: list[Step]) -> Iterator[Segment]:
    """The steps as segments, with the changes between two kept texts put together."""
    gone = come = ""
    kept_so_far = ""
    for kept, old, new in [*steps, ("", "", "")]:
        if kept:
            yield from _segments(kept_so_far, gone, come)
            kept_so_far = gone = come = ""
        kept_so_far += kept
        gone += old
        come += new
    yield from _segments(kept_so_far, gone, come)


def _segments(kept: str, gone: str, come: str) -> Iterator[Segment]:
    for kind, text in ((SegmentKind.EQUAL, kept), (SegmentKind.DELETE, gone), (SegmentKind.INSERT, come)):
        if text:
            yield Segment(kind, text)
