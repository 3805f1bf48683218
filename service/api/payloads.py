"""What mutations answer: the object that was changed, and what was wrong where nothing was."""

from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

import strawberry

from service.api.errors import UserError

_Payload = TypeVar("_Payload", bound=type)


@dataclass_transform(kw_only_default=True, field_specifiers=(strawberry.field,))
def payload(description: str | None = None) -> Callable[[_Payload], _Payload]:
    """A type of the schema that has, behind its own fields, the `userErrors` of its mutation.

    All that it names besides may be absent: `permissions.mutation` answers an error with nothing else in it.
    """

    def decorate(kind: Any) -> Any:
        kind.__annotations__["user_errors"] = list[UserError]
        kind.user_errors = strawberry.field(
            default_factory=list, description="What was wrong; empty when it was done."
        )
        return strawberry.type(kind, description=description)

    return decorate
