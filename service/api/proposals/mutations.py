"""What authors do with proposals. Each mutation is one transaction around one action."""

import strawberry

from service.api.context import Info
from service.api.payloads import payload
from service.api.permissions import Given, mutation, signed_in
from service.api.proposals.inputs import (
    FieldChoiceInput,
    ProposalChangeInput,
    SkillChangesInput,
    choices_of,
    wishes_of,
)
from service.api.proposals.payloads import ProposalPayload, proposal_number, shown
from service.api.proposals.preview import ProposalPreview
from service.people.models import PersonRole
from service.proposals import actions, preview


@strawberry.input(
    description="A change to suggest: to one skill by skillId, baseRevision and changes, or to several by skills."
)
class CreateProposalInput:
    """Written against a revision of each skill."""

    title: str = strawberry.field(description="What it changes, in a line of 1 to 200 characters.")
    reason: str = strawberry.field(default="", description="Why: at most 5,000 characters.")
    skill_id: strawberry.ID | None = strawberry.field(default=None, description="The skill's id.")
    base_revision: int | None = strawberry.field(
        default=None, description="The skill's revision that you have read."
    )
    changes: list[ProposalChangeInput] | None = strawberry.field(
        default=None, description="1 to 100 changes."
    )
    skills: list[SkillChangesInput] | None = strawberry.field(
        default=None,
        description="1 to 20 skills with at most 100 changes in all, which are applied together or not at all.",
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Any text of your own: the same key again gives the same proposal."
    )


@strawberry.input(description="What one's own open proposal is to say instead. What is left out stays.")
class EditProposalInput:
    """Changes are given anew as a whole, as `CreateProposalInput` has them."""

    proposal_id: strawberry.ID = strawberry.field(description="The proposal's id.")
    version: int = strawberry.field(description="The version that you have read.")
    title: str | None = strawberry.field(default=None, description="A line of 1 to 200 characters.")
    reason: str | None = strawberry.field(default=None, description="Why: at most 5,000 characters.")
    skill_id: strawberry.ID | None = strawberry.field(default=None, description="The skill's id.")
    base_revision: int | None = strawberry.field(
        default=None, description="The skill's revision that you have read."
    )
    changes: list[ProposalChangeInput] | None = strawberry.field(
        default=None, description="All changes of the one skill: 1 to 100."
    )
    skills: list[SkillChangesInput] | None = strawberry.field(
        default=None, description="All changes, of 1 to 20 skills."
    )


@strawberry.input(description="An open proposal to write against its skills as they stand.")
class RebaseProposalInput:
    """By its author or a reviewer."""

    proposal_id: strawberry.ID = strawberry.field(description="The proposal's id.")
    version: int = strawberry.field(description="The version that you have read.")
    choices: list[FieldChoiceInput] = strawberry.field(
        default_factory=list, description="What is to stand in each field that has moved; see `conflicts`."
    )


@strawberry.input(description="A proposal of one's own to take back.")
class WithdrawProposalInput:
    """By its author."""

    proposal_id: strawberry.ID = strawberry.field(description="The proposal's id.")


@payload("What came of suggesting a change.")
class CreateProposalPayload(ProposalPayload):
    """Of `createProposal`."""


@payload("What came of editing a proposal.")
class EditProposalPayload(ProposalPayload):
    """Of `editProposal`."""


@payload("What came of rebasing a proposal.")
class RebaseProposalPayload(ProposalPayload):
    """Of `rebaseProposal`."""


@payload("What came of withdrawing a proposal.")
class WithdrawProposalPayload(ProposalPayload):
    """Of `withdrawProposal`."""


@strawberry.input(
    description="What to look at: an open proposal by its id, or wishes for one skill or several that nobody has made."
)
class PreviewProposalInput:
    """As for `createProposal`, without the words that go with it."""

    proposal_id: strawberry.ID | None = strawberry.field(default=None, description="An open proposal's id.")
    skill_id: strawberry.ID | None = strawberry.field(default=None, description="The skill's id.")
    base_revision: int | None = strawberry.field(
        default=None, description="The skill's revision that you have read."
    )
    changes: list[ProposalChangeInput] | None = strawberry.field(
        default=None, description="1 to 100 changes."
    )
    skills: list[SkillChangesInput] | None = strawberry.field(
        default=None, description="1 to 20 skills with at most 100 changes in all."
    )


@payload("What a proposal would come to.")
class PreviewProposalPayload:
    """Of `previewProposal`."""

    preview: ProposalPreview | None = strawberry.field(
        default=None, description="The preview; null where the wishes cannot be proposed."
    )


@strawberry.type
class ProposalMutation:
    """The life of a proposal."""

    @mutation(
        needs=PersonRole.CONTRIBUTOR, description="See what a proposal would come to. Nothing is written."
    )
    async def preview_proposal(
        self, info: Info, input: Given[PreviewProposalInput]
    ) -> PreviewProposalPayload:
        """A mutation only in that it takes a proposal's input and answers its userErrors."""
        viewer = signed_in(info.context)
        async with info.context.database.read_session() as session:
            if input.proposal_id is not None:
                found = await preview.preview_proposal(session, proposal_number(input.proposal_id), by=viewer)
            else:
                wishes = wishes_of(input.skill_id, input.base_revision, input.changes, input.skills)
                found = await preview.preview_wishes(session, wishes, by=viewer.id)
        return PreviewProposalPayload(preview=ProposalPreview(preview=found))

    @mutation(needs=PersonRole.CONTRIBUTOR, description="Suggest changes to a skill, or to several as one.")
    async def create_proposal(self, info: Info, input: Given[CreateProposalInput]) -> CreateProposalPayload:
        """The author then watches the proposal."""
        async with info.context.database.transaction() as session:
            proposal = await actions.create_proposal(
                session,
                by=signed_in(info.context),
                wishes=wishes_of(input.skill_id, input.base_revision, input.changes, input.skills),
                title=input.title,
                reason=input.reason,
                idempotency_key=input.idempotency_key,
                at=info.context.now(),
            )
        return CreateProposalPayload(proposal=await shown(info, proposal))

    @mutation(needs=PersonRole.CONTRIBUTOR, description="Let one's own open proposal say something else.")
    async def edit_proposal(self, info: Info, input: Given[EditProposalInput]) -> EditProposalPayload:
        """What it said before stays readable as a version; approvals of that count no longer."""
        given = (input.skill_id, input.base_revision, input.changes, input.skills)
        async with info.context.database.transaction() as session:
            proposal = await actions.edit_proposal(
                session,
                proposal_number(input.proposal_id),
                by=signed_in(info.context),
                version=input.version,
                title=input.title,
                reason=input.reason,
                wishes=None if given == (None, None, None, None) else wishes_of(*given),
                at=info.context.now(),
            )
        return EditProposalPayload(proposal=await shown(info, proposal))

    @mutation(
        needs=PersonRole.CONTRIBUTOR,
        description="Write an open proposal, one's own where one is no reviewer, against its skills as they stand.",
    )
    async def rebase_proposal(self, info: Info, input: Given[RebaseProposalInput]) -> RebaseProposalPayload:
        """A new version; the proposal stays its author's."""
        async with info.context.database.transaction() as session:
            proposal = await actions.rebase_proposal(
                session,
                proposal_number(input.proposal_id),
                by=signed_in(info.context),
                version=input.version,
                choices=choices_of(input.choices, "choices"),
                at=info.context.now(),
            )
        return RebaseProposalPayload(proposal=await shown(info, proposal))

    @mutation(needs=PersonRole.CONTRIBUTOR, description="Take one's own open proposal back.")
    async def withdraw_proposal(
        self, info: Info, input: Given[WithdrawProposalInput]
    ) -> WithdrawProposalPayload:
        """For good: propose anew to try again."""
        async with info.context.database.transaction() as session:
            proposal = await actions.withdraw_proposal(
                session, proposal_number(input.proposal_id), by=signed_in(info.context), at=info.context.now()
            )
        return WithdrawProposalPayload(proposal=await shown(info, proposal))
