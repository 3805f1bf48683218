"""Which proposals a list shows."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from service.api.catalogue.inputs import ensure_storable
from service.api.connection import Connection
from service.api.failures import Code, RequestError
from service.api.plan.fields import page
from service.api.plan.marks import Asked
from service.proposals import sources
from service.proposals.models import ProposalState, ReviewDecision

if TYPE_CHECKING:
    from service.api.proposals.types import Proposal

_DOMAINS_MAX = 100
_Proposal = Annotated["Proposal", strawberry.lazy("service.api.proposals.types")]


@strawberry.input(description="Which proposals to show. Every field given narrows the list.")
class ProposalFilter:
    """All where nothing is given."""

    state: list[ProposalState] | None = strawberry.field(default=None, description="Any of these.")
    skill: str | None = strawberry.field(default=None, description="The slug of a skill that it touches.")
    domain: list[str] | None = strawberry.field(
        default=None, description="The slugs of at most 100 domains, any of which it touches."
    )
    review_decision: list[ReviewDecision] | None = strawberry.field(
        default=None, description="What its reviews come to: any of these."
    )
    is_outdated: bool | None = strawberry.field(
        default=None, description="Whether a skill has moved on from its base revision."
    )
    has_conflicts: bool | None = strawberry.field(
        default=None, description="Whether a field that it touches has moved."
    )
    is_stale: bool | None = strawberry.field(default=None, description="Whether nobody goes on with it.")
    created_before: datetime | None = strawberry.field(
        default=None, description="Whether it is older than this."
    )


Filter = Annotated[ProposalFilter | None, strawberry.argument(description="Which proposals to show.")]


def wanted(filter: Filter = None) -> Asked:
    """What the arguments of a list of proposals ask for, the newest first."""
    return Asked(_narrowed(filter), sources.NEWEST_FIRST)


def _waiting(filter: Filter = None) -> Asked:
    return Asked(_narrowed(filter), sources.OLDEST_FIRST)


def _narrowed(given: ProposalFilter | None) -> sources.ProposalFilter:
    """The domain's filter.

    Raises:
        RequestError: BAD_USER_INPUT for a slug that no text can hold, and for too many domains.
    """
    given = given or ProposalFilter()
    ensure_storable("skill", given.skill)
    for slug in given.domain or ():
        ensure_storable("domain", slug)
    if given.domain is not None and len(given.domain) > _DOMAINS_MAX:
        raise RequestError(f"Name at most {_DOMAINS_MAX} domains.", Code.BAD_USER_INPUT)
    return sources.ProposalFilter(
        states=_values(given.state),
        skill=given.skill,
        domains=None if given.domain is None else tuple(given.domain),
        reviews=_values(given.review_decision),
        is_outdated=given.is_outdated,
        has_conflicts=given.has_conflicts,
        is_stale=given.is_stale,
        created_before=given.created_before,
    )


def _values(given: list[ProposalState] | list[ReviewDecision] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(item.value for item in given)


@strawberry.type
class ViewerReviews:
    """What reviewing adds to the viewer."""

    review_queue: Connection[_Proposal] = page(
        "The open proposals of others that the viewer may decide on, the oldest first; none for who reviews nothing.",
        on={"reviewer_id": "id"},
        source=sources.PROPOSALS_BY_REVIEWER,
        narrow=sources.proposals_shown,
        ask=_waiting,
    )
