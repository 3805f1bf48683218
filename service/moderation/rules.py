"""Who may keep order how. Pure."""

from collections.abc import Collection

from service.catalogue.rules import ensure_text
from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.moderation.models import NOTE_MAX
from service.people.models import Person, PersonRole


class PersonNotFound(NotFound):
    """No person has the id."""

    def __init__(self) -> None:
        super().__init__("There is no such person.", path=("personId",))


class ContentNotFound(NotFound):
    """What was named is not there."""

    def __init__(self) -> None:
        super().__init__("Give the id of a comment or a proposal that is there.", path=("subjectId",))


class ReportNotFound(NotFound):
    """No open report has the id."""

    def __init__(self) -> None:
        super().__init__("There is no such open report: somebody may have looked at it.", path=("reportId",))


class DomainNotFound(NotFound):
    """No domain has the id."""

    def __init__(self) -> None:
        super().__init__("There is no such domain.", path=("domainIds",))


class RoleTooHigh(NotAllowed):
    """Nobody has power over those who have as much, nor gives more than they have."""

    code = "ROLE_TOO_HIGH"

    def __init__(self) -> None:
        super().__init__(
            "Maintainers look after readers, contributors and reviewers; only an admin does after the others.",
            path=("personId",),
        )


class LastAdmin(Conflict):
    """Somebody must be able to run the instance."""

    code = "LAST_ADMIN"

    def __init__(self) -> None:
        super().__init__("This is the last admin: make somebody else one first.", path=("personId",))


class NotHeld(Conflict):
    """Nothing waits there."""

    code = "NOT_HELD"

    def __init__(self) -> None:
        super().__init__("This does not wait for a moderator: somebody may have looked at it.")


def clean_reason(reason: str) -> str:
    """Why somebody keeps order in this way, for the log: 1 to 2,000 characters.

    Raises:
        InvalidInput: it is empty or too long.
    """
    return _clean(reason, what="The reason", name="reason", least=1)


def clean_note(note: str) -> str:
    """What a reporter says besides: at most 2,000 characters.

    Raises:
        InvalidInput: it is too long.
    """
    return _clean(note, what="The note", name="note", least=0)


def ensure_can_look_after(person: Person, by: Person) -> None:
    """Raise RoleTooHigh unless the person has less power, or an admin looks after them."""
    if by.role is not PersonRole.ADMIN and person.role.rank > PersonRole.REVIEWER.rank:
        raise RoleTooHigh


def ensure_can_set_role(
    person: Person, role: PersonRole, domains: Collection[int], *, by: Person, admins: int
) -> None:
    """Raise unless the person may be given the role by this one; `admins` are those there are now."""
    ensure_can_look_after(person, by)
    if by.role is not PersonRole.ADMIN and role.rank > PersonRole.REVIEWER.rank:
        raise RoleTooHigh
    if person.role is PersonRole.ADMIN and role is not PersonRole.ADMIN and admins <= 1:
        raise LastAdmin
    if domains and role is not PersonRole.REVIEWER:
        raise InvalidInput("Only a reviewer is limited to domains: leave them out.", path=("domainIds",))


def ensure_can_suspend(person: Person, *, by: Person) -> None:
    """Raise unless the person may be suspended by this one."""
    ensure_can_look_after(person, by)
    if person.id == by.id:
        raise InvalidInput("Nobody suspends themselves.", path=("personId",))


def _clean(text: str, *, what: str, name: str, least: int) -> str:
    try:
        ensure_text(text, what=what, least=least, most=NOTE_MAX)
    except InvalidInput as error:
        raise InvalidInput(error.message, path=(name,)) from error
    return text.strip()
