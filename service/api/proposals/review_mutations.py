"""What reviewers say of proposals and do with them, and how many of them must agree."""

import strawberry

from service.api.context import Info
from service.api.node import row_id
from service.api.payloads import payload
from service.api.permissions import Given, mutation, signed_in
from service.api.proposals.inputs import FieldChoiceInput, choices_of
from service.api.proposals.payloads import ProposalPayload, proposal_number, shown
from service.catalogue import actions as catalogue
from service.catalogue.models import Domain, Group, Skill
from service.errors import InvalidInput
from service.people.models import PersonRole
from service.proposals import deciding
from service.proposals.models import DeclineReason, Verdict


@strawberry.input(description="What you think of an open proposal of somebody else.")
class ReviewProposalInput:
    """Of the version that you have read."""

    proposal_id: strawberry.ID = strawberry.field(description="The proposal's id.")
    version: int = strawberry.field(description="The version that you have read: any other is refused.")
    verdict: Verdict = strawberry.field(description="Whether it should be applied.")
    text: str = strawberry.field(
        default="", description="Why, at most 5,000 characters; needed where changes are requested."
    )


@strawberry.input(description="A proposal to apply.")
class AcceptProposalInput:
    """By somebody other than its author."""

    proposal_id: strawberry.ID = strawberry.field(description="The proposal's id.")
    version: int | None = strawberry.field(
        default=None, description="The version that you have read: any other is then refused."
    )
    edits: list[FieldChoiceInput] = strawberry.field(
        default_factory=list,
        description="What is to stand in some fields instead, such as have moved among them.",
    )


@strawberry.input(description="A proposal to close without applying it.")
class DeclineProposalInput:
    """By somebody other than its author."""

    proposal_id: strawberry.ID = strawberry.field(description="The proposal's id.")
    reason: str = strawberry.field(description="Why, for its author to read: 1 to 5,000 characters.")
    why: DeclineReason = strawberry.field(
        default=DeclineReason.OTHER, description="The same in a word, for programs and numbers."
    )


@strawberry.input(
    description="How many people must stand behind changes of one skill, or of all in a group or a domain."
)
class SetReviewRuleInput:
    """Exactly one of the three subjects."""

    skill_id: strawberry.ID | None = strawberry.field(default=None, description="A skill's id.")
    group_id: strawberry.ID | None = strawberry.field(default=None, description="A group's id.")
    domain_id: strawberry.ID | None = strawberry.field(default=None, description="A domain's id.")
    approvals: int | None = strawberry.field(
        default=None,
        description="1 to 5 people besides the author; null to leave it to the wider rule, or to one person.",
    )

    def subject(self) -> tuple[type[Skill | Group | Domain], str]:
        """The subject's kind and id. Raises InvalidInput unless exactly one is given."""
        given: list[tuple[type[Skill | Group | Domain], str]] = [
            (kind, node_id)
            for kind, node_id in (
                (Skill, self.skill_id),
                (Group, self.group_id),
                (Domain, self.domain_id),
            )
            if node_id is not None
        ]
        if len(given) != 1:
            raise InvalidInput("Give exactly one of skillId, groupId and domainId.")
        return given[0]


@payload("What came of reviewing a proposal.")
class ReviewProposalPayload(ProposalPayload):
    """Of `reviewProposal`."""


@payload("What came of accepting a proposal.")
class AcceptProposalPayload(ProposalPayload):
    """Of `acceptProposal`."""


@payload("What came of declining a proposal.")
class DeclineProposalPayload(ProposalPayload):
    """Of `declineProposal`."""


@payload("What came of setting a rule.")
class SetReviewRulePayload:
    """Of `setReviewRule`."""

    approvals: int | None = strawberry.field(
        default=None, description="What the rule asks for now; null where there is none."
    )


@strawberry.type
class ReviewMutation:
    """Reviews and decisions, and the rules for them."""

    @mutation(needs=PersonRole.REVIEWER, description="Say what you think of an open proposal.")
    async def review_proposal(self, info: Info, input: Given[ReviewProposalInput]) -> ReviewProposalPayload:
        """The author is told."""
        async with info.context.database.transaction() as session:
            proposal = await deciding.review_proposal(
                session,
                proposal_number(input.proposal_id),
                by=signed_in(info.context),
                version=input.version,
                verdict=input.verdict,
                text=input.text,
                at=info.context.now(),
            )
        return ReviewProposalPayload(proposal=await shown(info, proposal))

    @mutation(needs=PersonRole.REVIEWER, description="Apply an open proposal to the catalogue.")
    async def accept_proposal(self, info: Info, input: Given[AcceptProposalInput]) -> AcceptProposalPayload:
        """A field that has moved since is a ConflictError, and the proposal stays open."""
        async with info.context.database.transaction() as session:
            proposal = await deciding.accept_proposal(
                session,
                proposal_number(input.proposal_id),
                by=signed_in(info.context),
                version=input.version,
                edits=choices_of(input.edits, "edits"),
                at=info.context.now(),
            )
        return AcceptProposalPayload(proposal=await shown(info, proposal))

    @mutation(needs=PersonRole.REVIEWER, description="Close an open proposal without applying it.")
    async def decline_proposal(
        self, info: Info, input: Given[DeclineProposalInput]
    ) -> DeclineProposalPayload:
        """The author is told why."""
        async with info.context.database.transaction() as session:
            proposal = await deciding.decline_proposal(
                session,
                proposal_number(input.proposal_id),
                by=signed_in(info.context),
                why=input.why,
                reason=input.reason,
                at=info.context.now(),
            )
        return DeclineProposalPayload(proposal=await shown(info, proposal))

    @mutation(
        needs=PersonRole.MAINTAINER,
        description="Say how many people must stand behind changes of a skill, a group or a domain.",
    )
    async def set_review_rule(self, info: Info, input: Given[SetReviewRuleInput]) -> SetReviewRulePayload:
        """The nearest rule holds: the skill's own, else its group's, else its domain's."""
        kind, node_id = input.subject()
        async with info.context.database.transaction() as session:
            await catalogue.set_review_rule(
                session,
                kind,
                row_id(node_id, kind.__name__),
                input.approvals,
                by=signed_in(info.context).id,
                at=info.context.now(),
            )
        return SetReviewRulePayload(approvals=input.approvals)
