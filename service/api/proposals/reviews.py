"""Reviews in the API, and what they add to a proposal."""

from datetime import datetime

import strawberry

from service.api.connection import Connection
from service.api.enums import describe_enum
from service.api.node import Node
from service.api.people.types import Person
from service.api.plan.fields import column, one, page
from service.api.plan.marks import Asked
from service.proposals import sources
from service.proposals.models import ReviewDecision, Verdict

describe_enum(
    Verdict,
    "What a reviewer says of a version of a proposal.",
    APPROVE="It should be applied as it is.",
    REQUEST_CHANGES="It should say something else first.",
)
describe_enum(
    ReviewDecision,
    "What the reviews of the present version come to; the last word of each reviewer counts.",
    REVIEW_REQUIRED="More people must look at it.",
    CHANGES_REQUESTED="Somebody asks for something else first.",
    APPROVED="As many as needed approve of it.",
)


@strawberry.type(description="What a reviewer said of a version of a proposal.")
class ProposalReview(Node, source=sources.REVIEWS):
    """Written once, never changed: a reviewer who thinks otherwise reviews again."""

    verdict: Verdict = column("What the reviewer says.")
    text: str = column("In words; empty for an approval without any.")
    version: int = column("The version that it is about.")
    reviewed_at: datetime = column("When it was said.")
    reviewer: Person | None = one("Who said it; null where the account is gone.", on={"id": "person_id"})


def _newest_first() -> Asked:
    return Asked(order=sources.NEWEST_FIRST)


@strawberry.type
class ProposalReviews:
    """What reviews add to a proposal."""

    review_decision: ReviewDecision = column("What the reviews of the present version come to.")
    approval_count: int = column("How many people approve of the present version.")
    approvals_needed: int = column(
        "How many people besides the author must stand behind it, whoever accepts it among them."
    )
    reviews: Connection[ProposalReview] = page(
        "All that reviewers have said, the newest first; what was said of earlier versions too.",
        on={"proposal_id": "id"},
        ask=_newest_first,
    )
