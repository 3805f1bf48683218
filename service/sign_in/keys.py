"""The secret and the code of a link: made of random bits and SECRET_KEY, so that the table alone gives neither away.

The worker, which writes the mail, makes both again from the same; nobody has to keep them.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

_NONCE_BYTES = 16
_SECRET_BYTES = 24
CODE_DIGITS = 8


def new_nonce() -> bytes:
    """128 random bits."""
    return secrets.token_bytes(_NONCE_BYTES)


def link_secret(secret_key: str, nonce: bytes) -> str:
    """The last part of the link's address."""
    return urlsafe_b64encode(_derived(secret_key, b"link", nonce)[:_SECRET_BYTES]).decode()


def code(secret_key: str, nonce: bytes) -> str:
    """The digits that another device types: 26 bits."""
    number = int.from_bytes(_derived(secret_key, b"code", nonce)) % 10**CODE_DIGITS
    return f"{number:0{CODE_DIGITS}}"


def is_code(secret_key: str, nonce: bytes, typed: str) -> bool:
    """Whether somebody typed the code, with spaces or without; takes as long whatever they typed."""
    digits = "".join(filter(str.isdecimal, typed))[: CODE_DIGITS + 1]
    return hmac.compare_digest(digits.encode(), code(secret_key, nonce).encode())


def _derived(secret_key: str, purpose: bytes, nonce: bytes) -> bytes:
    return hmac.digest(secret_key.encode(), b"sign-in " + purpose + b"\0" + nonce, hashlib.sha256)
