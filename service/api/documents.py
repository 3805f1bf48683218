"""Documents: from a client's text to something that may run.

Parsing, the linear check, validation and pricing happen once per text. Only what has passed all of it is
kept, so nobody can fill memory with refused documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
    specified_rules,
    validate,
)
from graphql.language import Token
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule

from service.api.bounded import BoundedCache
from service.api.cost import Price, PriceList
from service.api.failures import Code, Refused, RequestError, clipped
from service.api.limits import Limits, check_document

# Strawberry's own rule for @oneOf is left out: an unknown variable, or a variable in a fragment, makes it
# fail with KeyError. The schema marks these types for GraphQL's rules instead (see `execution.executable`).
_RULES = (*specified_rules, MaybeNullValidationRule)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document, with its price."""

    node: OperationDefinitionNode
    price: Price

    @property
    def name(self) -> str | None:
        return self.node.name.value if self.node.name else None

    @property
    def type(self) -> OperationType:
        return self.node.operation


@dataclass(frozen=True, slots=True)
class Document:
    """A document that may run: parsed, within the limits, valid for the schema."""

    text: str
    node: DocumentNode
    operations: Mapping[str | None, Operation]

    def operation(self, name: str | None) -> Operation:
        """The operation of this name, or the only one.

        Raises:
            RequestError: there is no such operation, or the name is missing where it is needed.
        """
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        found = self.operations.get(name) if name is not None else None
        if found is None:
            names = ", ".join(f"'{known}'" for known in self.operations) or "none"
            asked = (
                "no operationName is given"
                if name is None
                else f"no operation is named '{clipped(name, 100)}'"
            )
            raise RequestError(f"The document has these operations: {names}; {asked}.", Code.BAD_USER_INPUT)
        return found


class Library:
    """The documents that clients of one schema send, ready to run."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._schema = schema
        self._limits = limits
        self._prices = PriceList(schema, limits)
        self._ready: BoundedCache[str, Document] = BoundedCache(
            entries=limits.ready_documents, size=limits.ready_bytes
        )

    def __len__(self) -> int:
        return len(self._ready)

    def document(self, text: str) -> Document:
        """The document of this text.

        Raises:
            RequestError: the text is too long, or the document asks for too much.
            Refused: the text does not parse, or the document is not valid.
        """
        ready = self._ready.get(text)
        if ready is None:
            size = self._size(text)
            ready = self._made_ready(text)
            self._ready.put(text, ready, size=size)
        return ready

    def _size(self, text: str) -> int:
        """The bytes of the text, which are counted only where they can be within the limit."""
        limit = self._limits.document_bytes
        size = len(text) if len(text) > limit else len(text.encode())
        if size > limit:
            raise RequestError(
                f"The document is longer than {limit:,} bytes. Ask in several requests.",
                Code.COST_EXCEEDED,
                limit={"name": "documentBytes", "limit": limit},
            )
        return size

    def _made_ready(self, text: str) -> Document:
        node = self._parsed(text)
        check_document(node, self._limits)
        errors = validate(self._schema, node, _RULES, max_errors=self._limits.faults)
        if errors:
            raise Refused(errors, Code.GRAPHQL_VALIDATION_FAILED)
        operations = [one for one in node.definitions if isinstance(one, OperationDefinitionNode)]
        return Document(
            text,
            node,
            {
                one.name.value if one.name else None: Operation(one, self._prices.price(node, one))
                for one in operations
            },
        )

    def _parsed(self, text: str) -> DocumentNode:
        try:
            node = parse(text, max_tokens=self._limits.tokens)
        except GraphQLError as error:
            raise Refused([error], Code.GRAPHQL_PARSE_FAILED) from None
        if "\\u" in text and node.loc and _holds_nul(node.loc.start_token):
            raise RequestError(
                "The document holds the character NUL, which no text may.", Code.BAD_USER_INPUT
            )
        return node


def _holds_nul(token: Token | None) -> bool:
    """Whether a string of the document is written with an escaped NUL, which PostgreSQL's text can't hold."""
    while token is not None:
        if token.value and "\0" in token.value:
            return True
        token = token.next
    return False
