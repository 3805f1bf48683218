"""What moderators look at."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import orjson
import strawberry

from service.api.comments.types import Comment
from service.api.connection import Connection
from service.api.context import Info
from service.api.enums import describe_enum
from service.api.node import Node, row_id
from service.api.notifications.traces import TRACES_FIRST, First, NotificationTrace, SubjectId, traced
from service.api.people.inputs import called
from service.api.people.types import Person
from service.api.plan.fields import column, one, page
from service.api.plan.marks import Asked
from service.api.proposals.types import Proposal
from service.api.webhooks.types import Webhooks
from service.moderation import sources
from service.moderation.models import AuditAction, ReportKind
from service.people import sources as people

if TYPE_CHECKING:
    from service.api.catalogue.types import Skill

_Skill = Annotated["Skill", strawberry.lazy("service.api.catalogue.types")]

describe_enum(
    AuditAction,
    "What somebody did to keep order.",
    CONTENT_APPROVED="A text that waited was let through.",
    CONTENT_HIDDEN="A text was hidden.",
    CONTENT_REJECTED="A text that waited was refused.",
    CONTENT_SHOWN="A hidden text was shown again.",
    DISCUSSION_LOCKED="A discussion was locked.",
    DISCUSSION_UNLOCKED="A discussion was opened again.",
    PERSON_RESUMED="A suspension ended.",
    PERSON_SUSPENDED="Somebody was suspended.",
    REPORT_DISMISSED="A report was closed without more.",
    ROLE_SET="Somebody was given a role.",
    WEBHOOK_CHANGED="A webhook was changed, turned off or turned on.",
    WEBHOOK_CREATED="A webhook was made.",
    WEBHOOK_REMOVED="A webhook was removed with its log.",
    WEBHOOK_RENEWED="A webhook was given another secret.",
)


@strawberry.type(
    description="Somebody's word that a comment or a proposal is out of order. For moderators alone."
)
class Report(Node, source=sources.REPORTS):
    """Open until a moderator has looked at it."""

    kind: ReportKind = column("What is wrong.")
    note: str = column("What else its author says.")
    created_at: datetime = column("When it was made.")
    settled_at: datetime | None = column("When a moderator had looked at it; null while it is open.")
    author: Person | None = one("Who made it; null where the account is gone.", on={"id": "reporter_id"})
    comment: Comment | None = one("The comment that it is about.", on={"id": "comment_id"})
    proposal: Proposal | None = one("The proposal that it is about.", on={"id": "proposal_id"})


@strawberry.type(description="One act of keeping order. For moderators alone; never changed, never deleted.")
class AuditEntry(Node, source=sources.AUDIT):
    """What it names may be gone."""

    happened_at: datetime = column("When.")
    action: AuditAction = column("What was done.")
    reason: str = column("Why; empty where the act asks for no reason.")
    actor: Person | None = one("Who did it; null where the account is gone.", on={"id": "actor_id"})
    person: Person | None = one("To whom; null where to nobody.", on={"id": "person_id"})
    comment: Comment | None = one("To which comment.", on={"id": "comment_id"})
    proposal: Proposal | None = one("To which proposal.", on={"id": "proposal_id"})
    skill: _Skill | None = one("To the discussion of which skill.", on={"id": "skill_id"})

    @strawberry.field(
        description="What else there is to say, as JSON: the role before and after, for example."
    )
    def details(self) -> str:
        """As the log keeps it."""
        return orjson.dumps(self.record.details).decode()


def _oldest_first() -> Asked:
    return Asked(order=sources.OLDEST_FIRST)


def _newest_first() -> Asked:
    return Asked(order=sources.NEWEST_FIRST)


@strawberry.type(description="What moderators look at.")
class Moderation(Webhooks):
    """The queues, and the log."""

    reports: Connection[Report] = page(
        "The reports that nobody has looked at, the oldest first.",
        narrow=sources.open_reports,
        ask=_oldest_first,
    )
    held_comments: Connection[Comment] = page(
        "The comments that wait, the oldest first.", narrow=sources.held_comments, ask=_oldest_first
    )
    held_proposals: Connection[Proposal] = page(
        "The open proposals that wait, the oldest first.", narrow=sources.held_proposals, ask=_oldest_first
    )
    audit_log: Connection[AuditEntry] = page(
        "What was done to keep order, the newest first.", ask=_newest_first
    )
    people: Connection[Person] = page(
        "Everybody who has an account, by name.",
        source=people.LISTED,
        narrow=people.people_shown,
        ask=called,
    )

    @strawberry.field(
        description="Why a person has been told of the newest events about a skill or a proposal, or has not: the "
        "newest first. Empty for what is none."
    )
    async def why_not_notified(
        self,
        info: Info,
        person_id: Annotated[strawberry.ID, strawberry.argument(description="The person's id.")],
        subject_id: SubjectId,
        first: First = TRACES_FIRST,
    ) -> list[NotificationTrace]:
        """One statement."""
        return await traced(info, row_id(person_id, "Person"), subject_id, first)
