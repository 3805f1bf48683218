"""A cache that never outgrows its bounds."""

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """Keeps what was used last, bounded in entries and in bytes.

    The keeper says how many bytes an entry stands for; one that is larger than the whole cache is not kept.
    """

    def __init__(self, *, entries: int, size: int) -> None:
        self._entries = entries
        self._size = size
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """What is kept under the key, which counts as a use."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def put(self, key: K, value: V, *, size: int) -> None:
        """Keep the value, of `size` bytes, and let go of what was used longest ago."""
        self._drop(key)
        if size > self._size:
            return
        self._kept[key] = (value, size)
        self.bytes += size
        while len(self._kept) > self._entries or self.bytes > self._size:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: K) -> None:
        dropped = self._kept.pop(key, None)
        if dropped is not None:
            self.bytes -= dropped[1]
