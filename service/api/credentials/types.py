"""Sessions and tokens, as their owner sees them."""

from datetime import datetime
from typing import Any

import strawberry

from service.api.context import Info
from service.api.enums import describe_enum
from service.api.node import Node
from service.api.plan.fields import column
from service.credentials import sources
from service.credentials.models import TokenScope
from service.people.models import Person

describe_enum(
    TokenScope,
    "What a token may be used for; its person's role stays the bound.",
    READ="Reads, the viewer's own included. Every token has it.",
    PROPOSE="What readers and contributors may do: propose, comment, watch.",
    REVIEW="What reviewers may do: decide on proposals.",
    ADMIN="What maintainers and admins may do, and what changes the person's own account.",
)


@strawberry.type(description="A browser in which the viewer is signed in.")
class Session(Node, source=sources.SESSIONS):
    """Seen by its owner alone."""

    browser: str = column("How the browser describes itself; may be empty.")
    created_at: datetime = column("When the person signed in.")
    last_seen_at: datetime = column("When it was last used, to about ten minutes.")
    expires_at: datetime = column("When it ends at the latest; a while without a request ends it sooner.")

    @strawberry.field(description="Whether this very request comes by it.")
    def is_current(self, info: Info) -> bool:
        """By the credential."""
        credential = info.context.credential
        return credential is not None and self.record.id == credential.session_id

    @classmethod
    def is_visible(cls, row: Any, viewer: Person | None) -> bool:
        """To its owner."""
        return viewer is not None and row.person_id == viewer.id


@strawberry.type(
    description="What lets a program of the viewer's sign in; its secret is shown once, when it is made."
)
class Token(Node, source=sources.TOKENS):
    """Seen by its owner alone, until it is revoked."""

    name: str = column("What the person calls it.")
    created_at: datetime = column("When it was made.")
    last_used_at: datetime | None = column("When it was last used, to about ten minutes; null for never.")
    expires_at: datetime | None = column("When it ends by itself; null for never.")

    @strawberry.field(description="What it may be used for.")
    def scopes(self) -> list[TokenScope]:
        """From least to most."""
        return [TokenScope(scope) for scope in self.record.scopes]

    @strawberry.field(description="Whether this very request comes by it.")
    def is_current(self, info: Info) -> bool:
        """By the credential."""
        credential = info.context.credential
        return credential is not None and self.record.id == credential.token_id

    @classmethod
    def is_visible(cls, row: Any, viewer: Person | None) -> bool:
        """To its owner."""
        return viewer is not None and row.person_id == viewer.id
