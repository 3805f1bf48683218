"""What is the viewer's own in an answer that is otherwise the same for everybody.

A statement for somebody who is signed in leaves a gap in the place of each such value: a mark that no JSON text holds,
with the numbers that the field's resolver reads of its row. The ordinary executor works these fields out, and these
alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import orjson
import sqlalchemy as sa

from service.api.node import Node
from service.api.plan import json_sql
from service.api.plan.json_sql import Part
from service.api.plan.outline import Branch
from service.database import Column

# In JSON, control characters stand escaped.
_OPEN, _CLOSE = "\x02", "\x03"


@dataclass(frozen=True, eq=False)
class Gap:
    """A field of the viewer's own: of a row with these columns, or (`node` None) at the root."""

    node: type[Node] | None
    branch: Branch
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Wanted:
    """One value to be filled in: which field, of which object."""

    gap: Gap
    source: Node | None


def opened(index: int, columns: Iterable[Column]) -> Part:
    """The text of a gap, by its number among the statement's."""
    numbers: list[Part] = [[",", json_sql.or_null(sa.cast(column, sa.Text))] for column in columns]
    return [f"{_OPEN}[{index}", *numbers, f"]{_CLOSE}"]


class Template:
    """An answer with gaps."""

    def __init__(self, body: bytes, gaps: tuple[Gap, ...]) -> None:
        first, *others = body.split(_OPEN.encode())
        self._texts = [first]
        self.wanted: list[Wanted] = []
        for other in others:
            numbers, text = other.split(_CLOSE.encode())
            index, *values = orjson.loads(numbers)
            self.wanted.append(_wanted(gaps[index], values))
            self._texts.append(text)

    def filled(self, values: Iterable[Any]) -> bytes:
        """The answer with these values, in the order of `wanted`."""
        first, *others = self._texts
        pieces = [first]
        for value, text in zip(values, others, strict=True):
            pieces += [orjson.dumps(value), text]
        return b"".join(pieces)


def _wanted(gap: Gap, values: list[Any]) -> Wanted:
    if gap.node is None:
        return Wanted(gap, None)
    return Wanted(gap, gap.node.of(SimpleNamespace(**dict(zip(gap.columns, values, strict=True)))))
