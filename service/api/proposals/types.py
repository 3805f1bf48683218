"""Proposals in the API, and what they add to a skill."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from service.api.connection import After, Before, Connection, First, Last, connect, page_of
from service.api.context import Info
from service.api.enums import describe_enum
from service.api.errors import as_text
from service.api.node import Key, Node, refer
from service.api.people.types import Person
from service.catalogue.content import ChangeKind, fields_from_json
from service.paging import Cut, Page
from service.proposals import queries
from service.proposals.models import ProposalChange as ProposalChangeRow
from service.proposals.models import ProposalState

if TYPE_CHECKING:
    from service.api.catalogue.types import Level, Role, Skill

describe_enum(
    ProposalState,
    "Where a proposal stands; all but OPEN are final.",
    OPEN="Waiting for a reviewer.",
    ACCEPTED="Applied to the catalogue.",
    DECLINED="Closed by a reviewer, with a reason.",
    WITHDRAWN="Taken back by its author.",
)
describe_enum(
    ChangeKind,
    "What a change does.",
    EDIT_SKILL="New values of the skill's own fields.",
    ADD_REQUIREMENT="A requirement where none stands.",
    EDIT_REQUIREMENT="New values of a requirement's fields.",
    REMOVE_REQUIREMENT="The end of a requirement.",
)
# The order's name in cursors: proposals have only this one.
_NEWEST_FIRST = "newest first"


@strawberry.type(description="One field of a change: its value at the base revision and the one proposed.")
class ProposalFieldChangeResult:
    """A list has one item a line."""

    field: str = strawberry.field(description="The field's name.")
    before: str | None = strawberry.field(
        description="Its value at the base revision; null where there is none."
    )
    after: str | None = strawberry.field(description="The value proposed; null where it goes.")


@strawberry.type(
    description="One change of a proposal: to the skill itself, or to what a role asks at a level."
)
class ProposalChange(Node):
    """Its fields keep the old values."""

    kind: ChangeKind = strawberry.field(description="What it does.")
    role_id: strawberry.Private[int | None]
    level_id: strawberry.Private[int | None]
    record: strawberry.Private[ProposalChangeRow]

    @strawberry.field(description="The requirement's role; null for a change to the skill itself.")
    async def role(
        self, info: Info
    ) -> Annotated["Role", strawberry.lazy("service.api.catalogue.types")] | None:
        """By foreign key."""
        found: Role | None = await refer(info, "Role", self.role_id)
        return found

    @strawberry.field(description="The requirement's level; null for a change to the skill itself.")
    async def level(
        self, info: Info
    ) -> Annotated["Level", strawberry.lazy("service.api.catalogue.types")] | None:
        """By foreign key."""
        found: Level | None = await refer(info, "Level", self.level_id)
        return found

    @strawberry.field(description="The fields that it touches.")
    def fields(self) -> list[ProposalFieldChangeResult]:
        """In the order of the skill page."""
        return [
            ProposalFieldChangeResult(
                field=edit.field, before=as_text(edit.before), after=as_text(edit.after)
            )
            for edit in fields_from_json(self.record.fields)
        ]

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Public."""
        row = await info.context.load(queries.changes_by_id, key[0])
        return None if row is None else cls.of(row, record=row)


@strawberry.type(description="A suggested change of one skill.")
class Proposal(Node):
    """Known to people by its number."""

    number: int = strawberry.field(description="What people call it: “proposal 42”.")
    title: str = strawberry.field(description="What it changes, in a line.")
    reason: str = strawberry.field(description="Why, in its author's words.")
    state: ProposalState = strawberry.field(description="Where it stands.")
    base_revision: int = strawberry.field(description="The skill's revision that it was written against.")
    created_at: datetime = strawberry.field(description="When it was made.")
    decided_at: datetime | None = strawberry.field(description="When it was decided or withdrawn.")
    decision_reason: str | None = strawberry.field(description="Why it was declined.")
    applied_revision: int | None = strawberry.field(description="The skill's revision that applied it.")
    skill_id: strawberry.Private[int]
    author_id: strawberry.Private[int | None]
    decided_by_id: strawberry.Private[int | None]

    @strawberry.field(description="The skill that it changes.")
    async def skill(self, info: Info) -> Annotated["Skill", strawberry.lazy("service.api.catalogue.types")]:
        """By foreign key."""
        found: Skill = await refer(info, "Skill", self.skill_id)
        return found

    @strawberry.field(description="Who wrote it; null where the account is gone.")
    async def author(self, info: Info) -> Person | None:
        """By foreign key."""
        return await Person.find_by_id(info, self.author_id)

    @strawberry.field(description="Who accepted, declined or withdrew it.")
    async def decided_by(self, info: Info) -> Person | None:
        """By foreign key."""
        return await Person.find_by_id(info, self.decided_by_id)

    @strawberry.field(description="What it changes.")
    async def changes(self, info: Info) -> list[ProposalChange]:
        """One statement for all proposals that are asked at once."""
        rows = await info.context.get(queries.changes_by_proposal, self.key[0])
        return [ProposalChange.of(row, record=row) for row in rows]

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Public."""
        row = await info.context.load(queries.proposals_by_id, key[0])
        return None if row is None else cls.of(row, number=row.id)


@strawberry.input(description="Which proposals to show. Every field given narrows the list.")
class ProposalFilter:
    """All where nothing is given."""

    state: list[ProposalState] | None = strawberry.field(default=None, description="Any of these.")
    skill: str | None = strawberry.field(default=None, description="A skill's slug.")


@strawberry.type
class SkillProposals:
    """What proposals add to a skill."""

    key: strawberry.Private[Key]

    @strawberry.field(description="What has been proposed for it, the newest first.")
    async def proposals(
        self,
        info: Info,
        state: Annotated[
            list[ProposalState] | None, strawberry.argument(description="Any of these; all where left out.")
        ] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Proposal]:
        """One statement for the pages of all skills that are asked at once."""
        wanted = queries.ProposalFilter(states=None if state is None else tuple(state))
        page = proposal_page(first, after, last, before)
        context, skill = info.context, self.key[0]
        cut = await context.get(queries.proposals_by_skill, skill, wanted, page)

        async def count() -> int:
            return await context.get(queries.proposal_counts_by_skill, skill, wanted)

        return proposal_connection(cut, count)


def proposal_connection(cut: Cut, count: Callable[[], Awaitable[int]]) -> Connection[Proposal]:
    """The connection of a page of proposals."""
    return connect(
        cut, _NEWEST_FIRST, queries.NEWEST_FIRST, lambda row: Proposal.of(row, number=row.id), count
    )


def proposal_page(first: int | None, after: str | None, last: int | None, before: str | None) -> Page:
    """The page of proposals that Relay's arguments ask for."""
    return page_of(_NEWEST_FIRST, queries.NEWEST_FIRST, first, after, last, before)
