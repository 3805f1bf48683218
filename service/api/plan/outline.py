"""A document's operation in the catalogue's terms: which columns and relations it asks for, before any SQL."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from service.api.node import NODE_TYPES, Node
from service.api.plan.marks import METADATA, NodeField, ViewerField

_CONNECTION = "Connection"
_DEFINITION = "strawberry-definition"


class NotCovered(Exception):
    """The compiler has no SQL for something in the operation: the ordinary executor answers it."""


@dataclass(eq=False)
class Branch:
    """A field as the answer names it, with what is asked below it.

    `site` is the index of its arguments among those of the operation, where it takes any.
    """

    key: str
    is_alias: bool
    name: str
    field: GraphQLField | None = None
    mark: Any = None
    nodes: list[FieldNode] = dataclasses.field(default_factory=list)
    below: list["Branch"] = dataclasses.field(default_factory=list)
    site: int | None = None

    @property
    def target(self) -> type[Node]:
        """The type of the rows behind a relation."""
        assert self.field is not None
        named = self.mark.counted or get_named_type(self.field.type).name.removesuffix(_CONNECTION)
        return NODE_TYPES[named]


@dataclass(frozen=True, eq=False)
class Outline:
    """An operation's branches, and those of them that take arguments."""

    root: list[Branch]
    sites: list[Branch]


def directive_variables(document: DocumentNode) -> tuple[str, ...]:
    """The variables that `@skip` and `@include` read anywhere in the document: they decide the outline."""
    found: dict[str, None] = {}
    waiting: list[Any] = [definition.selection_set for definition in document.definitions]  # type: ignore[attr-defined]
    while waiting:
        for selection in waiting.pop().selections:
            for directive in selection.directives or ():
                for argument in directive.arguments:
                    if isinstance(argument.value, VariableNode):
                        found[argument.value.name.value] = None
            if getattr(selection, "selection_set", None):
                waiting.append(selection.selection_set)
    return tuple(found)


class Outliner:
    """Makes the outlines of one document, for one set of values of its directives' variables."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self._schema = schema
        self._variables = variables
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._sites: list[Branch] = []
        # How many branches there are in all.
        self.made = 0
        # Whether any is of the viewer's own, or may be: what stands below a node is known when its id is.
        self.asks_for_viewer = False

    def outline(self, operation: OperationDefinitionNode) -> Outline:
        """The operation's outline.

        Raises:
            NotCovered: it asks for something that has no SQL.
        """
        query = self._schema.query_type
        if operation.operation is not OperationType.QUERY or query is None:
            raise NotCovered
        return Outline(self.branches([operation.selection_set], query), self._sites)

    def branches(
        self, selections: Iterable[SelectionSetNode | None], parent: GraphQLObjectType
    ) -> list[Branch]:
        """The fields selected on the type, merged by the names that the answer gives them."""
        found: dict[str, Branch] = {}
        for selection_set in selections:
            if selection_set is not None:
                self._collect(selection_set, parent, found)
        for branch in found.values():
            self._fill(branch, parent)
        self.made += len(found)
        return list(found.values())

    def branches_of_node(self, branch: Branch, kind: GraphQLObjectType) -> list[Branch]:
        """The fields selected below a branch that asks for any node, once its type is known.

        Raises:
            NotCovered: some have no SQL, or take arguments, which are read before the type is known.
        """
        count, made = len(self._sites), self.made
        try:
            found = self.branches((node.selection_set for node in branch.nodes), kind)
            if len(self._sites) > count:
                raise NotCovered
        finally:
            # They are the statement's, and not the outline's.
            del self._sites[count:]
            self.made = made
        return found

    def _collect(
        self, selection_set: SelectionSetNode, parent: GraphQLObjectType, found: dict[str, Branch]
    ) -> None:
        for selection in selection_set.selections:
            if not self._is_included(selection):
                continue
            if isinstance(selection, FieldNode):
                name = selection.name.value
                key = selection.alias.value if selection.alias else name
                branch = found.setdefault(key, Branch(key, key != name, name))
                branch.nodes.append(selection)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                if condition is None or self._applies(condition.name.value, parent):
                    self._collect(selection.selection_set, parent, found)
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self._fragments[selection.name.value]
                if self._applies(fragment.type_condition.name.value, parent):
                    self._collect(fragment.selection_set, parent, found)

    def _fill(self, branch: Branch, parent: GraphQLObjectType) -> None:
        if branch.name == "__typename":
            return
        branch.field = parent.fields.get(branch.name)
        if branch.field is None:
            raise NotCovered
        branch.mark = branch.field.extensions[_DEFINITION].metadata.get(METADATA)
        if branch.mark is None:
            raise NotCovered
        self.asks_for_viewer |= isinstance(branch.mark, ViewerField | NodeField)
        if isinstance(branch.mark, ViewerField):
            return  # null for nobody, whatever is asked of it
        if branch.field.args:
            branch.site = len(self._sites)
            self._sites.append(branch)
        target = get_named_type(branch.field.type)
        # What stands below a node is known when its id is.
        if isinstance(target, GraphQLObjectType) and not isinstance(branch.mark, NodeField):
            branch.below = self.branches((node.selection_set for node in branch.nodes), target)

    def _is_included(self, selection: SelectionNode) -> bool:
        conditions = {}
        for directive in selection.directives or ():
            (argument,) = directive.arguments or (None,)
            if argument is None:
                continue
            value: Any = argument.value
            given = self._variables[value.name.value] if isinstance(value, VariableNode) else value.value
            if given is None:
                # A default lets a variable that may be null stand here; where null is given, it is an error.
                raise NotCovered
            conditions[directive.name.value] = given
        return conditions.get("include", True) and not conditions.get("skip", False)

    def _applies(self, condition: str, parent: GraphQLObjectType) -> bool:
        return condition == parent.name or any(condition == one.name for one in parent.interfaces)
