"""From an outline to an SQL expression whose value is the JSON of the answer's `data`.

Values never stand in the SQL: those of arguments are parameters, and so are the aliases of the document. What does
stand there is the schema's own: names of fields, and punctuation.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from graphql import GraphQLNonNull

from service.api.node import NODE_TYPES, Node
from service.api.plan import json_sql
from service.api.plan.arguments import NodeShape, PageShape, Shape
from service.api.plan.gaps import Gap, opened
from service.api.plan.json_sql import Part
from service.api.plan.marks import (
    ColumnField,
    IdField,
    NodeField,
    RelationField,
    ValueField,
    ViewerField,
)
from service.api.plan.outline import Branch, NotCovered
from service.api.plan.pages import PageWriter
from service.api.plan.pieces import Piece, hole, is_kept, piece_of
from service.api.plan.rows import (
    MEMBERS,
    Joined,
    column_name,
    grouped_branch,
    is_many,
    number_of,
    picked_rows,
    scalar,
)
from service.api.plan.viewpoint import VIEWPOINT
from service.database import Column, Select
from service.sources import Source


class Compiler:
    """Writes the JSON of one operation, from the root down."""

    def __init__(
        self,
        shapes: Sequence[Shape],
        branches_of: Callable[[Branch, str], list[Branch]],
        *,
        has_viewer: bool,
        with_pieces: bool,
    ) -> None:
        self._shapes = shapes
        self._branches_of = branches_of
        self._has_viewer = has_viewer
        self._with_pieces = with_pieces
        self.aliases: dict[str, str] = {}
        self.gaps: list[Gap] = []
        self.pieces: list[Piece] = []

    def root(self, branches: Iterable[Branch]) -> Part:
        """The object of the root fields."""
        return json_sql.json_object(
            [
                (self.name(branch), self._constant(branch, "Query") or self._root_member(branch))
                for branch in branches
            ]
        )

    def members(self, branches: Iterable[Branch], node: type[Node], rows: Joined) -> Part:
        """The object of a row's fields."""
        return json_sql.json_object(
            [(self.name(branch), self._member(branch, node, rows)) for branch in branches]
        )

    def items(self, below: list[Branch], node: type[Node], rows: Joined) -> Part:
        """What stands for each row of a list: its object, or the hole of a piece."""
        if not self.leaves_holes(below, node):
            return self.members(below, node, rows)
        own = Compiler(self._shapes, self._branches_of, has_viewer=False, with_pieces=False)
        self.pieces.append(piece_of(own, below, node))
        return hole(len(self.pieces) - 1, node, rows)

    def leaves_holes(self, below: list[Branch], node: type[Node]) -> bool:
        """Whether rows of which this is asked are left to pieces: of the rows themselves it then takes their keys."""
        return self._with_pieces and is_kept(below, node, has_viewer=self._has_viewer)

    def name(self, branch: Branch) -> Part:
        """The name of a member: an alias is the client's, and so a parameter."""
        if not branch.is_alias:
            return json_sql.quoted(branch.key)
        parameter = f"alias{len(self.aliases)}"
        self.aliases[parameter] = json_sql.quoted(branch.key)
        return sa.bindparam(parameter, type_=sa.Text(), required=False)

    def rows(self, relation: RelationField, source: Source, wanted: Any, row: Any) -> Select:
        """The source's rows that are related to the row, where there is one, and wanted."""
        rows = source.seen_from(VIEWPOINT)
        if relation.narrow is not None:
            rows = relation.narrow(rows, wanted)
        for name, own in relation.on.items():
            rows = rows.where(source.column(name) == row.c[own])
        return rows if row is None else rows.correlate(row)

    def _root_member(self, branch: Branch) -> Part:
        return (
            self._gap(branch, None, {})
            if isinstance(branch.mark, ViewerField)
            else self._related(branch, None)
        )

    def _gap(self, branch: Branch, node: type[Node] | None, columns: Mapping[str, Column]) -> Part:
        """Room for the viewer's own value, with what its resolver reads of the row."""
        self.gaps.append(Gap(node, branch, tuple(columns)))
        return opened(len(self.gaps) - 1, columns.values())

    def _member(self, branch: Branch, node: type[Node], rows: Joined) -> Part:
        constant = self._constant(branch, node.__name__)
        if constant is not None:
            return constant
        match branch.mark:
            case IdField():
                return json_sql.json_id(node.__name__, [rows.row.c[name] for name in node.origin.key])
            case ColumnField(plain=plain):
                assert branch.field is not None
                return json_sql.json_value(rows.row.c[column_name(branch)], branch.field.type, plain=plain)
            case ValueField(express=express):
                assert branch.field is not None
                assert branch.site is not None
                value = express(dict(rows.row.c.items()), self._shapes[branch.site].wanted)
                return json_sql.json_value(value, branch.field.type, plain=False)
            case ViewerField(reads=tuple(reads)):
                return self._gap(branch, node, {name: rows.row.c[name] for name in reads})
            case RelationField(narrow=None, counted=None) if not is_many(branch):
                return self._joined(branch, rows)
            case _:
                return self._related(branch, rows.row)

    def _joined(self, branch: Branch, rows: Joined) -> Part:
        """The one row behind a foreign key, as part of its owner's row: a join takes less than a subquery for each."""
        target, relation = self._target(branch), branch.mark
        assert branch.field is not None
        behind = rows.behind(branch)
        if behind is None:
            seen = target.origin.seen_from(VIEWPOINT)
            picked = picked_rows(target, seen, branch.below, relation.on).subquery()
            on = [picked.c[name] == rows.row.c[own] for name, own in relation.on.items()]
            behind = rows.join(picked, on, target)
        text = self.members(branch.below, target, behind)
        if isinstance(branch.field.type, GraphQLNonNull):
            return text
        absent = behind.row.c[next(iter(relation.on))].is_(None)
        return sa.case((absent, json_sql.constant("null")), else_=json_sql.joined(text))

    def _constant(self, branch: Branch, type_name: str) -> str | None:
        """What needs no row: the type's name, and, where nobody is signed in, what depends on the viewer."""
        if branch.name == "__typename":
            return json_sql.quoted(type_name)
        return "null" if isinstance(branch.mark, ViewerField) and not self._has_viewer else None

    def _related(self, branch: Branch, row: Any) -> Part:
        """Rows of another type (or, at the root, of any): an object, a list or a page."""
        shape = Shape() if branch.site is None else self._shapes[branch.site]
        if isinstance(branch.mark, NodeField):
            assert isinstance(shape, NodeShape)
            return self._node(branch, shape)
        target = self._target(branch)
        rows = self.rows(branch.mark, branch.mark.source or target.origin, shape.wanted, row)
        if branch.mark.counted is not None:
            return number_of(target, rows)
        if isinstance(shape, PageShape):
            total = None if branch.mark.total is None else row.c[branch.mark.total]
            return PageWriter(self, target, shape, total).write(branch.below, rows)
        return (
            self._list(branch, target, rows, row) if is_many(branch) else self.one(branch.below, target, rows)
        )

    def _target(self, branch: Branch) -> type[Node]:
        assert branch.field is not None
        if not isinstance(branch.mark, RelationField):
            raise NotCovered
        _ensure_public(branch.target)
        return branch.target

    def _list(self, branch: Branch, target: type[Node], rows: Select, row: Any) -> Part:
        order = target.origin.order_among(branch.mark.on)
        grouped = grouped_branch(branch, target)
        if grouped is not None and row is not None:
            return self._grouped_list(branch, target, grouped, row)
        read, key = ([], target.origin.key) if self.leaves_holes(branch.below, target) else (branch.below, ())
        joined = Joined(picked_rows(target, rows, read, [*order, *key]).subquery(), target)
        item = self.items(branch.below, target, joined)
        return scalar(json_sql.json_list(item, [joined.row.c[name] for name in order]), joined)

    def _grouped_list(self, branch: Branch, target: type[Node], child: Branch, row: Any) -> Part:
        """A list of groups, each with the rows that it is a group of, from one pass over those rows."""
        source, member = target.origin, self._target(child)
        rows = self.rows(branch.mark, member.origin, None, row)
        columns = [*source.key, *source.order]
        picked = picked_rows(member, rows, child.below, [*member.origin.order, *columns])
        joined = Joined(picked.subquery(), member)
        item = self.members(child.below, member, joined)
        listed = json_sql.joined(
            json_sql.json_list(item, [joined.row.c[name] for name in member.origin.order])
        )
        by = [joined.row.c[name] for name in dict.fromkeys(columns)]
        groups = sa.select(*by, listed.label(MEMBERS)).select_from(joined.all).group_by(*by)
        of_groups = Joined(groups.correlate(row).subquery())
        members = [
            (
                self.name(one),
                of_groups.row.c[MEMBERS] if one is child else self._member(one, target, of_groups),
            )
            for one in branch.below
        ]
        text = json_sql.json_object(members)
        return scalar(json_sql.json_list(text, [of_groups.row.c[name] for name in source.order]), of_groups)

    def one(self, below: list[Branch], target: type[Node], rows: Select) -> Part:
        """The object of the one row, or null."""
        joined = Joined(picked_rows(target, rows, below).subquery(), target)
        return json_sql.or_null(scalar(self.members(below, target, joined), joined))

    def _node(self, branch: Branch, shape: NodeShape) -> Part:
        if shape.type_name is None:
            return "null"
        target = NODE_TYPES[shape.type_name]
        _ensure_public(target)
        source, seen = target.origin, target.origin.seen_from(VIEWPOINT)
        matches = [source.column(name) == value for name, value in zip(source.key, shape.wanted, strict=True)]
        return self.one(self._branches_of(branch, shape.type_name), target, seen.where(*matches))


def _ensure_public(target: type[Node]) -> None:
    """Rows that not everybody may see are the ordinary executor's."""
    if target.is_visible.__func__ is not Node.is_visible.__func__:  # type: ignore[attr-defined]
        raise NotCovered
