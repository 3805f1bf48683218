"""What somebody has done for the catalogue, as everybody may see it."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from service.api.connection import Connection
from service.api.plan.fields import page
from service.api.plan.marks import Asked
from service.api.proposals.filters import wanted
from service.history.sources import LAST_APPLIED
from service.proposals.sources import proposals_shown

if TYPE_CHECKING:
    from service.api.history.types import Revision
    from service.api.proposals.types import Proposal

_Proposal = Annotated["Proposal", strawberry.lazy("service.api.proposals.types")]
_Revision = Annotated["Revision", strawberry.lazy("service.api.history.types")]


def _last_applied() -> Asked:
    return Asked(order=LAST_APPLIED)


@strawberry.type
class PersonContributions:
    """What proposals and history add to a person."""

    proposals: Connection[_Proposal] = page(
        "The proposals that the person wrote, the newest first.",
        on={"author_id": "id"},
        narrow=proposals_shown,
        ask=wanted,
    )
    revisions: Connection[_Revision] = page(
        "The changes of the person's that were applied, those of all skills together, the last one first.",
        on={"person_id": "id"},
        ask=_last_applied,
    )
