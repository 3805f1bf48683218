"""What people send about comments."""

import strawberry

from service.api.scalars import Markdown
from service.comments.models import ReactionKind


@strawberry.input(description="Something to say: about a subject, or in reply to a comment.")
class AddCommentInput:
    """One of the two ids."""

    subject_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="The id of a skill, a requirement or a proposal, to begin a thread about it.",
    )
    in_reply_to: strawberry.ID | None = strawberry.field(
        default=None, description="The id of a comment, to answer in its thread."
    )
    body: Markdown = strawberry.field(
        description="The text: 1 to 10,000 characters. Mention a person as @{ID}, with the person's id; at most 20."
    )
    idempotency_key: str | None = strawberry.field(
        default=None, description="Any text of your own: the same key again gives the same comment."
    )


@strawberry.input(description="A new text for a comment of one's own.")
class EditCommentInput:
    """By its author."""

    comment_id: strawberry.ID = strawberry.field(description="The comment's id.")
    body: Markdown = strawberry.field(description="The whole new text, as `addComment` takes it.")


@strawberry.input(description="A comment of one's own to take back.")
class DeleteCommentInput:
    """By its author."""

    comment_id: strawberry.ID = strawberry.field(description="The comment's id.")


@strawberry.input(description="A thread that is settled.")
class ResolveThreadInput:
    """By who began it, the author of the proposal, or a reviewer."""

    comment_id: strawberry.ID = strawberry.field(description="The id of a comment of the thread.")


@strawberry.input(description="A thread that is not settled after all.")
class ReopenThreadInput:
    """By who may resolve it."""

    comment_id: strawberry.ID = strawberry.field(description="The id of a comment of the thread.")


@strawberry.input(description="A reaction to a comment.")
class AddReactionInput:
    """By the viewer."""

    comment_id: strawberry.ID = strawberry.field(description="The comment's id.")
    kind: ReactionKind = strawberry.field(description="Which one.")


@strawberry.input(description="A reaction to take back.")
class RemoveReactionInput:
    """By the viewer."""

    comment_id: strawberry.ID = strawberry.field(description="The comment's id.")
    kind: ReactionKind = strawberry.field(description="Which one.")
