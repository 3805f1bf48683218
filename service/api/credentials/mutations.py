"""Making and revoking tokens, ending sessions. By a token, they need its scope ADMIN."""

import strawberry

from service.api.context import Info
from service.api.credentials.inputs import CreateTokenInput, EndSessionsInput, RevokeTokenInput
from service.api.credentials.types import Session, Token
from service.api.node import row_id
from service.api.payloads import payload
from service.api.permissions import Given, credential_of, mutation
from service.api.plan.reading import rows_by
from service.credentials import actions, sources
from service.credentials.models import TokenScope
from service.people.models import PersonRole


@payload("What came of making a token.")
class CreateTokenPayload:
    """Of `createToken`."""

    token: Token | None = strawberry.field(default=None, description="The token as it is listed.")
    secret: str | None = strawberry.field(
        default=None,
        description="What the program sends as `Authorization: Bearer …`. Nobody can tell it again.",
    )


@payload("What came of revoking a token.")
class RevokeTokenPayload:
    """Of `revokeToken`."""

    token_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the token that is none any more."
    )


@payload("What came of ending sessions.")
class EndSessionsPayload:
    """Of `endSessions`."""

    sessions: list[Session] = strawberry.field(default_factory=list, description="Those that go on.")


@strawberry.type
class CredentialMutation:
    """The viewer's own credentials."""

    @mutation(
        needs=PersonRole.READER,
        scope=TokenScope.ADMIN,
        description="Make a token for a program of one's own.",
    )
    async def create_token(self, info: Info, input: Given[CreateTokenInput]) -> CreateTokenPayload:
        """Each time another one."""
        by, at = credential_of(info.context), info.context.now()
        async with info.context.transaction() as session:
            token, secret = await actions.create_token(
                session, input.name, input.scopes, by=by, at=at, expires_at=input.expires_at
            )
        return CreateTokenPayload(token=await Token.find(info, (token.id,)), secret=secret)

    @mutation(
        needs=PersonRole.READER, scope=TokenScope.ADMIN, description="End a token, at once and for good."
    )
    async def revoke_token(self, info: Info, input: Given[RevokeTokenInput]) -> RevokeTokenPayload:
        """Without fault where it has ended already."""
        by, at = credential_of(info.context), info.context.now()
        async with info.context.transaction() as session:
            await actions.revoke_token(session, row_id(input.token_id, "Token"), by=by.person.id, at=at)
        return RevokeTokenPayload(token_id=input.token_id)

    @mutation(
        needs=PersonRole.READER, scope=TokenScope.ADMIN, description="Sign other browsers out, or this one."
    )
    async def end_sessions(self, info: Info, input: Given[EndSessionsInput]) -> EndSessionsPayload:
        """One by its id; all but the one that asks where none is named."""
        by = credential_of(info.context)
        async with info.context.transaction() as session:
            if input.session_id is None:
                await actions.end_sessions(session, by.person.id, but=by.session_id)
            else:
                await actions.end_session(session, row_id(input.session_id, "Session"), by=by.person.id)
        key, viewpoint = (by.person.id,), info.context.viewpoint
        rows = await info.context.get(rows_by, key, sources.SESSIONS, viewpoint, ("person_id",))
        return EndSessionsPayload(sessions=[Session.of(row) for row in rows])
