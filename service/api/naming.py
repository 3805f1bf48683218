"""Names of the contract that follow from what a type is."""

from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import StrawberryObjectDefinition

# Types without an id whose role the conventions of GraphQL already name.
_ROOTS = frozenset({"Query", "Mutation", "Subscription", "PageInfo"})
_SUFFIXES = ("Connection", "Edge", "Payload", "Error", "Count", "Event", "Result")
_VALUE = "Result"


class Naming(NameConverter):
    """Says by its name that a type is a value: it has no id, and a client's cache keeps it where it was read."""

    def from_object(self, object_type: StrawberryObjectDefinition) -> str:
        """The name of the class, with `Result` behind it where it is a value's."""
        name = super().from_object(object_type)
        has_id = any(interface.name == "Node" for interface in object_type.interfaces)
        is_told = object_type.is_input or object_type.is_interface or has_id or name in _ROOTS
        return name if is_told or name.endswith(_SUFFIXES) else name + _VALUE
