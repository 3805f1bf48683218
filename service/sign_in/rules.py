"""What a link may be used for, by whom and until when; and where signing in may lead."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from service.errors import NotAllowed, RateLimited
from service.sign_in.models import LinkPurpose, SignInLink

LIFETIME = timedelta(minutes=10)
TRIES = 5
HOUR = timedelta(hours=1)
LINKS_PER_ADDRESS, LINKS_PER_NETWORK = 3, 20
HOME = "/"
_PATH_MAX = 2_000
# Printable ASCII without the backslash, which browsers read as a stroke.
_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
_INTENT = re.compile(r"[A-Za-z0-9:._-]{1,100}")


class LinkUnusable(NotAllowed):
    """The link is none, has been used, or is too old."""

    code = "LINK_UNUSABLE"

    def __init__(self) -> None:
        super().__init__("This link leads nowhere any more: ask for another one.")


class ForeignBrowser(NotAllowed):
    """Somebody opens a link that another browser asked for."""

    code = "FOREIGN_BROWSER"

    def __init__(self) -> None:
        super().__init__("Another browser asked for this link: open it there, or type its code there.")


class NoVerifiedAddress(NotAllowed):
    """A provider's account comes for the first time, without an address that the provider verified."""

    code = "NO_VERIFIED_ADDRESS"

    def __init__(self) -> None:
        super().__init__(
            "The provider has verified no mail address of yours: verify it there, or sign in by mail."
        )


def ensure_can_ask_again(asked: int, first_at: datetime | None) -> None:
    """Raise RateLimited where a person asked for so many links, the first at that time, within the last hour."""
    if first_at is not None and asked >= LINKS_PER_ADDRESS:
        raise RateLimited(
            "You have asked for several links already: look into your mail, or wait a while.",
            reset_at=first_at + HOUR,
        )


def ensure_open(link: SignInLink | None, *, at: datetime) -> SignInLink:
    """The link, where it can still be used. Raises LinkUnusable."""
    if link is None or link.used_at is not None or link.expires_at <= at or link.tries >= TRIES:
        raise LinkUnusable
    return link


def ensure_bound(link: SignInLink, *, browser_hash: bytes | None, person_id: int | None) -> None:
    """Raise ForeignBrowser where neither the browser nor the person is the one that asked."""
    if link.purpose is LinkPurpose.SIGN_IN:
        asked_here = browser_hash is not None and link.browser_hash == browser_hash
    else:
        asked_here = person_id is not None and link.person_id == person_id
    if not asked_here:
        raise ForeignBrowser


def local_path(wanted: str | None, intent: str | None = None) -> str:
    """The path of this site that somebody wants to come back to; the first page for anything else.

    `intent` names what they were about to do, for the page to go on with, and is added to the query.
    """
    path = wanted or HOME
    if len(path) > _PATH_MAX or not _PATH.fullmatch(path) or path.startswith("/sign-"):
        path = HOME
    if intent is None or not _INTENT.fullmatch(intent):
        return path
    parts = urlsplit(path)
    query = f"{parts.query}&intent={intent}" if parts.query else f"intent={intent}"
    return urlunsplit(("", "", parts.path, query, parts.fragment))
