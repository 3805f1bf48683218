"""Keeping order. Each mutation is one transaction around one action."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

from service.api.comments.mutations import discussion_of
from service.api.comments.types import Comment
from service.api.context import Info
from service.api.moderation.inputs import (
    ApproveContentInput,
    DismissReportInput,
    HideContentInput,
    LockDiscussionInput,
    RejectContentInput,
    ReportContentInput,
    ResumePersonInput,
    SetRoleInput,
    ShowContentInput,
    SuspendPersonInput,
    UnlockDiscussionInput,
)
from service.api.moderation.types import Report
from service.api.node import Node, find_node, row_id
from service.api.payloads import payload
from service.api.people.types import Person
from service.api.permissions import Given, mutation, signed_in
from service.errors import InvalidInput
from service.moderation import actions, discussions
from service.moderation.content import Subject
from service.people.models import Person as PersonRow
from service.people.models import PersonRole

_DOMAINS_MAX = 100


@strawberry.type
class _ContentPayload:
    """What every mutation about a text answers."""

    subject: Node | None = strawberry.field(
        default=None, description="The comment or proposal as it now stands."
    )


@strawberry.type
class _DiscussionPayload:
    """What every mutation about a discussion answers."""

    subject: Node | None = strawberry.field(default=None, description="The skill, requirement or proposal.")


@strawberry.type
class _PersonPayload:
    """What every mutation about a person answers."""

    person: Person | None = strawberry.field(default=None, description="The person as they now stand.")


@payload("What came of reporting a text.")
class ReportContentPayload(_ContentPayload):
    """Of `reportContent`."""


@payload("What came of closing a report.")
class DismissReportPayload:
    """Of `dismissReport`."""

    report: Report | None = strawberry.field(default=None, description="The report as it now stands.")


@payload("What came of hiding a text.")
class HideContentPayload(_ContentPayload):
    """Of `hideContent`."""


@payload("What came of showing a text again.")
class ShowContentPayload(_ContentPayload):
    """Of `showContent`."""


@payload("What came of letting a text through.")
class ApproveContentPayload(_ContentPayload):
    """Of `approveContent`."""


@payload("What came of refusing a text.")
class RejectContentPayload(_ContentPayload):
    """Of `rejectContent`."""


@payload("What came of locking a discussion.")
class LockDiscussionPayload(_DiscussionPayload):
    """Of `lockDiscussion`."""


@payload("What came of unlocking a discussion.")
class UnlockDiscussionPayload(_DiscussionPayload):
    """Of `unlockDiscussion`."""


@payload("What came of suspending somebody.")
class SuspendPersonPayload(_PersonPayload):
    """Of `suspendPerson`."""


@payload("What came of ending a suspension.")
class ResumePersonPayload(_PersonPayload):
    """Of `resumePerson`."""


@payload("What came of giving somebody a role.")
class SetRolePayload(_PersonPayload):
    """Of `setRole`."""


@strawberry.type
class ModerationMutation:
    """Keeping order."""

    @mutation(
        needs=PersonRole.READER, description="Tell moderators that a comment or a proposal is out of order."
    )
    async def report_content(self, info: Info, input: Given[ReportContentInput]) -> ReportContentPayload:
        """Once, while they have not looked at it."""
        async with info.context.database.transaction() as session:
            await actions.report(
                session,
                _content(input.subject_id),
                by=signed_in(info.context),
                kind=input.kind,
                note=input.note,
                at=info.context.now(),
            )
        return ReportContentPayload(subject=await find_node(info, input.subject_id))

    @mutation(needs=PersonRole.MAINTAINER, description="Close a report, and leave what it is about as it is.")
    async def dismiss_report(self, info: Info, input: Given[DismissReportInput]) -> DismissReportPayload:
        """Into the log."""
        async with info.context.database.transaction() as session:
            found = await actions.dismiss_report(
                session,
                row_id(input.report_id, "Report"),
                by=signed_in(info.context),
                reason=input.reason,
                at=info.context.now(),
            )
        return DismissReportPayload(report=await Report.find(info, (found.id,)))

    @mutation(
        needs=PersonRole.MAINTAINER,
        description="Let nobody but moderators read a text, and close the reports about it.",
    )
    async def hide_content(self, info: Info, input: Given[HideContentInput]) -> HideContentPayload:
        """Into the log."""
        return HideContentPayload(subject=await _moderated(info, actions.hide_content, input, _content))

    @mutation(needs=PersonRole.MAINTAINER, description="Show a text again that was hidden.")
    async def show_content(self, info: Info, input: Given[ShowContentInput]) -> ShowContentPayload:
        """Into the log."""
        return ShowContentPayload(subject=await _moderated(info, actions.show_content, input, _content))

    @mutation(needs=PersonRole.MAINTAINER, description="Let everybody see what waited; only now is it told.")
    async def approve_content(self, info: Info, input: Given[ApproveContentInput]) -> ApproveContentPayload:
        """Into the log."""
        return ApproveContentPayload(subject=await _moderated(info, actions.approve_content, input, _content))

    @mutation(
        needs=PersonRole.MAINTAINER,
        description="Never let anybody but its author and moderators see what waited.",
    )
    async def reject_content(self, info: Info, input: Given[RejectContentInput]) -> RejectContentPayload:
        """Into the log."""
        return RejectContentPayload(subject=await _moderated(info, actions.reject_content, input, _content))

    @mutation(
        needs=PersonRole.MAINTAINER, description="Let nobody but moderators write about a subject for now."
    )
    async def lock_discussion(self, info: Info, input: Given[LockDiscussionInput]) -> LockDiscussionPayload:
        """A skill's lock is for its requirements as well."""
        return LockDiscussionPayload(
            subject=await _moderated(info, discussions.lock_discussion, input, discussion_of)
        )

    @mutation(needs=PersonRole.MAINTAINER, description="Let people write about a subject again.")
    async def unlock_discussion(
        self, info: Info, input: Given[UnlockDiscussionInput]
    ) -> UnlockDiscussionPayload:
        """Without fault where it is not locked."""
        return UnlockDiscussionPayload(
            subject=await _moderated(info, discussions.unlock_discussion, input, discussion_of)
        )

    @mutation(
        needs=PersonRole.MAINTAINER,
        description="Let somebody read and do nothing else, and sign them out everywhere.",
    )
    async def suspend_person(self, info: Info, input: Given[SuspendPersonInput]) -> SuspendPersonPayload:
        """Until `resumePerson`."""
        return SuspendPersonPayload(person=await _looked_after(info, actions.suspend_person, input))

    @mutation(needs=PersonRole.MAINTAINER, description="End a suspension.")
    async def resume_person(self, info: Info, input: Given[ResumePersonInput]) -> ResumePersonPayload:
        """Without fault where there is none."""
        return ResumePersonPayload(person=await _looked_after(info, actions.resume_person, input))

    @mutation(
        needs=PersonRole.MAINTAINER,
        description="Say what somebody may do: a maintainer up to reviewer, an admin all. The last admin stays one.",
    )
    async def set_role(self, info: Info, input: Given[SetRoleInput]) -> SetRolePayload:
        """At once, everywhere."""
        wish = {"role": input.role, "domains": _domains(input.domain_ids)}
        return SetRolePayload(person=await _looked_after(info, actions.set_role, input, **wish))


async def _moderated(
    info: Info, action: Callable[..., Awaitable[Any]], given: Any, subject_of: Callable[[str], Any]
) -> Node | None:
    """What the action was about, as it stands afterwards."""
    async with info.context.database.transaction() as session:
        await action(
            session,
            subject_of(given.subject_id),
            by=signed_in(info.context),
            reason=given.reason,
            at=info.context.now(),
        )
    return await find_node(info, given.subject_id)


async def _looked_after(
    info: Info, action: Callable[..., Awaitable[PersonRow]], given: Any, **wish: Any
) -> Person | None:
    """The person whom the action was about, as they stand afterwards."""
    async with info.context.database.transaction() as session:
        person = await action(
            session,
            row_id(given.person_id, "Person"),
            **wish,
            by=signed_in(info.context),
            reason=given.reason,
            at=info.context.now(),
        )
    return await Person.find(info, (person.id,))


def _content(subject_id: str) -> Subject:
    """An id of something else is an id of nothing."""
    return Subject(row_id(subject_id, Comment.__name__), row_id(subject_id, "Proposal"))


def _domains(ids: list[strawberry.ID]) -> list[int]:
    if len(ids) > _DOMAINS_MAX:
        raise InvalidInput(f"Name at most {_DOMAINS_MAX} domains.", path=("domainIds",))
    # No domain has the number 0: an id of something else is an id of nothing.
    return [row_id(key, "Domain") or 0 for key in ids]
