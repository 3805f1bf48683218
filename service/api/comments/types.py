"""Comments in the API, and what they add to a skill, a requirement and a proposal."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Optional

import strawberry

from service.api.connection import Connection
from service.api.context import Info
from service.api.enums import describe_enum
from service.api.node import Node
from service.api.people.types import Person
from service.api.plan.fields import column, count, many, one, page, viewer_field
from service.api.plan.marks import Asked
from service.api.scalars import HTML, Markdown
from service.comments import sources
from service.comments.models import CommentState, ReactionKind
from service.comments.queries import bodies_by_id, locked_by_place, locked_by_subject, reactions_by_comment

if TYPE_CHECKING:
    from service.api.catalogue.types import Level, Requirement, Role, Skill
    from service.api.proposals.types import Proposal

describe_enum(
    CommentState,
    "How a comment is shown; the first that is true of it.",
    DELETED="Its author took it back; its place in the thread stays.",
    HIDDEN="A moderator hid it; its place in the thread stays.",
    REJECTED="A moderator refused to show it; only its author and moderators see it.",
    HELD="It waits for a moderator; only its author and moderators see it.",
    SHOWN="Everybody may read it.",
)
describe_enum(
    ReactionKind,
    "A reaction to a comment, in the order of a page.",
    AGREE="Thumbs up.",
    DISAGREE="Thumbs down.",
    THANKS="Thank you.",
    CELEBRATE="Well done.",
    PUZZLED="I do not understand.",
    LOOKING="I am looking into it.",
)

_Skill = Annotated["Skill", strawberry.lazy("service.api.catalogue.types")]
_Role = Annotated["Role", strawberry.lazy("service.api.catalogue.types")]
_Level = Annotated["Level", strawberry.lazy("service.api.catalogue.types")]
_Requirement = Annotated["Requirement", strawberry.lazy("service.api.catalogue.types")]
_Proposal = Annotated["Proposal", strawberry.lazy("service.api.proposals.types")]


def _oldest_first() -> Asked:
    return Asked(order=sources.OLDEST_FIRST)


@strawberry.type(description="How many people have reacted to a comment in one way.")
class ReactionCount(Node, source=sources.REACTIONS):
    """Keyed by comment and kind."""

    kind: ReactionKind = column("The way.")
    count: int = column("How many people.")


@strawberry.type(description="An earlier text of a comment.")
class CommentVersion(Node, source=sources.VERSIONS):
    """Numbered per comment."""

    number: int = column("1 for the first.")
    body: Markdown = column("The text as it was written.")
    written_at: datetime = column("When it was written.")


async def _viewer_reactions(root: Any, info: Info) -> list[ReactionKind] | None:
    """One statement for all comments that are asked at once."""
    viewer = info.context.viewer
    if viewer is None:
        return None
    return await info.context.load(reactions_by_comment, root.record.id, person_id=viewer.id)


async def _withheld_body(root: Any, info: Info) -> Markdown | None:
    is_withheld = root.record.deleted_at is not None or root.record.hidden_at is not None
    if not is_withheld or not info.context.viewpoint.is_moderator:
        return None
    return Markdown(await info.context.get(bodies_by_id, root.record.id))


@strawberry.type(description="What one person said about a skill, a requirement or a proposal.")
class Comment(Node, source=sources.COMMENTS):
    """Threads have one level: an answer to an answer stands in the same thread."""

    body: Markdown | None = column(
        "The text as it was written; null where it was deleted or hidden. A person is mentioned as @{ID}, with the id "
        "of the person."
    )
    body_html: HTML | None = column(
        "The text as HTML that is safe to show, with the names that mentioned people bear now; null with the text."
    )
    withheld_body: Markdown | None = viewer_field(
        "The text that was deleted or hidden; for moderators alone, null for everybody else.", _withheld_body
    )
    state: CommentState = column("How it is shown.")
    author: Person | None = one("Who wrote it; null where the account is gone.", on={"id": "author_id"})
    created_at: datetime = column("When it was written.")
    edited_at: datetime | None = column("When its text last changed; null where it never has.")
    versions: list[CommentVersion] = many("Its earlier texts, the first one first.", on={"comment_id": "id"})
    skill: _Skill = one(
        "The skill that it is about, or whose requirement or proposal is.", on={"id": "skill_id"}
    )
    role: _Role | None = one(
        "The role of the requirement that it is about; null where it is about something else.",
        on={"id": "role_id"},
    )
    level: _Level | None = one(
        "The level of the requirement that it is about; null where it is about something else.",
        on={"id": "level_id"},
    )
    requirement: _Requirement | None = one(
        "The requirement that it is about; null where that was removed, or it is about something else.",
        on={"skill_id": "skill_id", "role_id": "role_id", "level_id": "level_id"},
    )
    proposal: _Proposal | None = one(
        "The proposal that it is about; null where it is about something else.", on={"id": "proposal_id"}
    )
    in_reply_to: Optional["Comment"] = one(
        "The first comment of the thread that it answers in; null for that one itself.",
        on={"id": "thread_id"},
    )
    replies: Connection["Comment"] = page(
        "The answers in its thread, the oldest first.", on={"thread_id": "id"}, ask=_oldest_first
    )
    reply_count: int = count(
        "How many answers its thread has, those left out whose text was deleted or hidden.",
        of="Comment",
        on={"thread_id": "id"},
        narrow=sources.said,
    )
    resolved_at: datetime | None = column("When its thread was resolved; null while it is not.")
    resolved_by: Person | None = one("Who resolved it.", on={"id": "resolved_by_id"})
    reactions: list[ReactionCount] = many(
        "How people have reacted; ways in which nobody has are left out.", on={"comment_id": "id"}
    )
    viewer_reactions: list[ReactionKind] | None = viewer_field(
        "How the viewer has reacted; null where nobody is signed in.",
        _viewer_reactions,
        reads=("id",),
    )


@strawberry.type
class SkillComments:
    """What comments add to a skill."""

    comments: Connection[Comment] = page(
        "The threads about it and its requirements, those that were removed included, the oldest first. Those about "
        "its proposals stand there.",
        on={"skill_id": "id"},
        narrow=sources.threads_about_skill,
        ask=_oldest_first,
    )
    comment_count: int = count(
        "How many comments these threads have, answers included; those left out whose text was deleted or hidden.",
        of="Comment",
        on={"skill_id": "id"},
        narrow=sources.said_about_skill,
    )

    @strawberry.field(
        description="Whether nobody but moderators writes about it and its requirements for now."
    )
    async def is_discussion_locked(self, info: Info) -> bool:
        """By a moderator."""
        return await info.context.get(locked_by_subject, ("skill_id", self.record.id))  # type: ignore[attr-defined]


_OF_REQUIREMENT = {"skill_id": "skill_id", "role_id": "role_id", "level_id": "level_id"}


@strawberry.type
class RequirementComments:
    """What comments add to a requirement."""

    comments: Connection[Comment] = page(
        "The threads about it, the oldest first; they stay at the skill when it is removed.",
        on=_OF_REQUIREMENT,
        narrow=sources.threads,
        ask=_oldest_first,
    )
    comment_count: int = count(
        "How many comments these threads have, answers included; those left out whose text was deleted or hidden.",
        of="Comment",
        on=_OF_REQUIREMENT,
        narrow=sources.said,
    )

    @strawberry.field(
        description="Whether nobody but moderators writes about it for now: about it alone, or about its whole skill."
    )
    async def is_discussion_locked(self, info: Info) -> bool:
        """By a moderator."""
        row = self.record  # type: ignore[attr-defined]
        return await info.context.get(locked_by_place, (row.skill_id, row.role_id, row.level_id))


@strawberry.type
class ProposalComments:
    """What comments add to a proposal."""

    comments: Connection[Comment] = page(
        "The threads about it, the oldest first.",
        on={"proposal_id": "id"},
        narrow=sources.threads,
        ask=_oldest_first,
    )
    comment_count: int = count(
        "How many comments these threads have, answers included; those left out whose text was deleted or hidden.",
        of="Comment",
        on={"proposal_id": "id"},
        narrow=sources.said,
    )

    @strawberry.field(description="Whether nobody but moderators writes about it for now.")
    async def is_discussion_locked(self, info: Info) -> bool:
        """By a moderator."""
        return await info.context.get(locked_by_subject, ("proposal_id", self.record.id))  # type: ignore[attr-defined]
