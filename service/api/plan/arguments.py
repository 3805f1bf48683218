"""A field's arguments, parted into a shape, which decides the SQL, and values, which are its parameters."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from graphql import get_argument_values
from graphql.execution.values import VariableValues
from strawberry.schema.config import StrawberryConfig
from strawberry.types.arguments import convert_arguments

from service.api.connection import PAGING_PARAMETERS, Paging, page_of
from service.api.node import NODE_TYPES, decode_id
from service.api.plan.marks import Asked, NodeField, RelationField, ValueField
from service.api.plan.outline import Branch
from service.paging import Page
from service.sources import Order, slot, slots_of

_DEFINITION = "strawberry-definition"


@dataclass(frozen=True)
class Shape:
    """What the arguments of one field make of its SQL; `wanted` holds parameters in the place of values."""

    wanted: Any = None


@dataclass(frozen=True)
class PageShape(Shape):
    """Those of a page as well: its order, its parameters, and which way it runs."""

    order: Order | None = None
    page: Page | None = None


@dataclass(frozen=True)
class NodeShape(Shape):
    """The type of a global id, None for an id of nothing; its key is `wanted`, a tuple of parameters."""

    type_name: str | None = None


@dataclass(frozen=True)
class Reading:
    """One field's arguments of one request. Readings of the same key have the same shape."""

    key: Hashable
    values: Mapping[str, Any]
    shape: Callable[[], Shape]


class ArgumentReader:
    """Reads the arguments of an operation's fields the way the ordinary executor does."""

    def __init__(self, config: StrawberryConfig, scalars: Mapping[object, Any]) -> None:
        self._config = config
        self._scalars = scalars

    def read(self, branch: Branch, variables: VariableValues) -> Reading:
        """The arguments of a field that takes any.

        Raises:
            RequestError, GraphQLError: they are wrong; the ordinary executor tells how.
        """
        assert branch.field is not None
        prefix = f"s{branch.site}_"
        given = get_argument_values(branch.field, branch.nodes[0], variables)
        definition = branch.field.extensions[_DEFINITION]
        named = convert_arguments(given, definition.arguments, self._scalars, self._config)
        if isinstance(branch.mark, NodeField):
            return _read_node(named["id"], prefix)
        assert isinstance(branch.mark, RelationField | ValueField)
        if isinstance(branch.mark, RelationField) and branch.mark.is_page:
            return _read_page(branch, branch.mark, named, prefix)
        return _read_wanted(branch.mark.ask(**named).wanted, prefix)


def _read_wanted(wanted: Any, prefix: str) -> Reading:
    if wanted is None:
        return Reading((), {}, Shape)
    values = {item.name: getattr(wanted, item.name) for item in fields(wanted)}
    given = {name: value for name, value in values.items() if value is not None}
    return Reading(
        tuple(given),
        {f"{prefix}{name}": value for name, value in given.items()},
        lambda: Shape(slots_of(wanted, prefix).shape),
    )


def _read_page(branch: Branch, relation: RelationField, named: dict[str, Any], prefix: str) -> Reading:
    paging = Paging(**{name: named.pop(name, None) for name in PAGING_PARAMETERS})
    asked: Asked = relation.ask(**named)
    order = asked.order
    assert order is not None
    page = page_of(branch.target.origin, order, paging)
    of_wanted = _read_wanted(asked.wanted, prefix)
    values = {**of_wanted.values, f"{prefix}limit": page.limit}
    values |= _numbered(f"{prefix}after", page.after) | _numbered(f"{prefix}before", page.before)

    def shape() -> Shape:
        limit: Any = slot(f"{prefix}limit", page.limit)
        slots = Page(
            limit,
            after=_slots(f"{prefix}after", page.after),
            before=_slots(f"{prefix}before", page.before),
            backward=page.backward,
        )
        return PageShape(of_wanted.shape().wanted, order, slots)

    key = (of_wanted.key, order.name, page.after is not None, page.before is not None, page.backward)
    return Reading(key, values, shape)


def _read_node(node_id: str, prefix: str) -> Reading:
    decoded = decode_id(node_id)
    if decoded is None or len(decoded[1]) != len(NODE_TYPES[decoded[0]].origin.key):
        return Reading(None, {}, NodeShape)
    type_name, key = decoded
    slots = _slots(f"{prefix}key", key)
    return Reading(type_name, _numbered(f"{prefix}key", key), lambda: NodeShape(slots, type_name))


def _numbered(prefix: str, values: tuple[Any, ...] | None) -> dict[str, Any]:
    return {f"{prefix}{index}": value for index, value in enumerate(values or ())}


def _slots(prefix: str, values: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    if values is None:
        return None
    return tuple(slot(f"{prefix}{index}", value) for index, value in enumerate(values))
