"""The domain's exception families: what can be wrong, in the words of the person who did it.

A rule or an action raises one of these; the API turns it into a `UserError` of a mutation's payload or into a
request error of a query. An exception names the situation and says what to do about it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime


class DomainError(Exception):
    """Something the caller can mend.

    `code` is part of the public contract; `path` leads to the input at fault, for example
    `("changes", "0", "editRequirement", "description")`.
    """

    code = "INVALID_INPUT"

    def __init__(self, message: str, *, path: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = tuple(path)


class InvalidInput(DomainError):
    """An input that can never be right, whatever the state."""

    code = "INVALID_INPUT"


class NotFound(DomainError):
    """The named thing is not there."""

    code = "NOT_FOUND"


class NotAllowed(DomainError):
    """This person may not do this to this thing; each situation has a code of its own."""


class Conflict(DomainError):
    """Right in itself, but the state has moved on."""

    code = "CONFLICT"


class RateLimited(DomainError):
    """Right, but too often for now. `reset_at`, with its zone, is when it may be tried again."""

    code = "RATE_LIMITED"

    def __init__(self, message: str, *, reset_at: datetime, path: Sequence[str] = ()) -> None:
        super().__init__(message, path=path)
        self.reset_at = reset_at


class Busy(DomainError):
    """Right, but others are writing the same at this moment: nothing was written, and it may be sent again as it is."""

    code = "BUSY"

    def __init__(self) -> None:
        super().__init__(
            "Others are changing the same at this moment, and nothing was done. Send it once more."
        )


class Rejected(DomainError):
    """Several faults of one input at once, so that a form can show them all."""

    def __init__(self, errors: Sequence[DomainError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = tuple(errors)


def reject_all(errors: Sequence[DomainError]) -> None:
    """Raise what was found, if anything was.

    Raises:
        DomainError: the only one.
        Rejected: all of several.
    """
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise Rejected(errors)


@contextmanager
def below(*path: str) -> Iterator[None]:
    """Lead the path of each error that is raised inside through these steps first."""
    try:
        yield
    except DomainError as error:
        for each in error.errors if isinstance(error, Rejected) else (error,):
            each.path = (*path, *each.path)
        raise
