"""The domain's enums in the schema: the same classes, with the descriptions that the contract asks for."""

from enum import Enum
from typing import Any

import strawberry


def describe_enum(kind: type[Enum], description: str, **values: str) -> None:
    """Make the enum one of the schema's, with a description for it and for each of its values.

    Raises:
        KeyError: a value without a description.
    """
    if not hasattr(kind, "__strawberry_definition__"):  # else a type that names it has been read before
        strawberry.enum(kind)
    definition: Any = kind.__strawberry_definition__  # type: ignore[attr-defined]
    definition.description = description
    for value in definition.values:
        value.description = values[value.name]
