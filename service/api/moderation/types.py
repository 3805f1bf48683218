"""What moderators look at."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import orjson
import strawberry

from service.api.catalogue.inputs import ensure_storable
from service.api.comments.types import Comment
from service.api.connection import Connection
from service.api.enums import describe_enum
from service.api.failures import Code, RequestError
from service.api.node import Node
from service.api.people.types import Person
from service.api.plan.fields import column, one, page
from service.api.plan.marks import Asked
from service.api.proposals.types import Proposal
from service.moderation import sources
from service.moderation.models import AuditAction, ReportKind
from service.people import sources as people

if TYPE_CHECKING:
    from service.api.catalogue.types import Skill

_NAME_MAX = 100
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
    reason: str = column("Why.")
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


Name = Annotated[str | None, strawberry.argument(description="A part of the name, at most 100 characters.")]


def _called(name: Name = None) -> Asked:
    ensure_storable("name", name)
    if name is not None and len(name) > _NAME_MAX:
        raise RequestError(f"A name has at most {_NAME_MAX} characters.", Code.BAD_USER_INPUT)
    return Asked(people.PersonFilter(name), people.BY_NAME)


@strawberry.type(description="What moderators look at.")
class Moderation:
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
        "Everybody who has an account, by name.", narrow=people.people_shown, ask=_called
    )
