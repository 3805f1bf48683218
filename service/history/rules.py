"""What stands in the way of taking a revision back. Pure."""

from collections.abc import Iterable

from service.catalogue.models import Revision
from service.errors import Conflict, InvalidInput, NotFound
from service.proposals.rules import FieldHasMoved


class RevisionNotFound(NotFound):
    """No revision has the id."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such revision. Look it up among the skill's revisions.", path=("revisionId",)
        )


class FirstRevision(InvalidInput):
    """A skill cannot be taken back to nothing."""

    code = "FIRST_REVISION"

    def __init__(self) -> None:
        super().__init__(
            "A skill's first revision is its beginning and cannot be taken back: "
            "propose to deprecate the skill instead.",
            path=("revisionId",),
        )


class AlreadyTakenBack(Conflict):
    """The skills say nothing any more of what the revision brought about."""

    code = "ALREADY_IN_PLACE"

    def __init__(self) -> None:
        super().__init__(
            "Nothing of this revision is left: there is nothing to take back.", path=("revisionId",)
        )


class ChangedAgain(FieldHasMoved):
    """A later change has touched the same field."""

    said = "has changed again since that revision. Propose the text that you wish for instead."
    at = ("revisionId",)


def ensure_can_revert(revisions: Iterable[Revision]) -> None:
    """Raise FirstRevision where one of them is its skill's beginning. That a reviewer asks, the API has checked."""
    if any(revision.number == 1 for revision in revisions):
        raise FirstRevision
