"""Which subscriptions show everybody the same."""

from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    visit,
)
from graphql.language import BREAK

from service.api.node import NODE_TYPES
from service.api.plan.marks import METADATA, ViewerField

_DEFINITION = "strawberry-definition"
_CONNECTION = "Connection"


def shows_all_the_same(schema: GraphQLSchema, document: DocumentNode) -> bool:
    """Whether every field of the document says, by its mark, that it does not depend on who asks."""
    types = TypeInfo(schema)
    search = _ViewerSearch(types)
    visit(document, TypeInfoVisitor(types, search))
    return not search.has_found


class _ViewerSearch(Visitor):
    """Looks for a field that may depend on the viewer: one without a mark, or rows that not everybody may see."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.has_found = False
        self._types = types

    def enter_field(self, node: FieldNode, *_: object) -> Any:
        """Stop at the first."""
        if node.name.value.startswith("__"):
            return None
        field = self._types.get_field_def()
        assert field is not None  # the document is valid
        mark = field.extensions[_DEFINITION].metadata.get(METADATA)
        target = NODE_TYPES.get(get_named_type(field.type).name.removesuffix(_CONNECTION))
        are_rows_public = target is None or target.origin.seen is None
        if mark is not None and not isinstance(mark, ViewerField) and are_rows_public:
            return None
        self.has_found = True
        return BREAK
