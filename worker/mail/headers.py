"""Header fields: made safe, encoded where they may be, and written exactly as they stand."""

import re
from collections.abc import Mapping
from email.header import Header
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import quote, urlsplit

ID_MAX = 76  # characters of a message id, with its brackets
LINE_MAX = 998  # RFC 5322

# Controls (CR, LF, NUL …), separators of lines, marks that turn the direction of writing, lone surrogates.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+"
)
# As our own pages' are.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9/._~-]*)?")
_ATEXT = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


def written(head: Mapping[str, str]) -> bytes:
    """The fields exactly as they stand. Raises ValueError for one that cannot be written.

    Python's mail library would fold a long `List-Unsubscribe`, `References` or `In-Reply-To` as `=?utf-8?q?…`, which
    breaks one-click unsubscribe and threads, and decode encoded words that somebody wrote into a title.
    """
    return "".join(f"{name}: {_checked(name, value)}\r\n" for name, value in head.items()).encode()


def _checked(name: str, value: str) -> str:
    """The value, when each of its lines can be written; the last guard, behind `one_line`."""
    for line in value.split("\r\n "):
        if _UNPRINTABLE.search(line):
            raise ValueError(f"the {name} header holds a control character: {value[:100]!r}")
        if len(line.encode()) + len(name) + 2 > LINE_MAX:
            raise ValueError(f"the {name} header is longer than {LINE_MAX} bytes: {value[:100]!r}…")
    return value


def one_line(text: str, limit: int) -> str:
    """The text on one line of at most `limit` characters, without controls and marks of direction."""
    line = " ".join(_UNPRINTABLE.sub(" ", text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


@lru_cache(maxsize=256)  # one subject, and one name in From, goes to many people
def encoded(text: str, header: str) -> str:
    """The text of one line as a header's value: as it is, or in RFC 2047's words; folded."""
    # What looks like an encoded word is encoded too, or the reader's program would decode what it hides.
    plain = text.isascii() and "=?" not in text
    return Header(text, "us-ascii" if plain else "utf-8", header_name=header).encode(linesep="\r\n")


def mailbox(name: str, address: str) -> str:
    """`Name <address>` with the name quoted or encoded as it needs."""
    if not name:
        return f"<{address}>"
    if not name.isascii() or "=?" in name:
        return f"{encoded(name, 'From')} <{address}>"
    return f"{name if _ATEXT.fullmatch(name) else _quoted(name)} <{address}>"


def message_id(*parts: str, host: str) -> str:
    """`<parts@host>` of at most 76 characters; a long one is replaced by its hash, equal for equal parts."""
    readable = f"<{'.'.join(parts)}@{host}>"
    if len(readable) <= ID_MAX:
        return readable
    digest = blake2b(readable.encode(), digest_size=16).hexdigest()
    # The host of an id need not resolve: its end is enough.
    return f"<{digest}@{host[-(ID_MAX - len(digest) - 3) :].lstrip('-.')}>"


def list_id(name: str, list_name: str, *, host: str) -> str:
    """`"Name" <list_name.host>`; a name that is not ASCII is left out, since this header is never encoded."""
    phrase = f"{_quoted(name)} " if name.isascii() and "=?" not in name else ""
    return f"{phrase}<{list_name}.{host}>"


def ascii_url(url: str) -> str:
    """The URL percent-encoded, so that it can stand between `<` and `>`. ValueError if not http(s)."""
    if _PLAIN_URL.fullmatch(url):
        return url
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not parts.netloc.isascii():
        raise ValueError(f"not an http(s) URL with an ASCII host: {url[:200]!r}")
    return quote(url, safe="/:?#[]@!$&'()*+,;=%~-._")


def _quoted(text: str) -> str:
    return '"' + re.sub(r'([\\"])', r"\\\1", text) + '"'
