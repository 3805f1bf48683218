"""The operations of the pages: one folder that is the pages' queries, the explorer's samples and the tests' cases.

`operations/NAME.graphql` holds one operation of that name, `operations/NAME.json` variables to try it with. A fragment
that several of them spread stands in `operations/fragments/`, in a file of its name, and goes along with each. What the
page sends asks for every object's `__typename` besides, by which its cache knows what a mutation has changed; the
server runs the very same text, so that both have the same answer.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from graphql import (
    FieldNode,
    ListTypeNode,
    NameNode,
    NonNullTypeNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TypeNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from service.api.persisted import hash_of

_SPREAD: Final = re.compile(r"\.\.\.(?!on\b)(\w+)")
_FRAGMENT: Final = re.compile(r"^fragment (\w+)", re.MULTILINE)
FOLDER: Final = files("service.web").joinpath("operations")


@dataclass(frozen=True)
class Variable:
    """What an operation asks to be told."""

    name: str
    type: str
    is_list: bool
    is_required: bool


@dataclass(frozen=True)
class PageOperation:
    """One operation: as it is written, and as the page sends it."""

    name: str
    source: str
    text: str
    kind: OperationType
    variables: tuple[Variable, ...]
    sample: Mapping[str, Any]


@cache
def operations() -> Mapping[str, PageOperation]:
    """All operations by name, in the order of their names."""
    names = sorted(
        entry.name.removesuffix(".graphql") for entry in FOLDER.iterdir() if entry.name.endswith(".graphql")
    )
    return {name: _read(name) for name in names}


def manifest() -> dict[str, str]:
    """The persisted documents of this folder by their hashes: each as it is written, and as the page sends it."""
    texts = (text for operation in operations().values() for text in (operation.source, operation.text))
    return {hash_of(text): text for text in texts}


def _read(name: str) -> PageOperation:
    source = _with_fragments(FOLDER.joinpath(f"{name}.graphql").read_text(encoding="utf-8"))
    document = parse(source)
    (definition,) = (one for one in document.definitions if isinstance(one, OperationDefinitionNode))
    assert definition.name is not None
    assert definition.name.value == name, f"{name}.graphql holds the operation {definition.name.value}"
    return PageOperation(
        name,
        source,
        print_ast(visit(document, _TypeNames())),
        definition.operation,
        tuple(
            _variable(one.variable.name.value, one.type, has_default=one.default_value is not None)
            for one in definition.variable_definitions or ()
        ),
        json.loads(FOLDER.joinpath(f"{name}.json").read_text(encoding="utf-8")),
    )


def _with_fragments(text: str) -> str:
    """The text, and behind it each fragment of the folder that is spread in it, or in one of these."""
    there = set(_FRAGMENT.findall(text))
    for name in dict.fromkeys(_SPREAD.findall(text)):
        if name not in there:
            fragment = FOLDER.joinpath("fragments", f"{name}.graphql").read_text(encoding="utf-8")
            _comment, _, written = fragment.partition("\n")
            return _with_fragments(f"{text}\n{written}")
    return text


def _variable(name: str, node: TypeNode, *, has_default: bool) -> Variable:
    is_required = isinstance(node, NonNullTypeNode) and not has_default
    inner = node.type if isinstance(node, NonNullTypeNode) else node
    is_list = isinstance(inner, ListTypeNode)
    named = print_ast(inner).strip("[]!")
    return Variable(name, named, is_list, is_required)


class _TypeNames(Visitor):
    """Asks each object but the root for its `__typename`, as urql does."""

    def enter_field(self, node: FieldNode, *_: object) -> FieldNode | None:
        if node.selection_set is None or any(
            isinstance(one, FieldNode) and one.name.value == "__typename"
            for one in node.selection_set.selections
        ):
            return None
        asked = FieldNode(name=NameNode(value="__typename"))
        return FieldNode(
            **{key: getattr(node, key) for key in ("alias", "name", "arguments", "directives")},
            selection_set=SelectionSetNode(selections=(*node.selection_set.selections, asked)),
        )
