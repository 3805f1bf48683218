"""Why somebody has been told of what happened, or has not: for themselves, and for moderators whom they ask."""

from datetime import datetime
from typing import Annotated

import strawberry

from service.activity.models import PublicEventKind
from service.api.connection import MAX_FIRST
from service.api.context import Info
from service.api.enums import describe_enum
from service.api.failures import Code, RequestError
from service.api.node import row_id
from service.notifications.tracing import Outcome, traces

TRACES_FIRST = 20

describe_enum(
    Outcome,
    "What came of an event for a person.",
    SENT="A mail server took the mail.",
    BOUNCED="The mail came back.",
    WAITING="The mail waits: for the moment of quiet, for the hour of the digest, or for the mail server.",
    FAILED="The mail was refused for good, or tried too often.",
    INBOX_ONLY="The person wanted it in the inbox alone.",
    NOT_TOLD_YET="The worker has not told anybody yet.",
    NOT_WATCHED="No watch of the person was about it then.",
    ACTOR="It was the person's own doing.",
    MUTED="The person has muted what it is about.",
    OTHER_LEVEL="The person asked for their own levels alone, and it touched others.",
    ADDRESS_SUPPRESSED="The person gets no mail, because mail came back; the inbox has it.",
    WATCH_ENDED="The person ended the watch before the mail went.",
    UNDONE="It was undone before the mail went.",
    DIGESTS_OFF="The person has stopped digests; the inbox has it.",
)

SubjectId = Annotated[strawberry.ID, strawberry.argument(description="The id of a skill or a proposal.")]
First = Annotated[int, strawberry.argument(description="How many events, 1 to 100.")]


@strawberry.type(description="One event, and what came of it for a person.")
class NotificationTrace:
    """Read anew from the ledger, the notification and its mail."""

    kind: PublicEventKind = strawberry.field(description="What had happened.")
    happened_at: datetime = strawberry.field(description="When.")
    outcome: Outcome = strawberry.field(description="What came of it.")
    notified_at: datetime | None = strawberry.field(
        description="When it came into the inbox; null for never."
    )
    sent_at: datetime | None = strawberry.field(
        description="When the mail server took the mail; null for not yet."
    )
    due_at: datetime | None = strawberry.field(description="When the mail is to go; null where none waits.")
    error: str | None = strawberry.field(description="What a mail server said; null where nothing was wrong.")


async def traced(info: Info, person: int | None, subject_id: str, first: int) -> list[NotificationTrace]:
    """What came of the newest events about the subject for the person of the row; nothing where either is none.

    Who asks hears of no proposal that they may not see.

    Raises:
        RequestError: BAD_USER_INPUT for too few or too many.
    """
    if not 1 <= first <= MAX_FIRST:
        raise RequestError(f"first is 1 to {MAX_FIRST}.", Code.BAD_USER_INPUT)
    skill, proposal = row_id(subject_id, "Skill"), row_id(subject_id, "Proposal")
    if person is None or (skill is None and proposal is None):
        return []
    async with info.context.database.read_session() as session:
        found = await traces(
            session,
            person,
            skill_id=skill,
            proposal_id=proposal,
            limit=first,
            viewpoint=info.context.viewpoint,
        )
    return [
        NotificationTrace(**{**vars(trace), "kind": PublicEventKind(trace.kind.value)}) for trace in found
    ]
