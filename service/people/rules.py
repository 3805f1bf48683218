"""What a person's address and name may be, and who may do what."""

import re

from service.errors import InvalidInput
from service.people.address import InvalidAddress, normal_address
from service.people.models import Person, PersonRole

# Who keeps the community in order, and so sees what is held or hidden.
MODERATORS = tuple(role for role in PersonRole if role.rank >= PersonRole.MAINTAINER.rank)
_NAME_MAX = 100
_LINK = re.compile(r"https?:|www\.|\]\(", re.IGNORECASE)


def clean_email(address: str) -> str:
    """The address in its normal form.

    Raises:
        InvalidInput: it is none.
    """
    try:
        return normal_address(address)
    except InvalidAddress as error:
        raise InvalidInput(str(error), path=("email",)) from error


def clean_name(name: str) -> str:
    """One line of 1 to 100 characters, which stands under all that its person writes.

    Raises:
        InvalidInput: nothing is left of it, it is too long, or it holds a link.
    """
    cleaned = clean_line(name, what="A name", most=_NAME_MAX)
    if leads_elsewhere(cleaned):
        raise InvalidInput("A name holds no link: write links where you say something.", path=("name",))
    return cleaned


def leads_elsewhere(text: str) -> bool:
    """Whether the text holds a link."""
    return _LINK.search(text) is not None


def clean_line(name: str, *, what: str, most: int) -> str:
    """The name on one line. Raises InvalidInput where nothing is left of it, or it is too long."""
    cleaned = " ".join("".join(filter(str.isprintable, name.replace("\n", " "))).split())
    if not 0 < len(cleaned) <= most:
        raise InvalidInput(f"{what} has 1 to {most} printable characters.", path=("name",))
    return cleaned


def name_from_email(address: str) -> str:
    """A first name for somebody of whom only the address is known: “ada.lovelace@…” is “Ada Lovelace”."""
    local = address.partition("@")[0].partition("+")[0]
    words = local.replace(".", " ").replace("_", " ").replace("-", " ").split()
    return clean_name(" ".join(word.capitalize() for word in words) or local or address)


def is_moderator(person: Person) -> bool:
    """Whether the person keeps the community in order, and so sees what is held or hidden."""
    return person.role in MODERATORS


def may(person: Person, role: PersonRole) -> bool:
    """Whether the person has the role, or one that includes it."""
    return person.role.rank >= role.rank
