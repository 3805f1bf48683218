"""Who is asking, and who else there is."""

from typing import Annotated, Any

import strawberry

from service.api.connection import Connection
from service.api.context import Info
from service.api.node import row_id
from service.api.people.inputs import asked_people
from service.api.people.types import Person, RateLimit, Viewer
from service.api.plan.fields import one, page, viewer_field
from service.api.plan.marks import Asked
from service.people import sources

PersonId = Annotated[strawberry.ID, strawberry.argument(description="The person's id.")]


def _of_id(id: PersonId) -> Asked:
    return Asked(sources.OfPerson(row_id(id, "Person")))


def _viewer(root: Any, info: Info) -> Viewer | None:  # noqa: ARG001  a resolver's first parameter
    row = info.context.viewer
    return None if row is None else Viewer.of(row)


@strawberry.type
class PeopleQuery:
    """Root fields of people."""

    person: Person | None = one(
        "The person of the id, as everybody may see them; null for none.",
        narrow=sources.person_of_id,
        ask=_of_id,
    )
    people: Connection[Person] | None = page(
        "The people of the community, by name where no other order is asked for: to mention one, for example. Those "
        "who are suspended are left out, but for moderators. Null where nobody is signed in.",
        source=sources.LISTED,
        narrow=sources.people_shown,
        ask=asked_people,
        for_viewers=True,
    )
    viewer: Viewer | None = viewer_field("The signed-in person; null where nobody is signed in.", _viewer)

    @strawberry.field(
        description="What is left of this minute's allowance after this request; null where there is no limit."
    )
    def rate_limit(self, info: Info) -> RateLimit | None:
        """The same that the answer's headers say."""
        standing = info.context.standing
        info.context.has_shown_standing = True
        return None if standing is None else RateLimit.of(standing)
