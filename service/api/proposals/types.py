"""Proposals in the API, and what they add to a skill."""

from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import strawberry

from service.api.comments.types import ProposalComments
from service.api.connection import Connection
from service.api.context import Info
from service.api.differences import FieldDifference, differences, name_of, value_of
from service.api.enums import describe_enum
from service.api.node import Node
from service.api.people.types import Person
from service.api.plan.fields import column, many, one, page
from service.api.plan.marks import Asked
from service.api.plan.reading import rows_by
from service.api.proposals.preview import SimilarProposal
from service.api.proposals.reviews import ProposalReviews
from service.api.watches.types import Watched
from service.catalogue.content import ChangeKind, FieldConflict, fields_from_json
from service.people.trust import Gate
from service.proposals import sources
from service.proposals.merging import conflicts_by_proposal
from service.proposals.models import DeclineReason, ProposalState
from service.proposals.models import ProposalChange as ProposalChangeRow
from service.proposals.queries import as_change
from service.proposals.similar import similar_by_proposal

if TYPE_CHECKING:
    from service.api.catalogue.types import Level, Role, Skill

describe_enum(
    Gate,
    "Whether everybody may see what somebody wrote.",
    OPEN="Everybody may.",
    HELD="It waits for a moderator; only its author and moderators see it.",
    REJECTED="A moderator refused to show it; only its author and moderators see it.",
)
describe_enum(
    ProposalState,
    "Where a proposal stands; all but OPEN are final.",
    OPEN="Waiting for a reviewer.",
    ACCEPTED="Applied to the catalogue.",
    DECLINED="Closed, with a reason: by a reviewer, or since nobody went on with it.",
    WITHDRAWN="Taken back by its author.",
)
describe_enum(
    DeclineReason,
    "Why a proposal was declined, in a word.",
    INACCURATE="It is not so.",
    DUPLICATE="The catalogue, or another proposal, says it already.",
    OUT_OF_SCOPE="It does not belong here.",
    UNCLEAR="It cannot be understood as it stands.",
    STALE="Nobody has gone on with it for long.",
    OTHER="Something else, which the text says.",
)

_Role = Annotated["Role", strawberry.lazy("service.api.catalogue.types")]
_Level = Annotated["Level", strawberry.lazy("service.api.catalogue.types")]
_Skill = Annotated["Skill", strawberry.lazy("service.api.catalogue.types")]


@strawberry.type(description="One field of a change: its value at the base revision and the one proposed.")
class ProposalFieldChange:
    """A list has one item a line."""

    field: str = strawberry.field(description="The field's name.")
    before: str | None = strawberry.field(
        description="Its value at the base revision; null where there is none."
    )
    after: str | None = strawberry.field(description="The value proposed; null where it goes.")


@strawberry.type(
    description="One change of a proposal: to the skill itself, or to what a role asks at a level."
)
class ProposalChange(Node, source=sources.CHANGES):
    """Its fields keep the old values."""

    kind: ChangeKind = column("What it does.")
    skill: _Skill = one("The skill that it changes.", on={"id": "skill_id"})
    role: _Role | None = one(
        "The requirement's role; null for a change to the skill itself.", on={"id": "role_id"}
    )
    level: _Level | None = one(
        "The requirement's level; null for a change to the skill itself.", on={"id": "level_id"}
    )

    @strawberry.field(description="The fields that it touches, in the order of the skill page.")
    async def fields(self, info: Info) -> list[ProposalFieldChange]:
        """As text, whatever their kind."""
        return [
            ProposalFieldChange(
                field=name_of(edit.field),
                before=await value_of(info, edit.field, edit.before),
                after=await value_of(info, edit.field, edit.after),
            )
            for edit in fields_from_json(self.record.fields)
        ]


@strawberry.type(description="A field that has moved since it was proposed to change it.")
class ProposalConflict:
    """A list has one item a line."""

    found: strawberry.Private[tuple[ProposalChangeRow, FieldConflict]]

    @strawberry.field(description="The change that touches the field.")
    def change(self) -> ProposalChange:
        """By its id, `rebaseProposal` is told what is to stand there."""
        return ProposalChange.of(self.found[0])

    @strawberry.field(description="The field's name.")
    def field(self) -> str:
        """As the change has it."""
        return name_of(self.found[1].field)

    @strawberry.field(description="Its value at the base revision; null where there was none.")
    async def base(self, info: Info) -> str | None:
        """As text."""
        return await value_of(info, self.found[1].field, self.found[1].base)

    @strawberry.field(description="Its value now; null where it is gone.")
    async def current(self, info: Info) -> str | None:
        """As text."""
        return await value_of(info, self.found[1].field, self.found[1].current)

    @strawberry.field(description="The value proposed; null where it goes.")
    async def proposed(self, info: Info) -> str | None:
        """As text."""
        return await value_of(info, self.found[1].field, self.found[1].proposed)


@strawberry.type(description="A skill that a proposal touches.")
class ProposalSkill(Node, source=sources.SKILLS):
    """In a version of the proposal."""

    skill: _Skill = one("The skill.", on={"id": "skill_id"})
    base_revision: int = column("The skill's revision that the changes were written against.")
    applied_revision: int | None = column(
        "The skill's revision that applied them; null where the skill had come to say all of it already."
    )
    changes: list[ProposalChange] = many(
        "What changes in this skill.",
        on={"proposal_id": "proposal_id", "version": "version", "skill_id": "skill_id"},
    )


@strawberry.type(description="What a proposal said at some time.")
class ProposalVersion(Node, source=sources.VERSIONS):
    """Nothing that anybody proposed is lost."""

    number: int = column("A proposal's versions are numbered from 1.")
    title: str = column("Its title then.")
    reason: str = column("Why, then.")
    written_at: datetime = column("When it was written.")
    written_by: Person | None = one(
        "Who wrote it: the author, or a reviewer; null where the account is gone.",
        on={"id": "written_by_id"},
    )
    skills: list[ProposalSkill] = many(
        "What it changed, skill by skill.", on={"proposal_id": "proposal_id", "version": "number"}
    )


@strawberry.type(description="A suggested change of one skill, or of several that are applied as one.")
class Proposal(ProposalReviews, ProposalComments, Watched, Node, source=sources.PROPOSALS):
    """Known to people by its number."""

    number: int = column("What people call it: “proposal 42”.", name="id")
    title: str = column("What it changes, in a line.")
    reason: str = column("Why, in its author's words.")
    state: ProposalState = column("Where it stands.")
    gate: Gate = column("Whether everybody may see it.")
    hidden_at: datetime | None = column("When a moderator hid its texts; null where none did.")
    version: int = column("Which of its versions this is; others may have been before.")
    base_revision: int = column("The first skill's revision that it was written against.")
    created_at: datetime = column("When it was made.")
    decided_at: datetime | None = column("When it was decided or withdrawn.")
    decline_reason: DeclineReason | None = column("Why it was declined, in a word.")
    decision_reason: str | None = column("Why it was declined, in words.")
    applied_revision: int | None = column("The first skill's revision that applied it.")
    skill: _Skill = one("The skill that it changes, or the first of them.", on={"id": "skill_id"})
    skills: list[ProposalSkill] = many(
        "All skills that it changes, with the revisions of each.",
        on={"proposal_id": "id", "version": "version"},
    )
    author: Person | None = one("Who wrote it; null where the account is gone.", on={"id": "author_id"})
    decided_by: Person | None = one(
        "Who accepted, declined or withdrew it; null where time closed it.", on={"id": "decided_by_id"}
    )
    changes: list[ProposalChange] = many(
        "What it changes, skill by skill.", on={"proposal_id": "id", "version": "version"}
    )
    versions: list[ProposalVersion] = many(
        "All that it has said, this version included.", on={"proposal_id": "id"}
    )

    is_outdated: bool = column("Whether it is open, and a skill has moved on from its base revision.")
    has_conflicts: bool = column(
        "Whether it is open, and a touched field has moved, so that it cannot be accepted as it stands."
    )
    is_stale: bool = column("Whether it is open, and nobody has gone on with it for 30 days.")
    stale_at: datetime | None = column(
        "Since when it is marked as stale, 60 days after which it is closed; null where somebody goes on with it."
    )

    @strawberry.field(description="The touched fields that have moved; none where it is decided.")
    async def conflicts(self, info: Info) -> list[ProposalConflict]:
        """Three statements for all proposals that are asked at once."""
        found = await info.context.get(conflicts_by_proposal, self.record.id)
        return [ProposalConflict(found=each) for each in found]

    @strawberry.field(description="What it changes, field by field, with the words that differ.")
    async def diff(self, info: Info) -> list[FieldDifference]:
        """From the values at the base revision to those proposed."""
        key, names = (self.record.id, self.record.version), ("proposal_id", "version")
        found = await info.context.get(rows_by, key, sources.CHANGES, info.context.viewpoint, names)
        by_skill = groupby(found, key=lambda row: row.skill_id)
        return [
            shown
            for skill_id, rows in by_skill
            for shown in differences(skill_id, [as_change(row) for row in rows])
        ]

    @strawberry.field(
        description="Open proposals that touch the same fields, at most 20, most in common first."
    )
    async def similar_proposals(self, info: Info) -> list[SimilarProposal]:
        """Two statements for all proposals that are asked at once."""
        found = await info.context.get(similar_by_proposal, self.record.id)
        return [SimilarProposal(similar=each) for each in found]


States = Annotated[
    list[ProposalState] | None, strawberry.argument(description="Any of these; all where left out.")
]


def _in_state(state: States = None) -> Asked:
    states = None if state is None else tuple(item.value for item in state)
    return Asked(sources.ProposalFilter(states), sources.NEWEST_FIRST)


@strawberry.type
class SkillProposals:
    """What proposals add to a skill."""

    approvals_needed: int = column(
        "How many people besides the author must stand behind a change: by a rule for it, its group or its domain."
    )
    proposals: Connection[Proposal] = page(
        "What has been proposed for it, alone or among others, the newest first.",
        on={"touched_skill_id": "id"},
        source=sources.PROPOSALS_BY_SKILL,
        narrow=sources.proposals_shown,
        ask=_in_state,
    )
