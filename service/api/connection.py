"""Relay connections over keyset pages.

A cursor holds the order's name and the key values of its row: it stays right while rows come and go, and a cursor of
another order is refused rather than misread.
"""

import base64
import binascii
import math
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import orjson
import strawberry

from service.api.failures import Code, RequestError
from service.paging import Cut, Key, KeyValues, Page

DEFAULT_FIRST = 20
MAX_FIRST = 100
_CURSOR_MAX = 1_000

Item = TypeVar("Item")

First = Annotated[
    int | None,
    strawberry.argument(
        description="How many from the start, 0 to 100; 20 where neither first nor last is given."
    ),
]
After = Annotated[str | None, strawberry.argument(description="A cursor: the page begins behind its row.")]
Last = Annotated[int | None, strawberry.argument(description="How many from the end, 0 to 100.")]
Before = Annotated[str | None, strawberry.argument(description="A cursor: the page ends before its row.")]


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    """Relay's own."""

    has_next_page: bool = strawberry.field(description="Whether rows follow the page.")
    has_previous_page: bool = strawberry.field(description="Whether rows stand before the page.")
    start_cursor: str | None = strawberry.field(description="The first row's cursor; null on an empty page.")
    end_cursor: str | None = strawberry.field(description="The last row's cursor; null on an empty page.")


@strawberry.type(description="One row of a page.")
class Edge(Generic[Item]):
    """Relay's own."""

    node: Item = strawberry.field(description="The object.")
    cursor: str = strawberry.field(description="Where the row stands: give it as after or before.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[Item]):
    """Relay's own, with the nodes also on their own and the true total."""

    edges: list[Edge[Item]] = strawberry.field(description="The page's rows with their cursors.")
    nodes: list[Item] = strawberry.field(description="The page's rows.")
    page_info: PageInfo = strawberry.field(description="Where the page lies in its list.")
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="How many rows the whole list has.")
    async def total_count(self) -> int:
        """Counted only where it is asked for."""
        return await self.count()


def page_of(
    order: str,
    keys: Sequence[Key],
    first: int | None,
    after: str | None,
    last: int | None,
    before: str | None,
) -> Page:
    """The page that Relay's arguments ask for, in the order of the name.

    Raises:
        RequestError: BAD_USER_INPUT for counts out of bounds, first and last at once, or a foreign cursor.
    """
    for name, count in (("first", first), ("last", last)):
        if count is not None and not 0 <= count <= MAX_FIRST:
            message = f"{name} is 0 to {MAX_FIRST}; fetch more with the cursors of pageInfo."
            raise RequestError(message, Code.BAD_USER_INPUT)
    if first is not None and last is not None:
        raise RequestError("Give first or last, not both.", Code.BAD_USER_INPUT)
    limit = first if first is not None else last if last is not None else DEFAULT_FIRST
    return Page(
        limit,
        after=None if after is None else _decode_cursor("after", after, order, keys),
        before=None if before is None else _decode_cursor("before", before, order, keys),
        backward=last is not None,
    )


def connect(
    cut: Cut,
    order: str,
    keys: Sequence[Key],
    make: Callable[[Any], Item],
    count: Callable[[], Awaitable[int]],
) -> Connection[Item]:
    """The connection of a page's rows, each made an object."""
    nodes = [make(row) for row in cut.rows]
    cursors = [
        _encode_cursor(order, [getattr(row, key.column.key or "") for key in keys]) for row in cut.rows
    ]
    return Connection(
        edges=[Edge(node=node, cursor=cursor) for node, cursor in zip(nodes, cursors, strict=True)],
        nodes=nodes,
        page_info=PageInfo(
            has_next_page=cut.has_next,
            has_previous_page=cut.has_previous,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
        count=count,
    )


def _encode_cursor(order: str, values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([order, *values])).decode().rstrip("=")


def _decode_cursor(name: str, cursor: str, order: str, keys: Sequence[Key]) -> KeyValues:
    try:
        if len(cursor) > _CURSOR_MAX:
            raise ValueError
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found_order, *values = orjson.loads(text)
        if found_order != order or len(values) != len(keys):
            raise ValueError
        return tuple(_typed(value, key) for value, key in zip(values, keys, strict=True))
    except (binascii.Error, ValueError, TypeError) as error:
        message = f"{name} is no cursor of this list in this order: take one of its pageInfo."
        raise RequestError(message, Code.BAD_USER_INPUT) from error


def _typed(value: Any, key: Key) -> Any:
    # SQLModel's own string type hides Python's behind a decorator.
    kind = getattr(key.column.type, "impl", key.column.type).python_type
    if kind is datetime:
        return datetime.fromisoformat(value)
    if type(value) is not kind or (kind is int and not math.fabs(value) < 2**63):
        raise ValueError
    if kind is str and "\0" in value:
        raise ValueError
    return value
