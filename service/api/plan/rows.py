"""The rows that a part of a plan is made of, with only the columns that are asked for."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service.api.node import Node
from service.api.plan import json_sql
from service.api.plan.json_sql import Part
from service.api.plan.marks import ColumnField, IdField, RelationField, ValueField
from service.api.plan.outline import Branch
from service.database import Column, Select

_DEFINITION = "strawberry-definition"


# The column of a group that holds the list of its rows.
MEMBERS = "members_json"


@dataclass(eq=False)
class Joined:
    """A row's subquery, with the subqueries of rows behind its foreign keys joined to it as they are needed."""

    row: Any
    _joins: list[tuple[Any, list[Any]]] = dataclasses.field(default_factory=list)

    @property
    def all(self) -> Any:
        """All of them, to select from."""
        found = self.row
        for row, on in self._joins:
            found = found.outerjoin(row, sa.and_(*on))
        return found

    def join(self, row: Any, on: list[Any]) -> "Joined":
        """The joined row, whose own joins go to the same FROM."""
        self._joins.append((row, on))
        return Joined(row, self._joins)


def picked_rows(
    target: type[Node], rows: Select, below: Iterable[Branch], more: Iterable[str] = ()
) -> Select:
    """The rows with only the columns that the branches below read, and those of `more`."""
    names = dict.fromkeys(more)
    for branch in below:
        match branch.mark:
            case IdField():
                names |= dict.fromkeys(target.origin.key)
            case ColumnField():
                names[column_name(branch)] = None
            case ValueField(reads=reads):
                names |= dict.fromkeys(reads)
            case RelationField(on=on, total=total):
                names |= dict.fromkeys(on.values())
                if total is not None:
                    names[total] = None
    columns = [rows.selected_columns[name] for name in names or target.origin.key]
    return rows.with_only_columns(*columns, maintain_column_froms=True)


def column_name(branch: Branch) -> str:
    """The column of a field, which bears the field's name in Python unless it says otherwise."""
    assert branch.field is not None
    name: str = branch.mark.name or branch.field.extensions[_DEFINITION].python_name
    return name


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


def scalar(parts: list[Part], rows: Joined) -> Column:
    """The text made of the rows, as a value."""
    return sa.select(json_sql.joined(parts)).select_from(rows.all).scalar_subquery()


def number_of(target: type[Node], rows: Select) -> Column:
    """The text of how many rows there are."""
    key = [target.origin.column(name) for name in target.origin.key]
    counted = rows.with_only_columns(*key, maintain_column_froms=True).subquery()
    return sa.cast(sa.select(sa.func.count()).select_from(counted).scalar_subquery(), sa.Text)
