"""Statements that are made once, and asked past SQLAlchemy: on a session's own connection, in its transaction.

SQLAlchemy finds out anew for each execution which statement it has before it, and dresses what comes back. That takes
the process several times as long as the statement itself, and while it does so nobody else is answered.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import TypeEngine

_DIALECT: Any = asyncpg.dialect()  # type: ignore[no-untyped-call]

# After these PostgreSQL hears no more.
_HANGS_UP = ("FATAL", "PANIC")
# In the place of a value that only whoever asks can give.
_MISSING = object()

Process = Callable[[Any], Any]


class Prepared:
    """A statement with named parameters. Its rows are tuples whose values bear the names of the columns.

    It sees, and stands in, what the session has written so far; an error of PostgreSQL is asyncpg's own. A parameter
    that has no value, and is given none, is a TypeError.
    """

    def __init__(self, statement: Any, columns: Sequence[str] | None = None) -> None:
        """A SELECT, an INSERT, UPDATE or DELETE (with RETURNING or without), or a text.

        `columns` are those that an INSERT fills, each from a parameter of its name.
        """
        self._statement = statement
        self._columns = columns

    async def rows(self, session: AsyncSession, **given: Any) -> list[Any]:
        """All rows, with these values of the parameters."""
        text = self._text
        records = await _asked(session, "fetch", text.sql, *text.values(given))
        return [text.row(record) for record in records]

    async def first(self, session: AsyncSession, **given: Any) -> Any:
        """The first row, None where there is none."""
        text = self._text
        record = await _asked(session, "fetchrow", text.sql, *text.values(given))
        return None if record is None else text.row(record)

    async def value(self, session: AsyncSession, **given: Any) -> Any:
        """The first value of the first row, None where there is no row."""
        row = await self.first(session, **given)
        return None if row is None else row[0]

    async def each(self, session: AsyncSession, rows: Iterable[Mapping[str, Any]]) -> None:
        """Once for each of these values of the parameters, in one round trip."""
        text = self._text
        await _asked(session, "executemany", text.sql, [text.values(given) for given in rows])

    @cached_property
    def _text(self) -> "_Text":
        return _Text(self._statement, self._columns)


class _Text:
    """A statement as PostgreSQL is sent it, and what the types of its values make of them."""

    def __init__(self, statement: Any, columns: Sequence[str] | None) -> None:
        compiled = statement.compile(
            dialect=_DIALECT, column_keys=columns, compile_kwargs={"render_postcompile": True}
        )
        if compiled.insert_prefetch:
            # SQLAlchemy would fill these with defaults, which nobody works out here.
            raise TypeError(f"name these columns as well: {compiled.insert_prefetch}")
        self.sql = str(compiled)
        self._parameters = [
            (name, _written(compiled.binds.get(name)), _constant(compiled, name))
            for name in compiled.positiontup or ()
        ]
        shown = list(getattr(statement, "exported_columns", {}).items())
        self._read = [_read(column.type) for _, column in shown]
        names = [name for name, _ in shown]
        self._kind: Any = namedtuple("Row", names, rename=True) if names else None

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """The values of the parameters in their order, as the driver takes them."""
        found = []
        for name, write, constant in self._parameters:
            value = given.get(name, constant)
            if value is _MISSING:
                raise TypeError(f"the statement needs a value for {name}")
            found.append(value if write is None else write(value))
        return found

    def row(self, record: Any) -> Any:
        """A row as its reader takes it."""
        if self._kind is None:
            return tuple(record)
        return self._kind._make(
            value if read is None else read(value) for read, value in zip(self._read, record, strict=True)
        )


def _constant(compiled: Any, name: str) -> Any:
    """The value that stands in the statement itself for a parameter."""
    parameter = compiled.binds.get(name)
    return _MISSING if parameter is not None and parameter.required else compiled.params.get(name)


def _written(parameter: BindParameter[Any] | None) -> Process | None:
    """What makes a value of the parameter's type one of the driver's; nothing for most."""
    if parameter is None:
        return None
    process: Process | None = parameter.type.dialect_impl(_DIALECT).bind_processor(_DIALECT)
    return process


def _read(kind: TypeEngine[Any]) -> Process | None:
    """What makes a value of the driver's one of the type; nothing for most."""
    if isinstance(kind, sa.Numeric | sa.Float):
        return None  # the driver's numbers are of the type that PostgreSQL says
    process: Process | None = kind.dialect_impl(_DIALECT).result_processor(_DIALECT, None)
    return process


async def _asked(session: AsyncSession, how: str, sql: str, *given: Any) -> Any:
    """What a method of asyncpg's connection gives, on which all is written that the session holds."""
    if session.new or session.dirty or session.deleted:
        await session.flush()
    connection = await session.connection()
    driver: Any = (await connection.get_raw_connection()).driver_connection
    # SQLAlchemy begins a transaction with the first statement of its own.
    if not driver.is_in_transaction() and not _is_for_reading(session):
        await connection.exec_driver_sql("SELECT 1")
    try:
        return await getattr(driver, how)(sql, *given)
    except BaseException as error:
        if driver.is_closed() or getattr(error, "severity_en", None) in _HANGS_UP:
            # Else the session would roll back on it, and fail with an error that hides this one.
            await connection.invalidate()
        raise


def _is_for_reading(session: AsyncSession) -> bool:
    """Whether each statement is by itself."""
    return bool(session.get_bind().get_execution_options().get("isolation_level") == "AUTOCOMMIT")
