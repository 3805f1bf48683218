"""What the compiler needs to know of a field, carried in the field's own metadata."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from service.database import Column, Select
from service.sources import Order, Source

METADATA = "plan"

# Narrows a SELECT over a source's rows to those that a wish (a frozen dataclass) asks for.
Narrow: TypeAlias = Callable[[Select, Any], Select]
# Works a value out of a row's columns, by their names, and a wish.
Express: TypeAlias = Callable[[Mapping[str, Column], Any], Column]


@dataclass(frozen=True)
class IdField:
    """The row's global id."""


@dataclass(frozen=True)
class ColumnField:
    """A value of the row. The text of a `plain` one needs no escaping in JSON: a constraint holds its letters."""

    name: str
    plain: bool = False


@dataclass(frozen=True, eq=False)
class ValueField:
    """A value worked out of columns of the row and what the arguments ask for."""

    reads: tuple[str, ...]
    express: Express
    ask: Callable[..., "Asked"]


@dataclass(frozen=True)
class ViewerField:
    """A value that depends on who asks: null for nobody, and otherwise the ordinary resolver's.

    `reads` names the columns of the row that the resolver looks at, all whole numbers; None where it looks at others.
    """

    reads: tuple[str, ...] | None = None


@dataclass(frozen=True)
class SharedField:
    """A part of a subscription that is the same for everybody; there is no SQL for it."""


@dataclass(frozen=True)
class NodeField:
    """The object of a global id, whatever its type."""


@dataclass(frozen=True)
class PartField:
    """A part of a page: `edges`, `nodes`, `cursor`, `node`, `page_info`, `total_count` and what `PageInfo` holds."""


@dataclass(frozen=True)
class Asked:
    """What a field's arguments ask for: a wish for `narrow`, and the order of a page."""

    wanted: Any = None
    order: Order | None = None


@dataclass(frozen=True, eq=False)
class RelationField:
    """Rows of another type: one, all of them in order, or a page of them.

    `on` says which column of the related rows equals which of one's own; `narrow` which of those are wanted.
    """

    on: Mapping[str, str]
    narrow: Narrow | None
    ask: Callable[..., Asked]
    # Where the rows come from, where that is not their type's own source.
    source: Source | None = None
    is_page: bool = False
    # The owner's column that holds how many rows there are in all, where it has one.
    total: str | None = None
    # Whether the one row is the skill that an answer is about.
    is_subject: bool = False
    # Whether a change of the one related skill is announced for the row's own as well.
    follows: bool = False
    # The type of the rows, where the field itself is only how many there are.
    counted: str | None = None
