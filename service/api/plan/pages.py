"""A Relay connection in SQL: the page's rows numbered, and its parts made of them in one pass."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from service.api.node import Node
from service.api.plan import json_sql
from service.api.plan.arguments import PageShape
from service.api.plan.json_sql import Part
from service.api.plan.outline import Branch, NotCovered
from service.api.plan.rows import Joined, number_of, picked_rows, scalar
from service.database import Column, Select
from service.paging import limited
from service.sources import keys_of

if TYPE_CHECKING:
    from service.api.plan.compiler import Compiler

# The column of a row's place on its page; the rows have columns of their own, such as `number`.
_NUMBER = "page_row_number"


class PageWriter:
    """Writes one connection."""

    def __init__(
        self, compiler: "Compiler", target: type[Node], shape: PageShape, total: Column | None = None
    ) -> None:
        assert shape.order is not None
        assert shape.page is not None
        self._compiler = compiler
        self._target = target
        self._order = shape.order
        self._page = shape.page
        self._counted = total

    def write(self, branches: list[Branch], rows: Select) -> Part:
        """The connection's object; the rows are read only where more than their number is asked for."""
        self._rows = rows
        self._numbered = self._number(rows, branches)
        self._joined = Joined(self._numbered, self._target)
        self._uses_rows = False
        members = [(self._compiler.name(branch), self._part(branch)) for branch in branches]
        text = json_sql.json_object(members)
        return scalar(text, self._joined) if self._uses_rows else text

    def _number(self, rows: Select, branches: list[Branch]) -> Any:
        """The page's rows, one more than asked for where there are more, numbered as they were found."""
        order = self._order
        items = [nodes for branch in branches for nodes in _items(branch)]
        read = [node for nodes in items if not self._leaves_holes(nodes) for node in nodes]
        key = self._target.origin.key if any(map(self._leaves_holes, items)) else ()
        picked = picked_rows(self._target, rows, read, [*order.columns, *key])
        found = limited(picked, keys_of(rows, order), self._page).subquery()
        runs_down = (order.direction == "DESC") is not self._page.backward
        keys = [found.c[name].desc() if runs_down else found.c[name].asc() for name in order.columns]
        return sa.select(*found.c, sa.func.row_number().over(order_by=keys).label(_NUMBER)).subquery()

    def _leaves_holes(self, nodes: list[Branch]) -> bool:
        return self._compiler.leaves_holes(nodes, self._target)

    def _part(self, branch: Branch) -> Part:
        match branch.name:
            case "__typename":
                return json_sql.quoted(f"{self._target.__name__}Connection")
            case "totalCount":
                return self._total()
            case "nodes":
                return self._list(self._compiler.items(branch.below, self._target, self._joined))
            case "edges":
                return self._list(self._object(branch.below, "Edge", self._edge_member))
            case "pageInfo":
                return self._object(branch.below, None, self._info_member)
        raise NotCovered

    def _object(self, branches: list[Branch], suffix: str | None, member: Any) -> Part:
        type_name = "PageInfo" if suffix is None else f"{self._target.__name__}{suffix}"
        return json_sql.json_object(
            [
                (
                    self._compiler.name(branch),
                    json_sql.quoted(type_name) if branch.name == "__typename" else member(branch),
                )
                for branch in branches
            ]
        )

    def _edge_member(self, branch: Branch) -> Part:
        if branch.name == "cursor":
            return self._cursor()
        return self._compiler.items(branch.below, self._target, self._joined)

    def _info_member(self, branch: Branch) -> Part:
        more_follows, more_precedes = self._page.before is not None, self._page.after is not None
        match branch.name:
            case "hasNextPage":
                return self._more() if not self._page.backward else str(more_follows).lower()
            case "hasPreviousPage":
                return self._more() if self._page.backward else str(more_precedes).lower()
            case "startCursor":
                return self._first_cursor(self._in_order(ascending=True))
            case "endCursor":
                return self._first_cursor(self._in_order(ascending=False))
        raise NotCovered

    def _list(self, item: Part) -> Part:
        self._uses_rows = True
        return json_sql.json_list(item, [self._in_order(ascending=True)], self._kept())

    def _more(self) -> Column:
        self._uses_rows = True
        return sa.cast(sa.func.count() > self._page.limit, sa.Text)

    def _first_cursor(self, order: Column) -> Column:
        self._uses_rows = True
        cursors = json_sql.ordered_array(self._cursor(), order).filter(self._kept())
        return json_sql.or_null(json_sql.first_of(cursors))

    def _total(self) -> Column:
        if self._counted is not None:
            return sa.cast(self._counted, sa.Text)
        return number_of(self._target, self._rows)

    def _cursor(self) -> Part:
        values = [self._numbered.c[name] for name in self._order.columns]
        return json_sql.json_cursor(self._order.name, values)

    def _in_order(self, *, ascending: bool) -> Column:
        """The list's own order, or its reverse: a page that was read backward is turned round."""
        number = self._numbered.c[_NUMBER]
        return number.asc() if ascending is not self._page.backward else number.desc()

    def _kept(self) -> sa.ColumnElement[bool]:
        return self._numbered.c[_NUMBER] <= self._page.limit  # type: ignore[no-any-return]


def _items(branch: Branch) -> Iterator[list[Branch]]:
    """What a part of the connection asks of each row, wherever it does."""
    if branch.name == "nodes":
        yield branch.below
    elif branch.name == "edges":
        yield from (edge.below for edge in branch.below if edge.name == "node")
