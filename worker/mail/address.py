"""Mail addresses as they travel."""

from functools import lru_cache

from email_validator import EmailNotValidError, validate_email


class InvalidAddress(ValueError):
    """The text is no mail address."""


@lru_cache(maxsize=1024)  # the site's own addresses stand in every mail
def wire_address(address: str) -> str:
    """The address with its domain in ASCII; its local part may be UTF-8. Raises `InvalidAddress`."""
    try:
        # Whether mail reaches it is for the mail server to say: a site of one's own may be "localhost".
        valid = validate_email(
                address, check_deliverability=False, globally_deliverable=False, test_environment=True
            )
    except EmailNotValidError as error:
        raise InvalidAddress(f"{address[:254]!r} is no mail address: {error}") from error
    return f"{valid.local_part}@{valid.ascii_domain}"
