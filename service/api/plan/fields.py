"""Declarations: a field of a GraphQL type is a column of its source, or rows of another type's source.

    @strawberry.type(description="A step of a framework's ladder.")
    class Level(Node, source=sources.LEVELS):
        slug: str = column("The human key.")
        framework: Framework = one("Whose ladder it is a step of.", on={"id": "framework_id"})

Each declaration makes the ordinary resolver and carries, as its mark, what the compiler needs for the same.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import strawberry
from graphql import get_named_type

from service.api.connection import PAGING_PARAMETERS, Paging, connect, page_of
from service.api.context import Info
from service.api.node import NODE_TYPES, Node
from service.api.plan.marks import (
    METADATA,
    Asked,
    ColumnField,
    Express,
    Narrow,
    RelationField,
    ValueField,
    ViewerField,
)
from service.api.plan.reading import (
    all_rows,
    count_all,
    counts_by,
    page_of_all,
    pages_by,
    rows_by,
    values_by,
)
from service.paging import nothing
from service.sources import Source

_CONNECTION = "Connection"


def column(description: str, *, name: str | None = None, plain: bool = False) -> Any:
    """A column of the row, named like the field or otherwise."""

    def resolve(root: Any, info: Info) -> Any:
        return getattr(root.record, name or info.python_name)

    mark = ColumnField(name or "", plain)
    return strawberry.field(resolver=resolve, description=description, metadata={METADATA: mark})


def value(description: str, express: Express, *, reads: tuple[str, ...], ask: Callable[..., Asked]) -> Any:
    """A value worked out of the row's columns that are named by `reads`, and of arguments."""

    async def resolve(root: Any, info: Info, **arguments: Any) -> Any:
        return await info.context.get(values_by, root.key, root.origin, express, ask(**arguments).wanted)

    return _asking(resolve, ValueField(reads, express, ask), ask, description)


def one(
    description: str,
    *,
    on: Mapping[str, str] | None = None,
    narrow: Narrow | None = None,
    ask: Callable[..., Asked] = Asked,
    is_subject: bool = False,
    follows: bool = False,
) -> Any:
    """The one related row; null where there is none."""
    relation = RelationField(on or {}, narrow, ask, is_subject=is_subject, follows=follows)

    async def resolve(root: Any, info: Info, **arguments: Any) -> Node | None:
        target = _target(info)
        rows = await _rows(root, info, relation, target.origin, ask(**arguments))
        return target.of(rows[0]) if rows and target.is_visible(rows[0], info.context.viewer) else None

    return _asking(resolve, relation, ask, description)


def many(
    description: str,
    *,
    on: Mapping[str, str] | None = None,
    narrow: Narrow | None = None,
    ask: Callable[..., Asked] = Asked,
) -> Any:
    """All related rows, in the order of their source."""
    relation = RelationField(on or {}, narrow, ask)

    async def resolve(root: Any, info: Info, **arguments: Any) -> list[Node]:
        target = _target(info)
        return [target.of(row) for row in await _rows(root, info, relation, target.origin, ask(**arguments))]

    return _asking(resolve, relation, ask, description)


def page(
    description: str,
    *,
    on: Mapping[str, str] | None = None,
    narrow: Narrow | None = None,
    ask: Callable[..., Asked],
    source: Source | None = None,
    total: str | None = None,
    for_viewers: bool = False,
) -> Any:
    """A Relay connection of the related rows, which `ask` gives an order.

    `source` has the columns of the rows' own source, and those that `on` needs besides. `total` names the owner's
    column that says how many there are, so that they need not be counted again. One that is `for_viewers` is null
    where nobody is signed in.
    """
    relation = RelationField(on or {}, narrow, ask, source, is_page=True, total=total)

    async def resolve(root: Any, info: Info, **arguments: Any) -> Any:
        if for_viewers and info.context.viewer is None:
            return None
        paging = Paging(**{name: arguments.pop(name) for name in PAGING_PARAMETERS})
        return await _page(root, info, relation, _target(info), ask(**arguments), paging)

    return _asking(resolve, ViewerField() if for_viewers else relation, ask, description, PAGING_PARAMETERS)


def count(
    description: str,
    *,
    of: str,
    on: Mapping[str, str],
    narrow: Narrow | None = None,
    ask: Callable[..., Asked] = Asked,
) -> Any:
    """How many rows of the type `of`, by its name in the schema, are related."""
    relation = RelationField(on, narrow, ask, counted=of)

    async def resolve(root: Any, info: Info, **arguments: Any) -> int:
        return await _number(root, info, relation, NODE_TYPES[of].origin, ask(**arguments))

    return _asking(resolve, relation, ask, description)


def viewer_field(
    description: str, resolver: Callable[..., Any], *, reads: tuple[str, ...] | None = None
) -> Any:
    """A field that depends on who asks; null where nobody is signed in.

    `reads` names all columns of `root.record` that the resolver looks at, where they are whole numbers: the rest of
    the document is then answered by a plan for people who are signed in as well.
    """
    return strawberry.field(
        resolver=resolver, description=description, metadata={METADATA: ViewerField(reads)}
    )


async def _rows(root: Any, info: Info, relation: RelationField, source: Source, asked: Asked) -> list[Any]:
    context, wish = info.context, (relation.narrow, asked.wanted)
    if not relation.on:
        async with context.database.read_session() as session:
            return await all_rows(session, source, context.viewpoint, *wish)
    key = _own_key(root, relation)
    if None in key:
        return []
    return await context.get(rows_by, key, source, context.viewpoint, tuple(relation.on), *wish)


async def _page(
    root: Any, info: Info, relation: RelationField, target: type[Node], asked: Asked, paging: Paging
) -> Any:
    assert asked.order is not None
    source, order, context = relation.source or target.origin, asked.order, info.context
    wish = (relation.narrow, asked.wanted)
    cut_at = page_of(source, order, paging)
    key = _own_key(root, relation)
    if None in key:
        cut = nothing(cut_at)
    elif key:
        names = tuple(relation.on)
        cut = await context.get(pages_by, key, source, context.viewpoint, names, *wish, order, cut_at)
    else:
        async with context.database.read_session() as session:
            cut = await page_of_all(session, source, context.viewpoint, *wish, order, cut_at)

    async def total() -> int:
        if relation.total is not None:
            return int(getattr(root.record, relation.total))
        return await _number(root, info, relation, source, asked)

    return connect(cut, order, target.of, total)


async def _number(root: Any, info: Info, relation: RelationField, source: Source, asked: Asked) -> int:
    context, wish = info.context, (relation.narrow, asked.wanted)
    key = _own_key(root, relation)
    if None in key:
        return 0
    if key:
        return await context.get(counts_by, key, source, context.viewpoint, tuple(relation.on), *wish)
    async with context.database.read_session() as session:
        return await count_all(session, source, context.viewpoint, *wish)


def _own_key(root: Any, relation: RelationField) -> tuple[Any, ...]:
    """One's own values that those of the related rows equal; a row with a null among them has no related ones."""
    return tuple(getattr(root.record, own) for own in relation.on.values())


def _target(info: Info) -> type[Node]:
    """The type of the rows, by the field's type in the schema."""
    return NODE_TYPES[get_named_type(info._raw_info.return_type).name.removesuffix(_CONNECTION)]  # noqa: SLF001


def _asking(
    resolve: Callable[..., Any],
    mark: RelationField | ValueField | ViewerField,
    ask: Callable[..., Asked],
    description: str,
    more: Mapping[str, Any] | None = None,
) -> Any:
    """The field, whose arguments are the parameters of `ask` and those of paging."""
    parameters = [
        inspect.Parameter("root", inspect.Parameter.POSITIONAL_OR_KEYWORD),
        inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Info),
    ]
    if ask is not Asked:
        parameters += inspect.signature(ask).parameters.values()
    parameters += [
        inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None, annotation=annotation)
        for name, annotation in (more or {}).items()
    ]
    resolve.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    resolve.__annotations__ = {item.name: item.annotation for item in parameters[1:]}
    return strawberry.field(resolver=resolve, description=description, metadata={METADATA: mark})
