"""What a mail shows of the changes it tells: the fields, old and new, cut to what fits."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from service.difference import Segment, common_start, segments
from service.notifications.rules import ToldChange

CONTEXT = 120  # characters of equal text kept before and after what differs
LABEL_MAX = 250

_LINE_ENDS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One field as both bodies show it."""

    label: str
    old: tuple[str, ...]
    """Lines; none where nothing was."""
    new: tuple[str, ...]
    segments: tuple[Segment, ...]
    is_cut: bool

    @property
    def is_rewritten(self) -> bool:
        """Whether none of the old text is left in the new one."""
        return bool(self.old and self.new) and len(self.segments) == 2


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a mail shows of people's own words."""

    headline: str
    """For the subject: "Release Engineer, Senior changed", "10 changes"."""
    changes: tuple[ShownChange, ...]
    left_out: int
    """How many more changes there are."""
    note: tuple[str, ...]
    """Lines."""
    is_cut: bool
    """Whether anything at all was cut."""


def show(changes: Sequence[ToldChange], note: str, *, text_max: int, changes_max: int) -> Shown:
    """The first `changes_max` changes, and of every text `text_max` characters around what differs."""
    shown = tuple(_show_one(change, text_max) for change in changes[:changes_max])
    left_out = max(0, len(changes) - changes_max)
    note = _printable(note).strip()
    short_note = _cut(note, text_max)
    return Shown(
        headline=headline(changes),
        changes=shown,
        left_out=left_out,
        note=tuple(short_note.split("\n")) if short_note else (),
        is_cut=bool(left_out) or short_note != note or any(change.is_cut for change in shown),
    )


def headline(changes: Sequence[ToldChange]) -> str:
    """What changed, in a few words. The fields of one place count as one change."""
    places = {change.place or change.field for change in changes}
    if len(places) != 1:
        return f"{len(places)} changes"
    if all(change.before is None for change in changes):
        return f"{places.pop()} added"
    if all(change.after is None for change in changes):
        return f"{places.pop()} removed"
    return f"{places.pop()} changed"


@lru_cache(maxsize=128)  # one change is told to many people
def _show_one(change: ToldChange, text_max: int) -> ShownChange:
    before, after, is_cut = excerpt(_printable(change.before or ""), _printable(change.after or ""), text_max)
    return ShownChange(
        label=_label(change),
        old=tuple(before.split("\n")) if before else (),
        new=tuple(after.split("\n")) if after else (),
        segments=segments(before, after),
        is_cut=is_cut,
    )


def _label(change: ToldChange) -> str:
    label = f"{change.place}: {change.field}" if change.place else change.field[:1].upper() + change.field[1:]
    return _cut(" ".join(_printable(label).split()), LABEL_MAX)


def excerpt(before: str, after: str, text_max: int) -> tuple[str, str, bool]:
    """Both texts cut to about `text_max` characters, and whether they were cut.

    What they have in common at the start and the end goes first, so that what differs is seen.
    """
    if len(before) <= text_max and len(after) <= text_max:
        return before, after, False
    head = common_start(before, after)
    rest = min(len(before), len(after)) - head
    tail = min(rest, common_start(before[::-1], after[::-1]))
    start = _after_blank(before, head - CONTEXT, head) if head > CONTEXT else 0
    end = _after_blank(before[::-1], tail - CONTEXT, tail) if tail > CONTEXT else 0
    return _middle(before, start, end, text_max), _middle(after, start, end, text_max), True


def _after_blank(text: str, start: int, stop: int) -> int:
    """Where the first whole word begins; `start` itself in a text without blanks."""
    return max(start, text.find(" ", start, stop) + 1)


def _middle(text: str, start: int, end: int, text_max: int) -> str:
    middle = _cut(text[start : len(text) - end], text_max)
    return f"{'…' if start else ''}{middle}{'…' if end and not middle.endswith('…') else ''}"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _printable(text: str) -> str:
    """The text with plain line ends and without controls, which no mail may carry; else as it is."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", _LINE_ENDS.sub("\n", text))
