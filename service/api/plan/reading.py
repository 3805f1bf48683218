"""The ordinary way to related rows: queries for the loaders, each one statement for all keys asked at once.

A statement that no wish narrows is made once: to make it again, and to let SQLAlchemy find out that it knows it, would
take longer than all else that Python does for it.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from service.api.plan.marks import Express, Narrow
from service.api.plan.viewpoint import VIEWPOINT, values_of
from service.database import Column, Select
from service.paging import Cut, Page, take, take_each
from service.prepared import Prepared
from service.sources import Order, Source, Viewpoint, keys_of

Values = tuple[Any, ...]

# The parameters of the keys that rows are asked for by, one for each part.
_KEYS = "keys"
# There are about as many statements as fields of relations.
_STATEMENTS_MAX = 1_000


async def all_rows(
    session: AsyncSession,
    source: Source,
    viewpoint: Viewpoint,
    narrow: Narrow | None = None,
    wanted: Any = None,
) -> list[Any]:
    """The wanted rows of the source in its order."""
    statement = _narrowed(source, viewpoint, narrow, wanted).order_by(
        *(source.column(name) for name in source.order)
    )
    return list((await session.execute(statement)).all())


async def rows_by(
    session: AsyncSession,
    keys: Collection[Values],
    source: Source,
    viewpoint: Viewpoint,
    names: tuple[str, ...],
    narrow: Narrow | None = None,
    wanted: Any = None,
) -> dict[Values, list[Any]]:
    """The wanted rows of the source for each tuple of values of the named columns, in the source's order."""
    given = values_of(viewpoint) | _keys_of(keys, len(names))
    if wanted is None:
        rows = await _rows_of_keys(source, names, narrow).rows(session, **given)
    else:
        rows = list((await session.execute(_of_keys(source, names, narrow, wanted), given)).all())
    found: dict[Values, list[Any]] = {key: [] for key in keys}
    for row in rows:
        found[tuple(getattr(row, name) for name in names)].append(row)
    return found


async def page_of_all(
    session: AsyncSession,
    source: Source,
    viewpoint: Viewpoint,
    narrow: Narrow | None,
    wanted: Any,
    order: Order,
    page: Page,
) -> Cut:
    """A page of the wanted rows."""
    rows = _narrowed(source, viewpoint, narrow, wanted)
    return await take(session, rows, keys_of(rows, order), page)


async def count_all(
    session: AsyncSession, source: Source, viewpoint: Viewpoint, narrow: Narrow | None, wanted: Any
) -> int:
    """How many rows are wanted."""
    rows = _narrowed(source, viewpoint, narrow, wanted).with_only_columns(
        *_key(source), maintain_column_froms=True
    )
    return int((await session.execute(sa.select(sa.func.count()).select_from(rows.subquery()))).scalar_one())


async def pages_by(
    session: AsyncSession,
    parents: Collection[Values],
    source: Source,
    viewpoint: Viewpoint,
    names: tuple[str, ...],
    narrow: Narrow | None,
    wanted: Any,
    order: Order,
    page: Page,
) -> dict[Values, Cut]:
    """The same page of the wanted rows for each tuple of values of the named columns."""
    rows = _narrowed(source, viewpoint, narrow, wanted)
    columns = [source.column(name) for name in names]
    return await take_each(session, parents, columns, rows, keys_of(rows, order), page)


async def counts_by(
    session: AsyncSession,
    parents: Collection[Values],
    source: Source,
    viewpoint: Viewpoint,
    names: tuple[str, ...],
    narrow: Narrow | None,
    wanted: Any,
) -> dict[Values, int]:
    """How many rows are wanted for each tuple of values of the named columns."""
    columns = [source.column(name) for name in names]
    statement = _narrowed(source, viewpoint, narrow, wanted).where(_among(columns, parents))
    rows = statement.with_only_columns(*columns, maintain_column_froms=True).subquery()
    keys = [rows.c[name] for name in names]
    counted: Select = sa.select(sa.func.count(), *keys).group_by(*keys)
    found = {tuple(key): number for number, *key in (await session.execute(counted)).all()}
    return dict.fromkeys(parents, 0) | found


async def values_by(
    session: AsyncSession, keys: Collection[Values], source: Source, express: Express, wanted: Any
) -> dict[Values, Any]:
    """The value worked out of each row, by its key."""
    rows = source.rows.where(_among([source.column(name) for name in source.key], keys)).subquery()
    statement = sa.select(*(rows.c[name] for name in source.key), express(dict(rows.c.items()), wanted))
    return {tuple(key): value for *key, value in (await session.execute(statement)).all()}


@lru_cache(_STATEMENTS_MAX)
def _rows_of_keys(source: Source, names: tuple[str, ...], narrow: Narrow | None) -> Prepared:
    """All rows in the source's order, with keys and viewpoint as parameters."""
    return Prepared(_of_keys(source, names, narrow, None))


def _of_keys(source: Source, names: tuple[str, ...], narrow: Narrow | None, wanted: Any) -> Select:
    """The wanted rows in the source's order, with keys and viewpoint as parameters."""
    columns = [source.column(name) for name in names]
    parts = [
        sa.bindparam(f"{_KEYS}_{place}", type_=sa.ARRAY(column.type), required=False)
        for place, column in enumerate(columns)
    ]
    if len(columns) == 1:
        among = columns[0] == sa.any_(parts[0])
    else:
        keys = sa.func.unnest(*parts).table_valued(*(f"part_{n}" for n in range(len(parts)))).render_derived()
        among = sa.tuple_(*columns).in_(sa.select(*keys.c))
    rows = _narrowed(source, VIEWPOINT, narrow, wanted).where(among)
    return rows.order_by(*(source.column(name) for name in source.order))


def _keys_of(keys: Collection[Values], width: int) -> dict[str, list[Any]]:
    """The parameters' values for the keys."""
    return {f"{_KEYS}_{place}": [key[place] for key in keys] for place in range(width)}


def _narrowed(source: Source, viewpoint: Viewpoint, narrow: Narrow | None, wanted: Any) -> Select:
    rows = source.seen_from(viewpoint)
    return rows if narrow is None else narrow(rows, wanted)


def _among(columns: list[Column], keys: Collection[Values]) -> sa.ColumnElement[bool]:
    if len(columns) == 1:
        values = sa.literal([key[0] for key in keys], sa.ARRAY(sa.BigInteger))
        return columns[0] == sa.any_(values)  # type: ignore[no-any-return]
    return sa.tuple_(*columns).in_(list(keys))


def _key(source: Source) -> list[Column]:
    return [source.column(name) for name in source.key]
