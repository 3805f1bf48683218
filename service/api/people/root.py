"""Who is asking."""

import strawberry

from service.api.context import Info
from service.api.people.types import Viewer


@strawberry.type
class PeopleQuery:
    """Root fields of people."""

    @strawberry.field(description="The signed-in person; null where nobody is signed in.")
    def viewer(self, info: Info) -> Viewer | None:
        """By the request's bearer token."""
        row = info.context.viewer
        return None if row is None else Viewer.of(row, record=row)
