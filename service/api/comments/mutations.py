"""What people say. Each mutation is one transaction around one action."""

import strawberry

from service.api.comments.inputs import (
    AddCommentInput,
    AddReactionInput,
    DeleteCommentInput,
    EditCommentInput,
    RemoveReactionInput,
    ReopenThreadInput,
    ResolveThreadInput,
)
from service.api.comments.types import Comment
from service.api.context import Info
from service.api.node import decode_id, row_id
from service.api.payloads import payload
from service.api.permissions import Given, mutation, signed_in
from service.comments import actions, places
from service.comments.markdown import tokens_of
from service.comments.rules import SubjectNotFound
from service.errors import InvalidInput
from service.people.models import PersonRole


@strawberry.type
class _CommentPayload:
    """What every comment mutation answers."""

    comment: Comment | None = strawberry.field(default=None, description="The comment as it now stands.")


@payload("What came of saying something.")
class AddCommentPayload(_CommentPayload):
    """Of `addComment`."""


@payload("What came of changing a comment.")
class EditCommentPayload(_CommentPayload):
    """Of `editComment`."""


@payload("What came of taking a comment back.")
class DeleteCommentPayload(_CommentPayload):
    """Of `deleteComment`."""


@payload("What came of settling a thread.")
class ResolveThreadPayload(_CommentPayload):
    """Of `resolveThread`."""


@payload("What came of reopening a thread.")
class ReopenThreadPayload(_CommentPayload):
    """Of `reopenThread`."""


@payload("What came of reacting to a comment.")
class AddReactionPayload(_CommentPayload):
    """Of `addReaction`."""


@payload("What came of taking a reaction back.")
class RemoveReactionPayload(_CommentPayload):
    """Of `removeReaction`."""


@strawberry.type
class CommentMutation:
    """The life of a comment."""

    @mutation(
        needs=PersonRole.CONTRIBUTOR, description="Say something about a skill, a requirement or a proposal."
    )
    async def add_comment(self, info: Info, input: Given[AddCommentInput]) -> AddCommentPayload:
        """Watchers and those who are mentioned hear of it."""
        about = _subject_of(input)
        async with info.context.database.transaction() as session:
            comment = await actions.add_comment(
                session,
                by=signed_in(info.context),
                about=about,
                body=input.body,
                people=mentioned_in(input.body),
                at=info.context.now(),
                idempotency_key=input.idempotency_key,
            )
        return AddCommentPayload(comment=await Comment.find(info, (comment.id,)))

    @mutation(
        needs=PersonRole.CONTRIBUTOR,
        description="Give one's own comment a new text; the earlier one is kept.",
    )
    async def edit_comment(self, info: Info, input: Given[EditCommentInput]) -> EditCommentPayload:
        """Those who are newly mentioned hear of it."""
        async with info.context.database.transaction() as session:
            comment = await actions.edit_comment(
                session,
                row_id(input.comment_id, "Comment"),
                by=signed_in(info.context),
                body=input.body,
                people=mentioned_in(input.body),
                at=info.context.now(),
            )
        return EditCommentPayload(comment=await Comment.find(info, (comment.id,)))

    @mutation(
        needs=PersonRole.CONTRIBUTOR,
        description="Take one's own comment back. Its place in the thread stays; moderators still read it.",
    )
    async def delete_comment(self, info: Info, input: Given[DeleteCommentInput]) -> DeleteCommentPayload:
        """For good."""
        async with info.context.database.transaction() as session:
            comment = await actions.delete_comment(
                session,
                row_id(input.comment_id, "Comment"),
                by=signed_in(info.context),
                at=info.context.now(),
            )
        return DeleteCommentPayload(comment=await Comment.find(info, (comment.id,)))

    @mutation(needs=PersonRole.CONTRIBUTOR, description="Mark a thread as settled.")
    async def resolve_thread(self, info: Info, input: Given[ResolveThreadInput]) -> ResolveThreadPayload:
        """The payload holds its first comment."""
        async with info.context.database.transaction() as session:
            comment = await actions.resolve_thread(
                session,
                row_id(input.comment_id, "Comment"),
                by=signed_in(info.context),
                at=info.context.now(),
            )
        return ResolveThreadPayload(comment=await Comment.find(info, (comment.id,)))

    @mutation(needs=PersonRole.CONTRIBUTOR, description="Mark a thread as not settled after all.")
    async def reopen_thread(self, info: Info, input: Given[ReopenThreadInput]) -> ReopenThreadPayload:
        """The payload holds its first comment."""
        async with info.context.database.transaction() as session:
            comment = await actions.reopen_thread(
                session,
                row_id(input.comment_id, "Comment"),
                by=signed_in(info.context),
                at=info.context.now(),
            )
        return ReopenThreadPayload(comment=await Comment.find(info, (comment.id,)))

    @mutation(needs=PersonRole.READER, description="React to a comment in one way more.")
    async def add_reaction(self, info: Info, input: Given[AddReactionInput]) -> AddReactionPayload:
        """Once, however often it is sent."""
        async with info.context.database.transaction() as session:
            comment = await actions.add_reaction(
                session,
                row_id(input.comment_id, "Comment"),
                input.kind,
                by=signed_in(info.context),
                at=info.context.now(),
            )
        return AddReactionPayload(comment=await Comment.find(info, (comment.id,)))

    @mutation(needs=PersonRole.READER, description="Take a reaction back.")
    async def remove_reaction(self, info: Info, input: Given[RemoveReactionInput]) -> RemoveReactionPayload:
        """Without fault where there is none."""
        async with info.context.database.transaction() as session:
            comment = await actions.remove_reaction(
                session, row_id(input.comment_id, "Comment"), input.kind, by=signed_in(info.context)
            )
        return RemoveReactionPayload(comment=await Comment.find(info, (comment.id,)))


def mentioned_in(body: str) -> dict[str, int]:
    """The rows of the people whose ids the text mentions."""
    found = {token: row_id(token, "Person") for token in tokens_of(body)}
    return {token: key for token, key in found.items() if key is not None}


def _subject_of(given: AddCommentInput) -> places.Subject:
    if (given.subject_id is None) is (given.in_reply_to is None):
        raise InvalidInput("Give either subjectId or inReplyTo.", path=("subjectId",))
    if given.in_reply_to is not None:
        return places.OfThread(row_id(given.in_reply_to, "Comment"))
    return discussion_of(given.subject_id or "")


def discussion_of(subject_id: str) -> places.Subject:
    """What is discussed, by its global id.

    Raises:
        SubjectNotFound: it is the id of something else.
    """
    match decode_id(subject_id):
        case "Skill", (key,):
            return places.OfSkill(key)
        case "Requirement", (key,):
            return places.OfRequirement(key)
        case "Proposal", (key,):
            return places.OfProposal(key)
    raise SubjectNotFound
