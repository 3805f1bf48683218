"""The ways into history: all public."""

from typing import Annotated

import strawberry

from service.api.catalogue.inputs import ensure_storable
from service.api.context import Info
from service.api.differences import differences
from service.api.history.types import Revision, RevisionComparison
from service.api.plan.fields import one
from service.api.plan.marks import Asked
from service.history import queries, sources

Slug = Annotated[str, strawberry.argument(description="The skill's slug.")]
Number = Annotated[int, strawberry.argument(description="The revision's number.")]
From = Annotated[int, strawberry.argument(name="from", description="The number of the one revision.")]
To = Annotated[int, strawberry.argument(description="The number of the other.")]


def _of_number(skill: Slug, number: Number) -> Asked:
    ensure_storable("skill", skill)
    return Asked(sources.OfNumber(skill, number))


@strawberry.type
class HistoryQuery:
    """Root fields of history."""

    revision: Revision | None = one(
        "The revision of the number of a skill; null for none.",
        narrow=sources.revision_of_number,
        ask=_of_number,
    )

    @strawberry.field(
        description="What differs between two revisions of a skill; null where either is not there."
    )
    async def compare_revisions(
        self, info: Info, skill: Slug, from_: From, to: To
    ) -> RevisionComparison | None:
        """Changes that were taken back in between do not show."""
        ensure_storable("skill", skill)
        async with info.context.database.read_session() as session:
            found = await queries.compare(session, skill, from_, to)
        if found is None:
            return None
        shown = differences(found.start.skill_id, found.changes)
        return RevisionComparison(start=found.start, end=found.end, changes=shown)
