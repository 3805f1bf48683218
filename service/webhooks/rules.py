"""What a webhook may be, when it is tried again, and how what it gets is signed. Pure."""

import hashlib
import hmac
import ipaddress
import re
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from service.activity.models import PublicEventKind
from service.errors import InvalidInput, NotAllowed, NotFound
from service.webhooks.models import URL_MAX

WEBHOOKS_MAX = 20
_SECRET_PREFIX = "whsec_"  # noqa: S105
_PRINTABLE = re.compile(r"[!-~]+")
# After each try that failed; with the last of them a delivery has failed. Three days in all.
_WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 60, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
# All that is sent to a webhook has failed for so long: it is turned off.
LASTING = timedelta(days=5)


class WebhookNotFound(NotFound):
    """There is no such webhook."""

    def __init__(self) -> None:
        super().__init__("There is no such webhook.", path=("webhookId",))


class DeliveryNotFound(NotFound):
    """There is no such delivery."""

    def __init__(self) -> None:
        super().__init__("There is no such delivery.", path=("deliveryId",))


class TooManyWebhooks(NotAllowed):
    """There are as many as may be."""

    code = "TOO_MANY_WEBHOOKS"

    def __init__(self) -> None:
        super().__init__(f"There are {WEBHOOKS_MAX} webhooks already: remove one first.")


class WebhookIsOff(NotAllowed):
    """Nothing is sent to it."""

    code = "WEBHOOK_IS_OFF"

    def __init__(self) -> None:
        super().__init__("The webhook is turned off: turn it on first.", path=("deliveryId",))


def ensure_url(url: str) -> None:
    """Raise InvalidInput for what is no address that may be sent to.

    Whether it leads into a network that must not be reached is seen when it is sent to: names change their meaning.
    """
    if not _PRINTABLE.fullmatch(url) or len(url) > URL_MAX:
        raise _no_url(f"An address has 1 to {URL_MAX} characters of ASCII, without blanks.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise _no_url("This is no address: write one such as https://hooks.example.org/skills.") from None
    if not host or parts.username is not None or parts.fragment:
        raise _no_url("An address has a host, and neither a name to sign in by nor a fragment.")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_ip(host)):
        raise _no_url("An address begins with https://; http:// only goes with an IP address.")


def clean_kinds(kinds: Sequence[PublicEventKind]) -> list[PublicEventKind]:
    """Each once, in the order of the contract."""
    return [kind for kind in PublicEventKind if kind in kinds]


def next_try(attempts: int, *, at: datetime) -> datetime | None:
    """When a delivery is tried again after so many tries that failed; None where it is not."""
    return at + _WAITS[attempts - 1] if attempts <= len(_WAITS) else None


def secret_of(secret_key: str, nonce: bytes) -> str:
    """The webhook's secret, made of random bits and SECRET_KEY: no table holds it."""
    return _SECRET_PREFIX + b64encode(_key(secret_key, nonce)).decode()


def type_of(kind: str) -> str:
    """The kind of event as webhooks name it: `proposal.accepted`."""
    noun, _, rest = kind.lower().partition("_")
    return f"{noun}.{rest}"


def signed_headers(
    body: bytes, *, message_id: str, at: datetime, secret_key: str, nonce: bytes
) -> dict[str, str]:
    """The headers of Standard Webhooks for a body that is sent now."""
    seconds = str(int(at.timestamp()))
    signature = sign(_key(secret_key, nonce), message_id, seconds, body)
    return {"webhook-id": message_id, "webhook-timestamp": seconds, "webhook-signature": signature}


def sign(key: bytes, message_id: str, seconds: str, body: bytes) -> str:
    """A signature of version 1: HMAC-SHA256 over id, timestamp and body."""
    text = b".".join([message_id.encode(), seconds.encode(), body])
    return "v1," + b64encode(hmac.digest(key, text, hashlib.sha256)).decode()


def _key(secret_key: str, nonce: bytes) -> bytes:
    return hmac.digest(secret_key.encode(), b"webhook\0" + nonce, hashlib.sha256)


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _no_url(message: str) -> InvalidInput:
    return InvalidInput(message, path=("url",))
