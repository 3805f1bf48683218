"""What one request may ask for, and the check that a document stays within it.

The check runs after parsing and before GraphQL's validation, whose rules take quadratic time (and, without
this, exponential time for fragments that spread each other twice). It visits every node of the document once:
a fragment's size is worked out at its first spread and remembered.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from service.api.failures import Code, RequestError


@dataclass(frozen=True, slots=True)
class Limits:
    """Every number that bounds a request, each with its unit."""

    # What arrives.
    query_string_bytes: int = 100_000  # of a GET: a document, percent-encoded, and its variables
    body_bytes: int = 1_000_000  # of a POST
    body_seconds: float = 10.0  # from the head of the request to the last byte of its body
    values: int = 5_000  # values in `variables`, counting every member of every list and object

    # The document. These numbers served real clients and stopped what was tried against them.
    document_bytes: int = 20_000  # UTF-8
    tokens: int = 2_000  # comments included
    operations: int = 10
    depth: int = 15  # fields inside each other; the standard introspection query has 14
    nesting: int = 60  # fields, fragments and inline fragments inside each other
    fields: int = 500  # fields and fragments of one operation, each fragment counted wherever it is spread
    aliases: int = 30  # counted in the same way
    alias_characters: int = 100  # of each: a list repeats it in every row of the answer
    faults: int = 5  # validation or coercion errors that are told before the rest is left unread

    # The static cost of an operation, in fields that it may have to answer. The dearest honest page is the
    # index: 100 groups x 100 skills x (the node and 8 fields of it) = 90,000, and a few hundred for the
    # groups themselves. 50 skills with all levels, requirements and roles cost about 15,000.
    cost: int = 100_000
    mutation: int = 5_000  # what a field of Mutation costs by itself; any other field costs 1
    page_rows: int = 20  # rows of a connection without `first` or `last`
    list_rows: int = 5  # rows of a plain list below an object, such as the levels of a skill

    # Execution.
    statement_seconds: float = 2.0  # of one statement in PostgreSQL
    lock_seconds: float = 1.5  # of a mutation's wait for a row that another one writes
    seconds: float = 10.0  # from the checked document to the answer, the viewer's lookup included

    # Documents kept ready: parsed, checked and validated.
    ready_documents: int = 1_000
    ready_bytes: int = 500_000  # of text; what is made of it takes about 100 times as much memory

    # Live updates: a socket or a stream of events is a connection.
    socket_operations: int = 50  # that run at the same time over one socket
    init_seconds: float = 3.0  # from the handshake of a socket to its connection_init
    operation_id_characters: int = 100  # of an operation's id, which a socket's every message repeats
    waiting_messages: int = 200  # that a client has not read yet; above it its connection is closed
    waiting_characters: int = 1_000_000  # of these
    quiet_seconds: float = 12.0  # after which a stream of events that has nothing to say gives a sign of life

    # What is told to clients.
    fresh_seconds: int = 5  # how long a shared cache may answer an anonymous GET by itself


def check_document(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document that asks for too much, in time linear in its size.

    Raises:
        RequestError: COST_EXCEEDED, naming the limit, what was found and how to ask for less.
    """
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    _refuse_above(limits.operations, len(operations), "operations", "operations")
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    survey = _Survey(fragments, limits)
    for operation in operations:
        survey.selection_set(operation.selection_set, level=1)
    # Validation visits unused fragments too.
    for name in fragments:
        survey.fragment(name, level=1)


@dataclass(frozen=True, slots=True)
class _Extent:
    """The size of a part of a document with its fragments spread out."""

    fields: int = 0
    aliases: int = 0
    depth: int = 0
    nesting: int = 0


class _Survey:
    """Measures selection sets, each fragment once."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], limits: Limits) -> None:
        self._fragments = fragments
        self._limits = limits
        self._known: dict[str, _Extent] = {}
        self._open: set[str] = set()

    def selection_set(self, node: SelectionSetNode | None, level: int) -> _Extent:
        if node is None:
            return _Extent()
        # Going down is bounded here, before the sizes below are known: no document can exhaust the stack.
        self._refuse_nesting(level)
        fields = aliases = depth = nesting = 0
        for selection in node.selections:
            below = self._below(selection, level)
            is_field = isinstance(selection, FieldNode)
            alias = selection.alias if isinstance(selection, FieldNode) else None
            if alias:
                size = len(alias.value)
                _refuse_above(
                    self._limits.alias_characters, size, "aliasCharacters", "characters in an alias"
                )
            # A spread counts too: fragments without any field can still multiply without end.
            fields += below.fields + 1
            aliases += below.aliases + (alias is not None)
            depth = max(depth, below.depth + is_field)
            nesting = max(nesting, below.nesting + 1)
        self._refuse_sizes(fields, aliases, depth)
        self._refuse_nesting(level + nesting - 1)
        return _Extent(fields, aliases, depth, nesting)

    def _below(self, selection: SelectionNode, level: int) -> _Extent:
        if isinstance(selection, FieldNode | InlineFragmentNode):
            return self.selection_set(selection.selection_set, level + 1)
        if isinstance(selection, FragmentSpreadNode):
            return self.fragment(selection.name.value, level + 1)
        raise TypeError(f"no kind of selection that GraphQL knows: {selection.kind}")

    def fragment(self, name: str, level: int) -> _Extent:
        known = self._known.get(name)
        if known is not None:
            return known
        # Validation tells of an unknown fragment or of a cycle in the specification's words; here it ends.
        if name not in self._fragments or name in self._open:
            return _Extent()
        self._open.add(name)
        extent = self.selection_set(self._fragments[name].selection_set, level)
        self._open.remove(name)
        self._known[name] = extent
        return extent

    def _refuse_sizes(self, fields: int, aliases: int, depth: int) -> None:
        limits = self._limits
        _refuse_above(limits.fields, fields, "fields", "fields, with every fragment spread out")
        _refuse_above(limits.aliases, aliases, "aliases", "aliases, with every fragment spread out")
        _refuse_above(limits.depth, depth, "depth", "fields inside each other")

    def _refuse_nesting(self, nesting: int) -> None:
        _refuse_above(self._limits.nesting, nesting, "nesting", "selections and fragments inside each other")


def _refuse_above(limit: int, found: int, name: str, unit: str) -> None:
    if found > limit:
        raise RequestError(
            f"The document has more than {limit} {unit}. Ask for less, or ask in several requests.",
            Code.COST_EXCEEDED,
            limit={"name": name, "limit": limit},
        )
