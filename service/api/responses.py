"""The response cache: the bytes of answers that everybody may see, forgotten as soon as they may be wrong.

An answer about certain skills alone depends on these; any other depends on every skill. While changes are not heard
(`service.changes`), the cache is passed by.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from service.activity.announcements import Change

ANY = "any"
# How many changed subjects are remembered; what is older counts as changed just before them.
_REMEMBERED = 10_000
# What an answer takes beside its bytes: its key, its place among the others and those of its subjects.
BESIDE_BYTES = 800


@dataclass
class ResponseCache:
    """Bounded in entries and in bytes (`used`, of `size`); what was used longest ago goes first."""

    entries: int
    size: int
    used: int = 0
    _kept: OrderedDict[Hashable, tuple[bytes, tuple[str, ...]]] = field(default_factory=OrderedDict)
    _by_subject: dict[str, set[Hashable]] = field(default_factory=dict)
    _changed: OrderedDict[str, int] = field(default_factory=OrderedDict)
    _now: int = 0
    _floor: int = 0

    @property
    def now(self) -> int:
        """The number of changes heard of: take it before reading what is to be kept."""
        return self._now

    def get(self, key: Hashable) -> bytes | None:
        """The bytes kept under the key, which counts as a use."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, body: bytes, *, subjects: tuple[str, ...], read_at: int) -> None:
        """Keep an answer about the subjects, unless one of them has changed since `read_at`."""
        changed_at = max((self._changed.get(subject, 0) for subject in subjects), default=0)
        weight = len(body) + BESIDE_BYTES
        if weight > self.size or max(changed_at, self._floor) > read_at:
            return
        self._drop(key)
        self._kept[key] = (body, subjects)
        for subject in subjects:
            self._by_subject.setdefault(subject, set()).add(key)
        self.used += weight
        while len(self._kept) > self.entries or self.used > self.size:
            self._drop(next(iter(self._kept)))

    def forget(self, change: Change) -> None:
        """Let go of all answers that the change may have made wrong."""
        if change.skill_id is None:
            self.clear()
            return
        self._now += 1
        for subject in (ANY, subject_of_id(change.skill_id), *map(subject_of_slug, change.slugs)):
            self._changed[subject] = self._now
            self._changed.move_to_end(subject)
            for key in list(self._by_subject.get(subject, ())):
                self._drop(key)
        while len(self._changed) > _REMEMBERED:
            _, self._floor = self._changed.popitem(last=False)

    def clear(self) -> None:
        """Let go of everything, what is being read now included."""
        self._now += 1
        self._floor = self._now
        self._changed.clear()
        self._kept.clear()
        self._by_subject.clear()
        self.used = 0

    def _drop(self, key: Hashable) -> None:
        dropped = self._kept.pop(key, None)
        if dropped is None:
            return
        body, subjects = dropped
        self.used -= len(body) + BESIDE_BYTES
        for subject in subjects:
            keys = self._by_subject[subject]
            keys.discard(key)
            if not keys:
                del self._by_subject[subject]


def subject_of_id(skill_id: int) -> str:
    """The skill of the id."""
    return f"id {skill_id}"


def subject_of_slug(slug: str) -> str:
    """The skill that the slug leads to, or will."""
    return f"slug {slug}"
