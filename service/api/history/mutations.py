"""Taking back what was applied."""

import strawberry

from service.api.context import Info
from service.api.history.types import Revision
from service.api.node import row_id
from service.api.payloads import payload
from service.api.permissions import Given, mutation, signed_in
from service.history import actions
from service.history.rules import RevisionNotFound
from service.people.models import PersonRole


@strawberry.input(description="A revision to take back.")
class RevertRevisionInput:
    """Any but the first of a skill."""

    revision_id: strawberry.ID = strawberry.field(description="The revision's id.")
    reason: str = strawberry.field(description="Why, for whoever watches to read: 1 to 5,000 characters.")


@payload("What came of taking a revision back.")
class RevertRevisionPayload:
    """Of `revertRevision`."""

    revisions: list[Revision] = strawberry.field(
        default_factory=list,
        description="The new revisions: one, or one for each skill of a change set.",
    )


@strawberry.type
class HistoryMutation:
    """What reviewers do to history: they add to it."""

    @mutation(
        needs=PersonRole.REVIEWER,
        description="Bring back what a revision replaced, as a new revision; a change set is taken back as one.",
    )
    async def revert_revision(self, info: Info, input: Given[RevertRevisionInput]) -> RevertRevisionPayload:
        """A field that a later change has touched is a ConflictError, and nothing is written."""
        number = row_id(input.revision_id, "Revision")
        if number is None:
            raise RevisionNotFound
        async with info.context.database.transaction() as session:
            written = await actions.revert_revision(
                session, number, by=signed_in(info.context), reason=input.reason, at=info.context.now()
            )
        return RevertRevisionPayload(revisions=[Revision.of(row) for row in written])
