"""Secrets that somebody is handed once, and what is kept of them."""

import hashlib
import secrets

# Recognisable, so that secret scanners find a token that was published by mistake.
TOKEN_PREFIX = "skp_"  # noqa: S105
_TOKEN_BYTES = 24
_SECRET_BYTES = 16


def new_token() -> str:
    """A bearer token with 192 random bits."""
    return TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)


def new_secret() -> str:
    """128 random bits as text, for a cookie."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def kept(secret: str) -> bytes:
    """What is stored of a secret. It has 128 random bits or more, so a fast hash without salt is enough."""
    return hashlib.sha256(secret.encode()).digest()
