"""Which subscriptions show everybody the same."""

from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLSchema, TypeInfo, TypeInfoVisitor, Visitor, visit
from graphql.language import BREAK

from service.api.plan.marks import METADATA, ViewerField

_DEFINITION = "strawberry-definition"


def shows_all_the_same(schema: GraphQLSchema, document: DocumentNode) -> bool:
    """Whether every field of the document says, by its mark, that it does not depend on who asks."""
    types = TypeInfo(schema)
    search = _ViewerSearch(types)
    visit(document, TypeInfoVisitor(types, search))
    return not search.has_found


class _ViewerSearch(Visitor):
    """Looks for a field that may depend on the viewer: one without a mark may do anything."""

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
        if mark is not None and not isinstance(mark, ViewerField):
            return None
        self.has_found = True
        return BREAK
