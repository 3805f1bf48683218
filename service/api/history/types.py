"""The revisions of a skill, and what they add to it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Optional

import strawberry

from service.api.connection import Connection
from service.api.context import Info
from service.api.differences import FieldDifference, differences
from service.api.failures import Code, RequestError
from service.api.history.versions import SkillVersion
from service.api.node import Node
from service.api.people.types import Person
from service.api.plan.fields import column, one, page
from service.api.plan.marks import Asked
from service.catalogue.content import change_from_json
from service.history import queries, sources

if TYPE_CHECKING:
    from service.api.catalogue.types import Skill
    from service.api.proposals.types import Proposal

_Skill = Annotated["Skill", strawberry.lazy("service.api.catalogue.types")]
_Proposal = Annotated["Proposal", strawberry.lazy("service.api.proposals.types")]


@strawberry.type(description="One applied change of a skill: who, when, why, and what.")
class Revision(Node, source=sources.REVISIONS):
    """Written once, never changed."""

    number: int = column("The skill's revisions are numbered from 1.")
    changed_at: datetime = column("When it was applied.")
    changed_by: Person | None = one(
        "Whose change it was: the author, not the reviewer; null for an import, and where the account is gone.",
        on={"id": "person_id"},
    )
    edited_by: Person | None = one(
        "The reviewer who changed the author's text before applying it; null where nobody did.",
        on={"id": "edited_by_id"},
    )
    reason: str = column("Why: a proposal's title, a revert's reason; empty for an import.")
    skill: _Skill = one("The skill.", on={"id": "skill_id"})
    proposal: _Proposal | None = one(
        "The proposal that it applied; null for an import or a revert.", on={"id": "proposal_id"}
    )
    reverts: Optional["Revision"] = one(
        "The revision that it took back; null for any other.", on={"id": "reverts_id"}
    )

    @strawberry.field(description="What it changed, field by field: the skill first, then its requirements.")
    def changes(self) -> list[FieldDifference]:
        """The first revision changes all from nothing."""
        row = self.record
        return differences(row.skill_id, [change_from_json(document) for document in row.changes])


@strawberry.type(description="What differs between two revisions of a skill.")
class RevisionComparison:
    """Either may be the earlier one."""

    start: strawberry.Private[Any]
    end: strawberry.Private[Any]
    changes: list[FieldDifference] = strawberry.field(
        description="What leads from the one to the other, field by field."
    )

    @strawberry.field(name="from", description="The revision compared from.")
    def from_(self) -> Revision:
        """As it was asked for."""
        return Revision.of(self.start)

    @strawberry.field(description="The revision compared to.")
    def to(self) -> Revision:
        """As it was asked for."""
        return Revision.of(self.end)


def _newest_first() -> Asked:
    return Asked(order=sources.NEWEST_FIRST)


At = Annotated[
    datetime | None, strawberry.argument(description="A moment: the last revision applied by then.")
]
Number = Annotated[int | None, strawberry.argument(description="A revision's number.")]


@strawberry.type
class SkillHistory:
    """What history adds to a skill."""

    revisions: Connection[Revision] = page(
        "Its revisions, the newest first.", on={"skill_id": "id"}, ask=_newest_first
    )

    @strawberry.field(
        description="The skill as it was at a moment or at a revision; null where it had none by then."
    )
    async def as_of(self, info: Info, at: At = None, revision: Number = None) -> SkillVersion | None:
        """One statement for all skills that are asked at once.

        Raises:
            RequestError: BAD_USER_INPUT unless exactly one of the two is given.
        """
        if (at is None) == (revision is None):
            raise RequestError("Give either at or revision.", Code.BAD_USER_INPUT)
        skill_id = self.record.id  # type: ignore[attr-defined]
        found = await info.context.load(queries.versions_by_skill, skill_id, number=revision, at=at)
        return None if found is None else SkillVersion(version=found)
