"""What is sent to make tokens and to end tokens and sessions."""

from datetime import datetime

import strawberry

from service.credentials.models import TokenScope


@strawberry.input(description="A token to make, for a program of the viewer's.")
class CreateTokenInput:
    """It never may more than what makes it."""

    name: str = strawberry.field(description="What to call it: 1 to 100 characters.")
    scopes: list[TokenScope] = strawberry.field(
        description="What it may be used for; READ is always among it."
    )
    expires_at: datetime | None = strawberry.field(
        default=None, description="When it is to end by itself; null for never."
    )


@strawberry.input(description="A token to revoke.")
class RevokeTokenInput:
    """Of the viewer's own."""

    token_id: strawberry.ID = strawberry.field(description="The token's id.")


@strawberry.input(description="Sessions to end: one by its id, or all but the one that asks.")
class EndSessionsInput:
    """Of the viewer's own."""

    session_id: strawberry.ID | None = strawberry.field(
        default=None, description="The session's id; null for all others than the one that asks."
    )
