"""People as others see them, and the viewer as that person sees themselves."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from service.allowance import Standing
from service.api.context import Info
from service.api.credentials.types import Session, Token
from service.api.enums import describe_enum
from service.api.node import Node, find_row
from service.api.notifications.settings import ViewerSettings
from service.api.notifications.types import ViewerNotifications
from service.api.people.contributions import PersonContributions
from service.api.permissions import credential_of, needs_of_mutations
from service.api.plan.fields import column, many, one, viewer_field
from service.api.plans.types import ViewerPlan
from service.api.proposals.filters import ViewerReviews
from service.api.watches.types import ViewerWatches
from service.people import sources
from service.people.models import Person as PersonRow
from service.people.models import PersonRole
from service.people.queries import domains_by_reviewer
from service.people.rules import may
from service.proposals.credits import accepted_by_author, domains_by_judge

if TYPE_CHECKING:
    from service.api.catalogue.types import Domain

_Domain = Annotated["Domain", strawberry.lazy("service.api.catalogue.types")]

describe_enum(
    PersonRole,
    "What a person may do; each may do all that those before it may.",
    READER="Watches skills.",
    CONTRIBUTOR="Proposes changes.",
    REVIEWER="Decides on the proposals of others.",
    MAINTAINER="Keeps the catalogue and its community in order.",
    ADMIN="Runs the instance.",
)


def _role(root: Any, info: Info) -> PersonRole | None:
    return root.record.role if info.context.viewpoint.is_moderator else None


def _is_suspended(root: Any, info: Info) -> bool | None:
    return root.record.suspended_at is not None if info.context.viewpoint.is_moderator else None


async def _review_domains(root: Any, info: Info) -> list[_Domain] | None:
    if not info.context.viewpoint.is_moderator:
        return None
    limits = await info.context.get(domains_by_reviewer, root.record.id)
    return [await find_row(info, "Domain", key) for key in sorted(limits)]


async def _reviewed_domains(root: Any, info: Info) -> list[_Domain]:
    found = await info.context.get(domains_by_judge, root.record.id)
    return [await find_row(info, "Domain", key) for key in found]


@strawberry.type(description="Somebody of the community, as everybody may see them.")
class Person(PersonContributions, Node, source=sources.PEOPLE):
    """Never with an address."""

    name: str = column("The name to show.")
    is_removed: bool = column("Whether the account is gone; what the person wrote stays.")
    reviewed_domains: list[_Domain] = strawberry.field(
        resolver=_reviewed_domains,
        description="The domains in which the person has reviewed or decided others' proposals.",
    )

    @strawberry.field(description="How many of the person's proposals were accepted.")
    async def accepted_proposal_count(self, info: Info) -> int:
        """All that they ever wrote."""
        return await info.context.get(accepted_by_author, self.record.id)

    role: PersonRole | None = viewer_field(
        "What the person may do; for moderators alone, null for everybody else.", _role
    )
    is_suspended: bool | None = viewer_field(
        "Whether the person reads and does nothing else; for moderators alone, null for everybody else.",
        _is_suspended,
    )
    review_domains: list[_Domain] | None = viewer_field(
        "The domains that the person is limited to as a reviewer, none where to none; for moderators alone, null for "
        "everybody else.",
        _review_domains,
        reads=("id",),
    )


@strawberry.type(
    description="What a person, or the network of somebody who is not signed in, may ask for within a minute, in cost."
)
class RateLimit:
    """The same that the headers `X-RateLimit-…` say."""

    limit: int = strawberry.field(description="Of each minute.")
    cost: int = strawberry.field(description="Of this request.")
    remaining: int = strawberry.field(description="What is left until `resetAt`.")
    reset_at: datetime = strawberry.field(description="When all of it is there again.")

    @classmethod
    def of(cls, standing: Standing) -> "RateLimit":
        """As the API shows it."""
        reset_at = datetime.fromtimestamp(standing.reset_at, UTC)
        return cls(limit=standing.limit, cost=standing.cost, remaining=standing.remaining, reset_at=reset_at)


@strawberry.type(description="The signed-in person.")
class Viewer(
    ViewerWatches, ViewerReviews, ViewerNotifications, ViewerSettings, ViewerPlan, Node, source=sources.PEOPLE
):
    """What only the person may see of themselves."""

    email: str = column("The address that mails go to.")
    role: PersonRole = column("What the person may do.")
    person: Person = one("The person as others see them.", on={"id": "id"})
    sessions: list[Session] = many("The browsers that are signed in.", on={"person_id": "id"})
    tokens: list[Token] = many("The tokens that are not revoked.", on={"person_id": "id"})

    @strawberry.field(description="The mutations that the viewer may send by this session or token, by name.")
    def permissions(self, info: Info) -> list[str]:
        """By role and scope alone: what a rule of the domain refuses besides is told by the mutation."""
        credential = credential_of(info.context)
        return [
            name
            for name, needs in needs_of_mutations(info.schema)
            if may(credential.person, needs.role) and needs.scope in credential.scopes
        ]

    @classmethod
    def is_visible(cls, row: Any, viewer: PersonRow | None) -> bool:
        """To oneself."""
        return viewer is not None and row.id == viewer.id
