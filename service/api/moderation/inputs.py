"""What is sent to keep order."""

import strawberry

from service.api.enums import describe_enum
from service.moderation.models import ReportKind
from service.people.models import PersonRole

describe_enum(
    ReportKind,
    "What somebody finds wrong with a text.",
    SPAM="It advertises.",
    ABUSE="It hurts somebody.",
    OFF_TOPIC="It does not belong there.",
    PRIVATE_DATA="It tells what is nobody else's business.",
    OTHER="Something else, as the note says.",
)
_REASON = "Why, for the log: 1 to 2,000 characters."


@strawberry.input
class _ContentInput:
    """What every mutation of a moderator about a text takes."""

    subject_id: strawberry.ID = strawberry.field(description="The id of a comment or a proposal.")
    reason: str = strawberry.field(description=_REASON)


@strawberry.input
class _DiscussionInput:
    """What every mutation about a discussion takes."""

    subject_id: strawberry.ID = strawberry.field(
        description="The id of a skill, a requirement or a proposal."
    )
    reason: str = strawberry.field(description=_REASON)


@strawberry.input
class _PersonInput:
    """What every mutation about a person takes."""

    person_id: strawberry.ID = strawberry.field(description="The person's id.")
    reason: str = strawberry.field(description=_REASON)


@strawberry.input(description="A comment or a proposal that is out of order.")
class ReportContentInput:
    """By anybody who is signed in."""

    subject_id: strawberry.ID = strawberry.field(description="The id of a comment or a proposal.")
    kind: ReportKind = strawberry.field(description="What is wrong with it.")
    note: str = strawberry.field(
        default="", description="What else a moderator should know: at most 2,000 characters."
    )


@strawberry.input(description="A report to close, leaving what it is about as it is.")
class DismissReportInput:
    """By a moderator."""

    report_id: strawberry.ID = strawberry.field(description="The report's id.")
    reason: str = strawberry.field(description=_REASON)


@strawberry.input(description="A comment, or a proposal's text, to take from everybody's eyes.")
class HideContentInput(_ContentInput):
    """By a moderator."""


@strawberry.input(description="A hidden text to show again.")
class ShowContentInput(_ContentInput):
    """By a moderator."""


@strawberry.input(description="What waits, to be shown to everybody.")
class ApproveContentInput(_ContentInput):
    """By a moderator."""


@strawberry.input(description="What waits, never to be shown.")
class RejectContentInput(_ContentInput):
    """By a moderator."""


@strawberry.input(description="A discussion in which nobody else is to write for now.")
class LockDiscussionInput(_DiscussionInput):
    """By a moderator."""


@strawberry.input(description="A locked discussion to open again.")
class UnlockDiscussionInput(_DiscussionInput):
    """By a moderator."""


@strawberry.input(description="Somebody who may read and do nothing else for now.")
class SuspendPersonInput(_PersonInput):
    """By a moderator."""


@strawberry.input(description="Somebody whose suspension ends.")
class ResumePersonInput(_PersonInput):
    """By a moderator."""


@strawberry.input(description="What somebody may do from now on.")
class SetRoleInput(_PersonInput):
    """By a maintainer up to reviewer, by an admin any."""

    role: PersonRole = strawberry.field(description="The role.")
    domain_ids: list[strawberry.ID] = strawberry.field(
        default_factory=list,
        description="Of a reviewer: the domains whose proposals they decide on, at most 100; all where none is named.",
    )
