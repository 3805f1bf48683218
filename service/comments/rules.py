"""What a comment may be, and who may do what to it. Pure."""

from service.catalogue.rules import ensure_text
from service.comments.models import BODY_MAX, IDEMPOTENCY_KEY_MAX, Comment
from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.people.models import Person, PersonRole
from service.people.rules import is_moderator, may
from service.people.trust import Gate
from service.proposals.models import Proposal

MENTIONS_MAX = 20
EDITS_MAX = 100


class CommentNotFound(NotFound):
    """No comment has the id, or none that the person may see."""

    def __init__(self, *path: str) -> None:
        super().__init__("There is no such comment. Load the discussion anew.", path=path or ("commentId",))


class SubjectNotFound(NotFound):
    """What was to be commented on is not there."""

    def __init__(self) -> None:
        super().__init__(
            "Give the id of a skill, a requirement or a proposal that is there.", path=("subjectId",)
        )


class CommentKeyReused(Conflict):
    """The key belongs to another comment of the same person."""

    code = "IDEMPOTENCY_KEY_REUSED"

    def __init__(self) -> None:
        super().__init__(
            "This idempotency key has been used for a different comment: give each comment a key of its own.",
            path=("idempotencyKey",),
        )


class CommentWaits(Conflict):
    """The comment is not open yet."""

    code = "HELD"

    def __init__(self) -> None:
        super().__init__("This comment waits for a moderator: answer or react once everybody can see it.")


class CommentGone(Conflict):
    """The comment was deleted or hidden."""

    code = "COMMENT_GONE"

    def __init__(self) -> None:
        super().__init__("This comment was deleted or hidden: nothing more can be done with it.")


class NotItsAuthor(NotAllowed):
    """Only who wrote a comment changes it."""

    code = "NOT_THE_AUTHOR"

    def __init__(self) -> None:
        super().__init__("Only its author edits or deletes a comment; a moderator hides it.")


class MayNotSettle(NotAllowed):
    """Whether a thread is settled is not for everybody to say."""

    code = "NOT_THE_AUTHOR"

    def __init__(self) -> None:
        super().__init__(
            "Only who began the thread, the author of the proposal that it is about, or a reviewer settles it."
        )


class DiscussionLocked(NotAllowed):
    """A moderator has ended the discussion for now."""

    code = "DISCUSSION_LOCKED"

    def __init__(self) -> None:
        super().__init__("A moderator has locked this discussion: nobody else writes here for now.")


def clean_body(body: str) -> str:
    """The text of a comment, which must say something.

    Raises:
        InvalidInput: it is empty or too long.
    """
    _ensure(body, what="A comment", name="body", most=BODY_MAX)
    return body.strip()


def ensure_key(idempotency_key: str | None) -> None:
    """Raise InvalidInput for a key that is empty or too long."""
    if idempotency_key is not None:
        _ensure(idempotency_key, what="The key", name="idempotencyKey", most=IDEMPOTENCY_KEY_MAX)


def ensure_mentions(number: int) -> None:
    """Raise InvalidInput where more people are mentioned than should be called at once."""
    if number > MENTIONS_MAX:
        raise InvalidInput(f"A comment mentions at most {MENTIONS_MAX} people.", path=("body",))


def can_see(comment: Comment, viewer: Person) -> bool:
    """What is held or rejected is seen by its author and by moderators."""
    return comment.gate is Gate.OPEN or comment.author_id == viewer.id or is_moderator(viewer)


def ensure_can_answer(first: Comment) -> None:
    """Raise unless the thread's first comment is one that everybody sees.

    A deleted one keeps its thread going.
    """
    if first.gate is not Gate.OPEN:
        raise CommentWaits


def ensure_is_author(comment: Comment, by: Person) -> None:
    """Raise NotItsAuthor unless the person wrote it."""
    if comment.author_id != by.id:
        raise NotItsAuthor


def ensure_can_edit(comment: Comment, by: Person) -> None:
    """Raise unless the person wrote it, and its text is there to be read."""
    ensure_is_author(comment, by)
    ensure_readable(comment)


def ensure_can_edit_again(edits: int) -> None:
    """Raise InvalidInput where a comment has been edited as often as may be."""
    if edits >= EDITS_MAX:
        raise InvalidInput(f"A comment is edited at most {EDITS_MAX} times: write a new one.", path=("body",))


def ensure_can_settle(first: Comment, by: Person, proposal: Proposal | None) -> None:
    """Raise MayNotSettle unless the person began the thread, proposed what it is about, or reviews."""
    is_author = by.id in (first.author_id, proposal and proposal.author_id)
    if not is_author and not may(by, PersonRole.REVIEWER):
        raise MayNotSettle


def ensure_can_react(comment: Comment) -> None:
    """Raise unless everybody can read the comment."""
    ensure_readable(comment)
    if comment.gate is not Gate.OPEN:
        raise CommentWaits


def ensure_readable(comment: Comment) -> None:
    """Raise CommentGone where its text was deleted or hidden."""
    if comment.deleted_at is not None or comment.hidden_at is not None:
        raise CommentGone


def _ensure(text: str, *, what: str, name: str, most: int) -> None:
    try:
        ensure_text(text, what=what, least=1, most=most)
    except InvalidInput as error:
        raise InvalidInput(error.message, path=(name,)) from error
