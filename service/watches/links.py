"""The tokens in a mail's links: each covers one thing that mail may do, for good, and signs nobody in."""

import hmac
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from itsdangerous.encoding import base64_encode

from service.watches.actions import Subject
from service.watches.models import SUBJECTS

_SALT = "unsubscribe"
_MUTE = "mute"
_DIGESTS = "digests"


@dataclass(frozen=True)
class Muting:
    """One person's silence about one subject."""

    person_id: int
    subject: Subject


def unsubscribe_token(secret_key: str, watch_id: int) -> str:
    """The token of a watch: the same each time, so that a mail sent again is the same mail."""
    return _signed(secret_key, _SALT, watch_id)


def watch_of_token(secret_key: str, token: str) -> int | None:
    """The id of the watch that the token covers; None for a token that this instance did not make."""
    watch_id = _read(secret_key, _SALT, token)
    return watch_id if isinstance(watch_id, int) else None


def mute_token(secret_key: str, muting: Muting) -> str:
    """The token that silences the subject of a thread for a person."""
    return _signed(secret_key, _MUTE, [muting.person_id, muting.subject.column, muting.subject.id])


def muting_of_token(secret_key: str, token: str) -> Muting | None:
    """What the token silences; None for a token that this instance did not make."""
    match _read(secret_key, _MUTE, token):
        case [int(person_id), str(column), int(key)] if column in SUBJECTS:
            return Muting(person_id, Subject(column, key))
    return None


def digests_token(secret_key: str, person_id: int) -> str:
    """The token that ends a person's digests."""
    return _signed(secret_key, _DIGESTS, person_id)


def person_of_token(secret_key: str, token: str) -> int | None:
    """Whose digests the token ends; None for a token that this instance did not make."""
    person_id = _read(secret_key, _DIGESTS, token)
    return person_id if isinstance(person_id, int) else None


def _signed(secret_key: str, salt: str, value: object) -> str:
    """As the serializer writes it, which makes the key anew for each token and tries to compress it: mails have two."""
    payload = base64_encode(json.dumps(value, separators=(",", ":")))
    signature = hmac.digest(_key(secret_key, salt), payload, "sha1")
    return (payload + b"." + base64_encode(signature)).decode()


def _read(secret_key: str, salt: str, token: str) -> Any:
    try:
        return _serializer(secret_key, salt).loads(token)
    except BadSignature:
        return None


@lru_cache(maxsize=16)
def _key(secret_key: str, salt: str) -> bytes:
    return _serializer(secret_key, salt).make_signer().derive_key()


def _serializer(secret_key: str, salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt=salt)
