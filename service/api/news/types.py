"""Published events, and what tells of them."""

from datetime import datetime

import strawberry

from service.activity.models import PublicEventKind
from service.api.catalogue.types import Skill
from service.api.enums import describe_enum
from service.api.node import Node
from service.api.people.types import Person
from service.api.plan.fields import column, one
from service.api.proposals.types import Proposal
from service.news.sources import NEWS

describe_enum(
    PublicEventKind,
    "What has happened.",
    CATALOGUE_IMPORTED="Files were imported; one event for all the skills that they touch.",
    COMMENT_WRITTEN="Somebody wrote a comment.",
    PROPOSAL_CREATED="Somebody suggested a change.",
    PROPOSAL_EDITED="A suggested change says something else, or was written against the present revision.",
    PROPOSAL_REVIEWED="A reviewer said what they think of a suggested change.",
    PROPOSAL_ACCEPTED="A suggested change was applied to the skill.",
    PROPOSAL_DECLINED="A suggested change was closed by a reviewer.",
    PROPOSAL_WITHDRAWN="A suggested change was taken back by its author.",
    PROPOSAL_MARKED_STALE="Nobody has gone on with a suggested change for 30 days.",
    PROPOSAL_EXPIRED="A suggested change was closed, since nobody had gone on with it for 90 days.",
    REVISION_REVERTED="An applied change was taken back by a new revision.",
)


@strawberry.type(description="A past fact that everybody may hear of.")
class Event(Node, source=NEWS):
    """Immutable; what it names is shown as it is now."""

    cursor: str = column(
        "Its place among all published events. A later event's is greater, as text too; `changesSince` takes it.",
        plain=True,
    )
    kind: PublicEventKind = column("What has happened.")
    happened_at: datetime = column("When.")
    actor: Person | None = one(
        "Whose doing it was; null for an import, for what time has done, and where the account is gone.",
        on={"id": "actor_id"},
    )
    skill: Skill | None = one(
        "The skill that it is about; null for an import, and where the skill has been removed.",
        on={"id": "skill_id"},
    )
    proposal: Proposal | None = one(
        "The proposal that it is about; null where it is about none.", on={"id": "proposal_id"}
    )


@strawberry.type(description="Events behind a cursor, the oldest first.")
class Changes:
    """A page that is read on from its end."""

    events: list[Event] = strawberry.field(description="What has happened, in the order of the cursors.")
    end_cursor: str = strawberry.field(
        description="Where to read on: behind the last of the events, or, when there are no more, behind all that "
        "has been published so far."
    )
    has_more: bool = strawberry.field(description="Whether there are more behind `endCursor` already.")
