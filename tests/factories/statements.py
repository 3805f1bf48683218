"""How many SQL statements a piece of work sends."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncSession

from service import prepared
from service.fetching import Fetcher

_mine: ContextVar[list[str] | None] = ContextVar("_mine", default=None)


@contextmanager
def recorded_statements() -> Iterator[list[str]]:
    """The text of every statement that the block causes, by an engine, past it or by a fetcher.

    What the process does meanwhile of its own accord, such as reading the news, is not in it.
    """
    statements: list[str] = []
    token = _mine.set(statements)

    def record(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if _mine.get() is statements:
            statements.append(statement)

    fetch = Fetcher.value

    async def record_fetched(self: Fetcher, sql: str, values: Sequence[Any]) -> bytes:
        if _mine.get() is statements:
            statements.append(sql)
        return await fetch(self, sql, values)

    ask = prepared._asked

    async def record_asked(session: AsyncSession, how: str, sql: str, *values: Any) -> Any:
        if _mine.get() is statements:
            statements.append(sql)
        return await ask(session, how, sql, *values)

    event.listen(Engine, "before_cursor_execute", record)
    prepared._asked = record_asked
    Fetcher.value = record_fetched  # type: ignore[method-assign]
    try:
        yield statements
    finally:
        Fetcher.value = fetch  # type: ignore[method-assign]
        prepared._asked = ask
        event.remove(Engine, "before_cursor_execute", record)
        _mine.reset(token)
