"""Keyset paging: a page of rows by the values of its order, steady while rows come and go.

An order is a list of `Key`s that ends in a unique one. A page begins after (or ends before) the key values of a row;
the same statement serves one list (`take`) or one page for each of many parents (`take_each`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from service.database import Column, Select

KeyValues = tuple[Any, ...]


class Direction(StrEnum):
    """Which way a list runs."""

    ASC = "ASC"
    DESC = "DESC"


@dataclass(frozen=True)
class Key:
    """One column of an order; never null."""

    column: Column
    descending: bool = False


@dataclass(frozen=True)
class Page:
    """The `limit` rows after the row of key values `after`, or (`backward`) those before `before`."""

    limit: int
    after: KeyValues | None = None
    before: KeyValues | None = None
    backward: bool = False


@dataclass(frozen=True)
class Cut:
    """The rows of a page in the list's order, and whether more stand on either side."""

    rows: Sequence[Any]
    has_next: bool
    has_previous: bool


async def take(session: AsyncSession, statement: Select, keys: Sequence[Key], page: Page) -> Cut:
    """One page of the statement's rows: one SQL statement."""
    rows = (await session.execute(limited(statement, keys, page))).all()
    return _cut(rows, page)


async def take_each(
    session: AsyncSession,
    parents: Iterable[KeyValues],
    columns: Sequence[Column],
    statement: Select,
    keys: Sequence[Key],
    page: Page,
) -> dict[KeyValues, Cut]:
    """The same page for each parent: one SQL statement for all; a parent without rows has an empty one.

    `columns` are those of the statement that hold the parent's ids.
    """
    wanted = list(dict.fromkeys(parents))
    names = [f"parent_{number}" for number in range(len(columns))]
    arrays = [sa.cast(list(ids), sa.ARRAY(sa.BigInteger)) for ids in zip(*wanted, strict=True)]
    given = sa.func.unnest(*arrays).table_valued(*names).render_derived(name="wanted")
    own = [column == given.c[name] for column, name in zip(columns, names, strict=True)]
    rows = limited(statement.where(*own), keys, page).lateral("page")
    found: dict[KeyValues, list[Any]] = {key: [] for key in wanted}
    selected = sa.select(*given.c, *rows.c).select_from(given).join(rows, sa.true())
    for row in (await session.execute(selected)).all():
        found[tuple(row[: len(names)])].append(row)
    return {key: _cut(rows, page) for key, rows in found.items()}


def nothing(page: Page) -> Cut:
    """The page of no rows at all."""
    return _cut((), page)


def limited(statement: Select, keys: Sequence[Key], page: Page) -> Select:
    """One row more than asked for tells whether there are more."""
    if page.after is not None:
        statement = statement.where(_beyond(keys, page.after, forward=True))
    if page.before is not None:
        statement = statement.where(_beyond(keys, page.before, forward=False))
    order = [key.column.desc() if key.descending is not page.backward else key.column.asc() for key in keys]
    return statement.order_by(None).order_by(*order).limit(page.limit + 1)


def _beyond(keys: Sequence[Key], values: KeyValues, *, forward: bool) -> sa.ColumnElement[bool]:
    """Rows strictly after (before) the values: a row comparison where all keys run the same way."""
    bound = [_bound(value, key) for key, value in zip(keys, values, strict=True)]
    if len({key.descending for key in keys}) == 1:
        columns = sa.tuple_(*(key.column for key in keys))
        ascending = keys[0].descending is not forward
        return columns > sa.tuple_(*bound) if ascending else columns < sa.tuple_(*bound)
    clauses = []
    for index, key in enumerate(keys):
        ascending = key.descending is not forward
        step = key.column > bound[index] if ascending else key.column < bound[index]
        equal = [earlier.column == value for earlier, value in zip(keys[:index], bound, strict=False)]
        clauses.append(sa.and_(*equal, step))
    return sa.or_(*clauses)


def _bound(value: Any, key: Key) -> sa.BindParameter[Any]:
    """A value as a parameter; a compiled plan brings parameters of its own."""
    return value if isinstance(value, sa.BindParameter) else sa.bindparam(None, value, key.column.type)


def _cut(rows: Sequence[Any], page: Page) -> Cut:
    more = len(rows) > page.limit
    kept = rows[: page.limit]
    if page.backward:
        return Cut(kept[::-1], has_next=page.before is not None, has_previous=more)
    return Cut(kept, has_next=more, has_previous=page.after is not None)
