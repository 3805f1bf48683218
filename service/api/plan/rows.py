"""The rows that a part of a plan is made of, with only the columns that are asked for."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from service.api.node import Node
from service.api.plan import json_sql
from service.api.plan.json_sql import Part
from service.api.plan.marks import ColumnField, IdField, RelationField
from service.api.plan.outline import Branch
from service.database import Column, Select

_DEFINITION = "strawberry-definition"


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
            case RelationField(on=on):
                names |= dict.fromkeys(on.values())
    columns = [target.origin.column(name) for name in names or target.origin.key]
    return rows.with_only_columns(*columns, maintain_column_froms=True)


def column_name(branch: Branch) -> str:
    """The column of a field, which bears the field's name in Python unless it says otherwise."""
    assert branch.field is not None
    name: str = branch.mark.name or branch.field.extensions[_DEFINITION].python_name
    return name


def scalar(parts: list[Part], rows: Any) -> Column:
    """The text made of the rows, as a value."""
    return sa.select(json_sql.joined(parts)).select_from(rows).scalar_subquery()
