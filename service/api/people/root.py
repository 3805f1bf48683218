"""Who is asking."""

from typing import Any

import strawberry

from service.api.context import Info
from service.api.people.types import RateLimit, Viewer
from service.api.plan.fields import viewer_field


def _viewer(root: Any, info: Info) -> Viewer | None:  # noqa: ARG001  a resolver's first parameter
    row = info.context.viewer
    return None if row is None else Viewer.of(row)


@strawberry.type
class PeopleQuery:
    """Root fields of people."""

    viewer: Viewer | None = viewer_field("The signed-in person; null where nobody is signed in.", _viewer)

    @strawberry.field(
        description="What is left of this minute's allowance after this request; null where there is no limit."
    )
    def rate_limit(self, info: Info) -> RateLimit | None:
        """The same that the answer's headers say."""
        standing = info.context.standing
        return None if standing is None else RateLimit.of(standing)
