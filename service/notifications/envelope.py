"""The sender on a mail's envelope, by which what comes back names its mail. It is signed: anybody may write to it."""

import hashlib
import hmac
import re

_SIGNATURE_BYTES = 8
_FORM = re.compile(r"\+mail-(\d{1,18})-([0-9a-f]{16})$")


def envelope_sender(address: str, mail_id: int, secret_key: str) -> str:
    """The site's address with the mail's number, and what only we can have written, after its local part."""
    local, _, host = address.rpartition("@")
    return f"{local}+mail-{mail_id}-{_signature(mail_id, secret_key)}@{host}"


def mail_of_envelope(address: str, secret_key: str) -> int | None:
    """The id of the mail that the sender names; None for an address that this instance has not made."""
    found = _FORM.search(address.strip().rpartition("@")[0].lower())
    if found is None or not hmac.compare_digest(found[2], _signature(int(found[1]), secret_key)):
        return None
    return int(found[1])


def _signature(mail_id: int, secret_key: str) -> str:
    whole = hmac.digest(secret_key.encode(), b"envelope\0%d" % mail_id, hashlib.sha256)
    return whole[:_SIGNATURE_BYTES].hex()
