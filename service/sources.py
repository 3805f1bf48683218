"""Where the rows of a kind come from: the one place that says which name of the API is which column of SQL.

A slice's `sources.py` declares a `Source` for each of its kinds. The API's types refer to its columns by name; both
ways of reading, row by row through loaders and compiled into one statement, are made from it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlmodel import SQLModel

from service.database import Column, Select, timestamp_type
from service.paging import Direction, Key

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Wanted = TypeVar("Wanted", bound="DataclassInstance")


@dataclass(frozen=True)
class Viewpoint:
    """Whose eyes rows are read with: a person's, or nobody's where `person_id` is None.

    In a compiled plan both are parameters.
    """

    person_id: Any = None
    is_moderator: Any = False

    def is_person(self, column: Column) -> sa.ColumnElement[bool]:
        """The column names this very person; never where it is nobody."""
        return column == _value(self.person_id, sa.BigInteger())  # type: ignore[no-any-return]

    def moderates(self) -> sa.ColumnElement[bool]:
        """The person is a moderator."""
        return _value(self.is_moderator, sa.Boolean())  # type: ignore[no-any-return]


# Narrows a SELECT over a source's rows to those that may be seen from a viewpoint.
Seen: TypeAlias = Callable[[Select, Viewpoint], Select]


@dataclass(frozen=True, eq=False)
class Source:
    """A SELECT with every column that anybody may ask for; `order` names those that a list runs by.

    Columns that nobody asks for cost nothing: the planner drops them, and a left join that only they need.
    """

    rows: Select
    key: tuple[str, ...] = ("id",)
    order: tuple[str, ...] = ("id",)
    # What an answer that shows them depends on, beside the one skill that it may be about: with `spans_skills` any
    # skill may change the rows, otherwise only these columns of them. Imports change anything.
    spans_skills: bool = False
    # Whether a row stands for all the rows of its key in another source, in which its columns stand as well.
    groups: bool = False
    # Columns of the tables that the rows are joined with already, by the foreign key that leads there: whoever asks for
    # no more of the row behind the key than these needs no further join.
    behind: Mapping[str, frozenset[Column]] = field(default_factory=dict)
    # Columns of the order that are the same in all rows of one value of another: a list of such rows needs them not.
    fixed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    by_skills: frozenset[str] = frozenset()
    # Whether the rows belong to skills, whether to one each or to several, which are announced when they change. Rows
    # that belong to none change with an announcement of anything, and what is reached from them is of any skills.
    of_skills: bool = True
    # The column with the id of the skill that a row belongs to, where each belongs to one. Lists of such rows that
    # span skills are put together from pieces (`api/plan/pieces.py`).
    skill: str | None = None
    # Where not everybody may see all rows: held by every way to them, lists, counts and single rows alike.
    seen: Seen | None = None

    def seen_from(self, viewpoint: Viewpoint) -> Select:
        """The rows that may be seen from the viewpoint."""
        return self.rows if self.seen is None else self.seen(self.rows, viewpoint)

    def column(self, name: str) -> Column:
        """The column's expression, for conditions and orders within the SELECT."""
        return self.rows.selected_columns[name]

    def order_among(self, names: Iterable[str]) -> tuple[str, ...]:
        """The order of rows that share their values of the named columns."""
        fixed = {column for name in names for column in self.fixed.get(name, ())}
        return tuple(name for name in self.order if name not in fixed) or self.order[-1:]

    def keys(self, order: "Order") -> list[Key]:
        """The columns to page by."""
        return keys_of(self.rows, order)


@dataclass(frozen=True)
class Order:
    """An order of a list by columns of its source, the last of them unique. `name` stands in cursors."""

    name: str
    columns: tuple[str, ...]
    direction: Direction = Direction.ASC


def keys_of(rows: Select, order: Order) -> list[Key]:
    """The columns to page by of rows that were narrowed: a wish may decide what stands in a column."""
    columns = rows.selected_columns
    return [Key(columns[name], order.direction is Direction.DESC) for name in order.columns]


@dataclass(frozen=True)
class Slots(Generic[Wanted]):
    """A wish with its values taken out: `shape` has a named parameter in the place of each."""

    shape: Wanted
    values: dict[str, Any] = field(default_factory=dict)


def slots_of(wanted: Wanted, prefix: str) -> Slots[Wanted]:
    """Take the values out of a dataclass, so that the SQL made of its shape serves all values.

    A field that is None asks for nothing, and so belongs to the shape.
    """
    values = {item.name: getattr(wanted, item.name) for item in fields(wanted)}
    given = {name: value for name, value in values.items() if value is not None}
    shape: Wanted = replace(wanted, **{name: slot(f"{prefix}{name}", value) for name, value in given.items()})
    return Slots(shape, {f"{prefix}{name}": value for name, value in given.items()})


def slot(name: str, value: object) -> sa.BindParameter[Any]:
    """A parameter of the name for values of the kind of the given one."""
    kind: Any = sa.Text()
    if isinstance(value, bool):
        kind = sa.Boolean()
    elif isinstance(value, int):
        kind = sa.BigInteger()
    elif isinstance(value, datetime):
        kind = timestamp_type
    elif isinstance(value, tuple):
        kind = sa.ARRAY(sa.Text())
    return sa.bindparam(name, type_=kind, required=False)


def _value(value: Any, kind: Any) -> Any:
    """The value as a parameter, whatever it is; a compiled plan brings parameters of its own."""
    return value if isinstance(value, sa.BindParameter) else sa.literal(value, kind)


def any_of(wanted: object) -> sa.CollectionAggregate[Any]:
    """`= ANY` of a tuple of texts, or of the parameter that stands for one."""
    if isinstance(wanted, tuple):
        wanted = sa.literal(list(wanted), sa.ARRAY(sa.Text()))
    return sa.any_(wanted)  # type: ignore[arg-type]


def columns_of(model: type[SQLModel]) -> list[Column]:
    """All columns of a table."""
    return list(model.__table__.c)  # type: ignore[attr-defined]
