"""Relay connections over keyset pages.

A cursor holds the order's name and the key values of its row: it stays right while rows come and go, and a cursor of
another order is refused rather than misread.
"""

import base64
import binascii
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

import orjson
import strawberry

from service.api.failures import Code, RequestError
from service.api.plan.marks import METADATA, PartField
from service.paging import Cut, Key, KeyValues, Page
from service.sources import Order, Source

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


def part(description: str) -> Any:
    """A part of a connection, which `plan.pages` writes in SQL."""
    return strawberry.field(description=description, metadata={METADATA: PartField()})


@strawberry.type(description="Where a page lies in its list.")
class PageInfo:
    """Relay's own."""

    has_next_page: bool = part("Whether rows follow the page.")
    has_previous_page: bool = part("Whether rows stand before the page.")
    start_cursor: str | None = part("The first row's cursor; null on an empty page.")
    end_cursor: str | None = part("The last row's cursor; null on an empty page.")


@strawberry.type(description="One row of a page.")
class Edge(Generic[Item]):
    """Relay's own."""

    node: Item = part("The object.")
    cursor: str = part("Where the row stands: give it as after or before.")


@strawberry.type(description="One page of a list.")
class Connection(Generic[Item]):
    """Relay's own, with the nodes also on their own and the true total."""

    edges: list[Edge[Item]] = part("The page's rows with their cursors.")
    nodes: list[Item] = part("The page's rows.")
    page_info: PageInfo = part("Where the page lies in its list.")
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="How many rows the whole list has.", metadata={METADATA: PartField()})
    async def total_count(self) -> int:
        """Counted only where it is asked for."""
        return await self.count()


@dataclass(frozen=True)
class Paging:
    """Relay's four arguments."""

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None


# The same four as parameters of a resolver.
PAGING_PARAMETERS = {"first": First, "after": After, "last": Last, "before": Before}


def page_of(source: Source, order: Order, paging: Paging) -> Page:
    """The page of the source's rows that Relay's arguments ask for.

    Raises:
        RequestError: BAD_USER_INPUT for counts out of bounds, first and last at once, or a foreign cursor.
    """
    for name, count in (("first", paging.first), ("last", paging.last)):
        if count is not None and not 0 <= count <= MAX_FIRST:
            message = f"{name} is 0 to {MAX_FIRST}; fetch more with the cursors of pageInfo."
            raise RequestError(message, Code.BAD_USER_INPUT)
    if paging.first is not None and paging.last is not None:
        raise RequestError("Give first or last, not both.", Code.BAD_USER_INPUT)
    asked = paging.first if paging.last is None else paging.last
    keys = source.keys(order)
    return Page(
        DEFAULT_FIRST if asked is None else asked,
        after=None if paging.after is None else _decode_cursor("after", paging.after, order, keys),
        before=None if paging.before is None else _decode_cursor("before", paging.before, order, keys),
        backward=paging.last is not None,
    )


def connect(
    cut: Cut,
    order: Order,
    make: Callable[[Any], Item],
    count: Callable[[], Awaitable[int]],
) -> Connection[Item]:
    """The connection of a page's rows, each made an object."""
    nodes = [make(row) for row in cut.rows]
    cursors = [_encode_cursor(order, [getattr(row, name) for name in order.columns]) for row in cut.rows]
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


def _encode_cursor(order: Order, values: Sequence[Any]) -> str:
    """Base64url of the order's name and the values: `plan.json_sql` writes the same in SQL."""
    return base64.urlsafe_b64encode(orjson.dumps([order.name, *values])).decode().rstrip("=")


def _decode_cursor(name: str, cursor: str, order: Order, keys: Sequence[Key]) -> KeyValues:
    try:
        if len(cursor) > _CURSOR_MAX:
            raise ValueError
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found_order, *values = orjson.loads(text)
        if found_order != order.name or len(values) != len(keys):
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
