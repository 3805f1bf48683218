"""What a person may do to their own account."""

from service.errors import Conflict, InvalidInput
from service.people.models import Person

REMOVED_NAME = "Removed person"


class AddressTaken(Conflict):
    """Somebody else has the address."""

    code = "ADDRESS_TAKEN"

    def __init__(self) -> None:
        super().__init__("Another account has this address: sign in with it, or take another one.")


def ensure_other_address(person: Person, address: str) -> None:
    """Raise InvalidInput where it is the person's own address already."""
    if person.email.lower() == address.lower():
        raise InvalidInput("This is your address already.", path=("email",))


def ensure_meant(person: Person, typed: str) -> None:
    """Raise InvalidInput where the person has not typed their own address, as whoever means it does."""
    if typed.strip().lower() != person.email.lower():
        raise InvalidInput("Type your own mail address, so that nothing goes by mistake.", path=("email",))


def removed_address(person_id: int) -> str:
    """What stands in the place of the address of somebody who is gone: no mail ever reaches it."""
    return f"removed-{person_id}@removed.invalid"
