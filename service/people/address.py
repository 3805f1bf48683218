"""Mail addresses, as typed and as they travel."""

import re
from functools import lru_cache

import email_validator
from email_validator import EmailNotValidError, ValidatedEmail, validate_email

# Whether mail reaches an address is for the mail server to say: an instance of one's own may be “localhost” or
# “team.local”, which the library would refuse as reserved names.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

# What most addresses look like: they are what they are in each form, and need no closer look.
_PLAIN = re.compile(
    r"(?=.{3,254}\Z)(?=.{1,64}@)[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}"
)
_LABEL_MAX = 63


class InvalidAddress(ValueError):
    """The text is no mail address."""


def normal_address(address: str) -> str:
    """The address in its normal form, for storing and comparing. Raises `InvalidAddress`."""
    return _validated(address).normalized


def wire_address(address: str) -> str:
    """The address with its domain in ASCII; its local part may be UTF-8. Raises `InvalidAddress`."""
    if _PLAIN.fullmatch(address) and max(map(len, address.partition("@")[2].split("."))) <= _LABEL_MAX:
        return address
    found = _validated(address)
    return f"{found.local_part}@{found.ascii_domain}"


@lru_cache(maxsize=1024)  # the site's own addresses stand in every mail
def _validated(address: str) -> ValidatedEmail:
    try:
        return validate_email(address.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise InvalidAddress(f"“{address[:254]}” is no mail address: {error}") from error
