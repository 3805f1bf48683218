"""What an operation may cost before it runs: the number of fields that it may have to answer.

A field costs 1, one of Mutation more, plus what stands below it times the rows it may return. The rows are read
from the schema and the document: `first`, `last` and the length of `ids`, else a default for connections and for
plain lists.

The price of an operation is worked out once per document. What its variables decide stays open in it, so that
a request only fills in its variables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    value_from_ast_untyped,
)

from service.api.limits import Limits

_PAGE_ARGUMENTS = ("first", "last")
_KEYS_ARGUMENT = "ids"


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows a field may return, where variables decide it: the most that any of them asks for."""

    variables: tuple[tuple[str, object], ...]  # name, and the value that stands in when none is given
    known: int | None  # what the document itself asks for
    default: int

    def of(self, values: Mapping[str, Any]) -> int:
        asked = [_rows_asked(values.get(name, default)) for name, default in self.variables]
        return max((rows for rows in (*asked, self.known) if rows is not None), default=self.default)


@dataclass(frozen=True, slots=True)
class Price:
    """A cost with what variables decide left open: `fixed` and each of `open` as weight x rows x price."""

    fixed: float = 0.0
    open: tuple[tuple[float, Rows, "Price"], ...] = ()

    def of(self, variables: Mapping[str, Any]) -> int:
        """The cost in fields, rounded up, with these variables, coerced or as they came."""
        return ceil(self.exactly(variables))

    def exactly(self, variables: Mapping[str, Any]) -> float:
        """The cost before rounding: the means of introspection's lists are no whole numbers."""
        return self.fixed + sum(
            weight * rows.of(variables) * below.exactly(variables) for weight, rows, below in self.open
        )

    def __add__(self, other: "Price") -> "Price":
        return Price(self.fixed + other.fixed, self.open + other.open)

    def __mul__(self, rows: float | Rows) -> "Price":
        if isinstance(rows, Rows):
            return Price(0.0, ((1.0, rows, self),))
        return Price(
            self.fixed * rows, tuple((weight * rows, inner, below) for weight, inner, below in self.open)
        )


class PriceList:
    """Prices the operations of valid documents against one schema."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema = schema
        self._limits = limits
        self._introspection = _introspection_rows(schema)

    def price(self, document: DocumentNode, operation: OperationDefinitionNode) -> Price:
        """The price of one operation of a document that has passed validation."""
        root = self._schema.get_root_type(operation.operation)
        return _Pricing(self, document, operation).selection_set(operation.selection_set, root)

    def own(self, parent: GraphQLCompositeType) -> float:
        """What a field costs beside what stands below it."""
        return self._limits.mutation if parent is self._schema.mutation_type else 1.0

    def field(self, parent: GraphQLCompositeType, name: str) -> GraphQLField | None:
        return self._schema.get_field(parent, name)

    def type_named(self, name: str) -> GraphQLCompositeType | None:
        found = self._schema.get_type(name)
        return found if is_composite_type(found) else None

    def rows(
        self,
        parent: GraphQLCompositeType,
        field: GraphQLField,
        node: FieldNode,
        defaults: Mapping[str, object],
    ) -> float | Rows:
        """By how much the price of what stands below this field is multiplied."""
        assumed = self._introspection.get((parent.name, node.name.value))
        if assumed is not None:
            return assumed
        for names, default in ((_PAGE_ARGUMENTS, self._limits.page_rows), ((_KEYS_ARGUMENT,), 1)):
            declared = [name for name in names if name in field.args]
            if declared:
                given = {argument.name.value: argument.value for argument in node.arguments or ()}
                by_schema = [_rows_asked(field.args[name].default_value) for name in declared]
                default = max((rows for rows in by_schema if rows is not None), default=default)
                return _rows([given[name] for name in declared if name in given], defaults, default)
        if get_named_type(field.type).name.endswith("Connection"):
            return self._limits.page_rows
        # The rows of a connection are counted at the connection.
        if not _is_list(field) or parent.name.endswith("Connection"):
            return 1
        return self._limits.page_rows if parent is self._schema.query_type else self._limits.list_rows


class _Pricing:
    """Walks one operation; each fragment is priced once."""

    def __init__(self, prices: PriceList, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self._prices = prices
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._defaults = {
            node.variable.name.value: value_from_ast_untyped(node.default_value)
            for node in operation.variable_definitions or ()
            if node.default_value
        }
        self._known: dict[str, Price] = {}

    def selection_set(self, node: SelectionSetNode | None, parent: GraphQLCompositeType | None) -> Price:
        price = Price()
        if node is None or parent is None:
            return price
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                price += self._field(selection, parent)
            elif isinstance(selection, FragmentSpreadNode):
                price += self._fragment(selection.name.value)
            elif isinstance(selection, InlineFragmentNode):
                named = selection.type_condition
                inner = self._prices.type_named(named.name.value) if named else parent
                price += self.selection_set(selection.selection_set, inner)
        return price

    def _field(self, node: FieldNode, parent: GraphQLCompositeType) -> Price:
        field = self._prices.field(parent, node.name.value)
        own = Price(self._prices.own(parent))
        if field is None or node.selection_set is None:
            return own
        named = get_named_type(field.type)
        below = self.selection_set(node.selection_set, named if is_composite_type(named) else None)
        return own + below * self._prices.rows(parent, field, node, self._defaults)

    def _fragment(self, name: str) -> Price:
        known = self._known.get(name)
        if known is None:
            fragment = self._fragments[name]
            parent = self._prices.type_named(fragment.type_condition.name.value)
            known = self._known[name] = self.selection_set(fragment.selection_set, parent)
        return known


def _rows(given: list[ValueNode], defaults: Mapping[str, object], default: int) -> float | Rows:
    """The rows that the argument values ask for, now if they are literal, later if they are variables."""
    names = [value.name.value for value in given if isinstance(value, VariableNode)]
    literal = [_rows_of_literal(value) for value in given if not isinstance(value, VariableNode)]
    known = max((rows for rows in literal if rows is not None), default=None)
    if names:
        return Rows(tuple((name, defaults.get(name)) for name in names), known, default)
    return default if known is None else known


def _rows_of_literal(value: ValueNode) -> int | None:
    if isinstance(value, IntValueNode) and len(value.value) < 20:
        return _rows_asked(int(value.value))
    return len(value.values) if isinstance(value, ListValueNode) else None


def _rows_asked(value: object) -> int | None:
    """Rows that an argument asks for: a number of them, or a list of their keys."""
    if isinstance(value, list):
        return len(value)
    return max(value, 0) if isinstance(value, int) and not isinstance(value, bool) else None


def _is_list(field: GraphQLField) -> bool:
    bare = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    return isinstance(bare, GraphQLList)


def _introspection_rows(schema: GraphQLSchema) -> dict[tuple[str, str], float]:
    """The rows of introspection's lists: the true means of this schema, which is all there is to return."""
    types = list(schema.type_map.values())
    fielded = [one for one in types if isinstance(one, GraphQLObjectType | GraphQLInterfaceType)]
    fields = [field for one in fielded for field in one.fields.values()]
    inputs = sum(len(one.fields) for one in types if isinstance(one, GraphQLInputObjectType))
    abstract = [one for one in types if isinstance(one, GraphQLInterfaceType | GraphQLUnionType)]
    arguments = sum(len(directive.args) for directive in schema.directives)
    largest = max((len(one.fields) for one in fielded), default=1)
    rows = {
        ("__Schema", "types"): len(types),
        ("__Schema", "directives"): len(schema.directives),
        ("__Type", "fields"): len(fields) / len(types),
        ("__Type", "inputFields"): inputs / len(types),
        ("__Type", "interfaces"): sum(len(one.interfaces) for one in fielded) / len(types),
        ("__Type", "possibleTypes"): sum(len(schema.get_possible_types(one)) for one in abstract)
        / len(types),
        ("__Type", "enumValues"): sum(len(getattr(one, "values", ())) for one in types) / len(types),
        ("__Type", "ofType"): 0.5,  # every second one of a chain of wrappers has one more inside
        ("__Field", "args"): sum(len(field.args) for field in fields) / max(len(fields), 1),
        ("__Directive", "args"): arguments / max(len(schema.directives), 1),
    }
    if schema.query_type is not None:
        # Whoever names one type names the largest.
        rows[schema.query_type.name, "__type"] = largest * len(types) / max(len(fields), 1)
    return rows
