"""The rows that a part of a plan is made of, with only the columns that are asked for."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any

import sqlalchemy as sa
from graphql import GraphQLList, GraphQLNonNull

from service.api.node import Node
from service.api.plan import json_sql
from service.api.plan.json_sql import Part
from service.api.plan.marks import ColumnField, IdField, RelationField, ValueField, ViewerField
from service.api.plan.outline import Branch
from service.database import Column, Select
from service.sources import Source

_DEFINITION = "strawberry-definition"


# The column of a group that holds the list of its rows.
MEMBERS = "members_json"


@dataclass(eq=False)
class Joined:
    """A row's subquery, with the subqueries of rows behind its foreign keys joined to it as they are needed.

    `picked` is the type as which `picked_rows` has made it, if it has.
    """

    row: Any
    picked: type[Node] | None = None
    _joins: list[tuple[Any, list[Any]]] = dataclasses.field(default_factory=list)

    @property
    def all(self) -> Any:
        """All of them, to select from."""
        found = self.row
        for row, on in self._joins:
            found = found.outerjoin(row, sa.and_(*on))
        return found

    def join(self, row: Any, on: list[Any], picked: type[Node]) -> "Joined":
        """The joined row, whose own joins go to the same FROM."""
        self._joins.append((row, on))
        return Joined(row, picked, self._joins)

    def behind(self, branch: Branch) -> "Joined | None":
        """The row behind a foreign key, where its columns have come along with this one's."""
        labels = {} if self.picked is None else _columns_behind(self.picked, branch)
        if not labels:
            return None
        return Joined(_Behind({name: self.row.c[column.key] for name, column in labels.items()}))


@dataclass(frozen=True)
class _Behind:
    """Columns of another row, by their names there."""

    c: Mapping[str, Column]


def picked_rows(
    target: type[Node], rows: Select, below: Iterable[Branch], more: Iterable[str] = ()
) -> Select:
    """The rows with only the columns that the branches below read, and those of `more`."""
    names = dict.fromkeys(more)
    behind: dict[str, Column] = {}
    for branch in below:
        if found := _columns_behind(target, branch):
            behind |= {column.key: column for column in found.values()}
        else:
            names |= dict.fromkeys(_names(target.origin, branch))
    if not behind:
        names = names or dict.fromkeys(target.origin.key)
    columns = [rows.selected_columns[name] for name in names]
    return rows.with_only_columns(*columns, *behind.values(), maintain_column_froms=True)


def _names(source: Source, branch: Branch) -> Iterable[str]:
    """The columns of the source's rows that a branch reads."""
    match branch.mark:
        case IdField():
            return source.key
        case ColumnField():
            return (column_name(branch),)
        case ValueField(reads=reads) | ViewerField(reads=tuple(reads)):
            return reads
        case RelationField(on=on, total=total):
            return (*on.values(), *(() if total is None else (total,)))
    return ()


def _columns_behind(owner: type[Node], branch: Branch) -> dict[str, Column]:
    """The columns that a branch reads of the one row behind a foreign key of the owner's, labelled, by their names.

    Empty where the owner's source does not bring all of them along.
    """
    relation = branch.mark
    if not isinstance(relation, RelationField) or relation.narrow or relation.counted or len(relation.on) > 1:
        return {}
    ((key, own),) = relation.on.items()
    held, source = owner.origin.behind.get(own, frozenset()), branch.target.origin
    if source.seen is not None or not all(isinstance(one.mark, _PLAIN) for one in branch.below):
        return {}
    names = dict.fromkeys([key, *(name for one in branch.below for name in _names(source, one))])
    columns = {name: source.column(name) for name in names}
    if not held.issuperset(columns.values()):
        return {}
    return {name: column.label(f"{own}.{name}") for name, column in columns.items()}


# What is asked of a row without asking for another: `__typename` and what depends on the viewer need no column.
_PLAIN = (IdField, ColumnField, ViewerField, NoneType)


def column_name(branch: Branch) -> str:
    """The column of a field, which bears the field's name in Python unless it says otherwise."""
    assert branch.field is not None
    name: str = branch.mark.name or branch.field.extensions[_DEFINITION].python_name
    return name


def is_many(branch: Branch) -> bool:
    """Whether a relation leads to a list or a page of rows."""
    assert branch.field is not None
    kind = branch.field.type
    is_list = isinstance(kind.of_type if isinstance(kind, GraphQLNonNull) else kind, GraphQLList)
    return is_list or branch.mark.is_page


def grouped_branch(branch: Branch, target: type[Node]) -> Branch | None:
    """The one branch below that asks for the rows of which the target's are groups."""
    if not target.origin.groups:
        return None
    found = [
        one
        for one in branch.below
        if isinstance(one.mark, RelationField)
        and one.mark.counted is None
        and tuple(one.mark.on) == target.origin.key
        and one.site is None
    ]
    return found[0] if len(found) == 1 else None


def scalar(part: Part, rows: Joined) -> Column:
    """The text made of the rows, as a value."""
    return sa.select(json_sql.joined(part)).select_from(rows.all).scalar_subquery()


def number_of(target: type[Node], rows: Select) -> Column:
    """The text of how many rows there are."""
    key = [target.origin.column(name) for name in target.origin.key]
    counted = rows.with_only_columns(*key, maintain_column_froms=True).subquery()
    return sa.cast(sa.select(sa.func.count()).select_from(counted).scalar_subquery(), sa.Text)
