"""Who may do what: one decorator for mutations, which also makes a domain error a part of the answer.

A test walks the schema and fails on a mutation that does not say whom it needs. The matrix stands in this folder's
README.
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Any, TypeVar

import strawberry
from strawberry.extensions.field_extension import AsyncExtensionResolver, FieldExtension
from strawberry.schema.base import BaseSchema
from strawberry.types.base import StrawberryObjectDefinition

from service.api.context import Context, Info
from service.api.errors import user_errors
from service.api.failures import Code, RequestError
from service.credentials.models import TokenScope
from service.credentials.rules import Credential, scope_for
from service.errors import DomainError
from service.people.models import Person, PersonRole
from service.people.rules import may
from service.people.trust import ensure_not_suspended

Item = TypeVar("Item")
# A mutation's one argument.
Given = Annotated[Item, strawberry.argument(description="What to do, and to what.")]


class Needs(FieldExtension):
    """Lets only people of a role (or one that includes it) through to the resolver, and only tokens of the scope."""

    def __init__(self, role: PersonRole, scope: TokenScope) -> None:
        self.role = role
        self.scope = scope

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: Info, **arguments: Any
    ) -> Any:
        """Raise UNAUTHENTICATED or FORBIDDEN, or go on."""
        ensure_role(info.context, self.role)
        ensure_scope(info.context, self.scope)
        return await next_(source, info, **arguments)


class NotSuspended(FieldExtension):
    """Lets nobody through to the resolver who is suspended."""

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: Info, **arguments: Any
    ) -> Any:
        """Raise Suspended, which becomes a part of the payload, or go on."""
        ensure_not_suspended(signed_in(info.context))
        return await next_(source, info, **arguments)


class UserErrors(FieldExtension):
    """Answers a domain error with a payload that carries it."""

    def __init__(self, payload: type) -> None:
        self._payload = payload

    async def resolve_async(
        self, next_: AsyncExtensionResolver, source: Any, info: Info, **arguments: Any
    ) -> Any:
        """The resolver's payload, or an empty one with the errors."""
        try:
            return await next_(source, info, **arguments)
        except DomainError as error:
            return self._payload(user_errors=user_errors(error))


def mutation(
    *, needs: PersonRole, description: str, scope: TokenScope | None = None
) -> Callable[[Callable[..., Any]], Any]:
    """A mutation field for people of the role. The resolver's payload type has `user_errors`, all else optional.

    A token needs the scope that goes with the role, where no other is named.
    """

    def decorate(resolver: Callable[..., Any]) -> Any:
        payload = resolver.__annotations__["return"]
        return strawberry.mutation(
            resolver=resolver,
            description=description,
            # The last of them is asked first.
            extensions=[NotSuspended(), UserErrors(payload), Needs(needs, scope or scope_for(needs))],
        )

    return decorate


def ensure_role(context: Context, role: PersonRole) -> Person:
    """The viewer, who has the role.

    Raises:
        RequestError: UNAUTHENTICATED where nobody is signed in, FORBIDDEN where the role is too low.
    """
    viewer = signed_in(context)
    if not may(viewer, role):
        raise RequestError(
            f"This needs the role of a {role.value.lower()}; ask a maintainer.", Code.FORBIDDEN
        )
    return viewer


def ensure_scope(context: Context, scope: TokenScope) -> None:
    """Raise FORBIDDEN where somebody signs in by a token without the scope."""
    if context.credential is not None and scope not in context.credential.scopes:
        raise RequestError(
            f"This needs a token with the scope {scope.value}: make one with it.", Code.FORBIDDEN
        )


def credential_of(context: Context) -> Credential:
    """By what the viewer is signed in.

    Raises:
        RequestError: UNAUTHENTICATED where nobody is.
    """
    signed_in(context)
    assert context.credential is not None
    return context.credential


def signed_in(context: Context) -> Person:
    """The viewer.

    Raises:
        RequestError: UNAUTHENTICATED where nobody is signed in.
    """
    if context.viewer is None:
        raise RequestError(
            "Sign in to do this: send the header “Authorization: Bearer TOKEN”.", Code.UNAUTHENTICATED
        )
    return context.viewer


def needs_of_mutations(schema: BaseSchema) -> Iterator[tuple[str, Needs]]:
    """Whom each mutation of the schema needs, by the mutation's name."""
    definition = schema.get_type_by_name("Mutation")
    assert isinstance(definition, StrawberryObjectDefinition)
    for field in definition.fields:
        for extension in field.extensions:
            if isinstance(extension, Needs):
                yield schema.config.name_converter.from_field(field), extension
