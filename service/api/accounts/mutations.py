"""Changing, taking along and ending one's own account. By a token, they need its scope ADMIN."""

import enum

import orjson
import strawberry

from service.accounts import actions, queries
from service.api.context import Info
from service.api.payloads import payload
from service.api.people.types import Viewer
from service.api.permissions import Given, credential_of, mutation
from service.credentials.models import TokenScope
from service.people.models import PersonRole


@strawberry.input(description="What others are to see of the viewer.")
class UpdateProfileInput:
    """Of oneself."""

    name: str = strawberry.field(description="The name to show: 1 to 100 characters.")


@strawberry.input(description="An address that the viewer wishes to have.")
class ChangeAddressInput:
    """Of oneself."""

    email: str = strawberry.field(description="The new address; a link is sent there.")


@strawberry.input(description="The viewer's address, to be proved once more.")
class VerifyAddressInput:
    """Of oneself."""

    email: str = strawberry.field(
        description="The viewer's own address, typed once more; a link is sent there."
    )


@strawberry.input(description="The end of the viewer's account.")
class DeleteAccountInput:
    """Of oneself."""

    email: str = strawberry.field(description="The viewer's own address, typed once more to mean it.")


@strawberry.enum(description="The form of an export.")
class ExportForm(enum.Enum):
    """One, until another is asked for."""

    JSON = strawberry.enum_value("JSON", description="A JSON object: a list of rows for each table.")


@strawberry.input(description="An export of all that is kept of the viewer.")
class ExportOwnDataInput:
    """Of oneself."""

    form: ExportForm = strawberry.field(default=ExportForm.JSON, description="The form of the document.")


@strawberry.type
class _ViewerPayload:
    """What changing the viewer answers."""

    viewer: Viewer | None = strawberry.field(default=None, description="The viewer as they now are.")


@payload("What came of changing a profile.")
class UpdateProfilePayload(_ViewerPayload):
    """Of `updateProfile`."""


@payload("What came of asking for another address: it stays as it is until the link is used.")
class ChangeAddressPayload(_ViewerPayload):
    """Of `changeAddress`."""


@payload("What came of asking for a link: mail goes out again once it is used.")
class VerifyAddressPayload(_ViewerPayload):
    """Of `verifyAddress`."""


@payload("What came of ending an account.")
class DeleteAccountPayload:
    """Of `deleteAccount`."""

    is_deleted: bool = strawberry.field(default=False, description="Whether the account is gone.")


@payload("What came of an export.")
class ExportOwnDataPayload:
    """Of `exportOwnData`."""

    document: str | None = strawberry.field(
        default=None,
        description="All that is kept of the viewer, but for secrets; null where it was not made.",
    )


@strawberry.type
class AccountMutation:
    """The viewer's own account."""

    @mutation(
        needs=PersonRole.READER, scope=TokenScope.ADMIN, description="Change what others see of oneself."
    )
    async def update_profile(self, info: Info, input: Given[UpdateProfileInput]) -> UpdateProfilePayload:
        """The name."""
        by = credential_of(info.context)
        async with info.context.transaction() as session:
            await actions.update_profile(session, by.person.id, input.name)
        return UpdateProfilePayload(viewer=await Viewer.find(info, (by.person.id,)))

    @mutation(
        needs=PersonRole.READER,
        scope=TokenScope.ADMIN,
        description="Have a link sent to another address; using it, the viewer has it. Needs a fresh sign-in.",
    )
    async def change_address(self, info: Info, input: Given[ChangeAddressInput]) -> ChangeAddressPayload:
        """The same answer, whether or not somebody else has the address."""
        by, context = credential_of(info.context), info.context
        async with context.transaction() as session:
            await actions.ask_for_address(
                session, input.email, by=by, secret_key=context.secret_key, at=context.now()
            )
        return ChangeAddressPayload(viewer=await Viewer.find(info, (by.person.id,)))

    @mutation(
        needs=PersonRole.READER,
        scope=TokenScope.ADMIN,
        description="Have a link sent to one's own address; using it, one gets mail again after some came back.",
    )
    async def verify_address(self, info: Info, input: Given[VerifyAddressInput]) -> VerifyAddressPayload:
        """Whether or not mail is stopped."""
        by, context = credential_of(info.context), info.context
        async with context.transaction() as session:
            await actions.ask_to_verify(
                session, input.email, by=by, secret_key=context.secret_key, at=context.now()
            )
        return VerifyAddressPayload(viewer=await Viewer.find(info, (by.person.id,)))

    @mutation(
        needs=PersonRole.READER,
        scope=TokenScope.ADMIN,
        description="End one's account for good. What one wrote stays, as a removed person's. Needs a fresh sign-in.",
    )
    async def delete_account(self, info: Info, input: Given[DeleteAccountInput]) -> DeleteAccountPayload:
        """Sessions, tokens and watches go."""
        by = credential_of(info.context)
        async with info.context.transaction() as session:
            await actions.delete_account(session, input.email, by=by, at=info.context.now())
        return DeleteAccountPayload(is_deleted=True)

    @mutation(needs=PersonRole.READER, scope=TokenScope.ADMIN, description="Get all that is kept of oneself.")
    async def export_own_data(self, info: Info, input: Given[ExportOwnDataInput]) -> ExportOwnDataPayload:  # noqa: ARG002  one form
        """Writes nothing; as a mutation, since nobody on the way is to keep the answer."""
        by = credential_of(info.context)
        async with info.context.database.read_session() as session:
            found = await queries.own_data(session, by.person.id)
        return ExportOwnDataPayload(document=orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
