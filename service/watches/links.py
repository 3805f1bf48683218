"""The token in a mail's unsubscribe link: it covers one watch, for good, and signs nobody in."""

from itsdangerous import BadSignature, URLSafeSerializer

_SALT = "unsubscribe"


def unsubscribe_token(secret_key: str, watch_id: int) -> str:
    """The token of a watch: the same each time, so that a mail sent again is the same mail."""
    return str(URLSafeSerializer(secret_key, salt=_SALT).dumps(watch_id))


def watch_of_token(secret_key: str, token: str) -> int | None:
    """The id of the watch that the token covers; None for a token that this instance did not make."""
    try:
        watch_id = URLSafeSerializer(secret_key, salt=_SALT).loads(token)
    except BadSignature:
        return None
    return watch_id if isinstance(watch_id, int) else None
