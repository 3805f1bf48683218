"""How many SQL statements a piece of work sends."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from service.fetching import Fetcher


@contextmanager
def recorded_statements() -> Iterator[list[str]]:
    """The text of every statement that any engine of this process runs meanwhile, or any fetcher."""
    statements: list[str] = []

    def record(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    fetch = Fetcher.value

    async def record_fetched(self: Fetcher, sql: str, values: Sequence[Any]) -> bytes:
        statements.append(sql)
        return await fetch(self, sql, values)

    event.listen(Engine, "before_cursor_execute", record)
    Fetcher.value = record_fetched  # type: ignore[method-assign]
    try:
        yield statements
    finally:
        Fetcher.value = fetch  # type: ignore[method-assign]
        event.remove(Engine, "before_cursor_execute", record)
