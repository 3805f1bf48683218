"""A raw mail, whatever its state, as what a page can show."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser

# The old policy never fails on a broken header; the new one does on some.
_POLICY = policy.compat32


@dataclass(frozen=True, slots=True)
class ReadMail:
    """One mail, decoded."""

    headers: tuple[tuple[str, str], ...]
    """In the order of the mail, decoded and unfolded."""
    text: str | None
    html: str | None
    raw: str
    """The bytes as text; what is not UTF-8 is replaced."""

    def header(self, name: str) -> str:
        """The first header of that name, given in small letters; empty when there is none."""
        return _first(self.headers, name)


def read(raw: bytes) -> ReadMail:
    """Decode a mail. Never fails: what can't be decoded is shown as it came, or with marks of replacement."""
    message = BytesParser(policy=_POLICY).parsebytes(raw)
    headers = tuple((name, _decoded(value)) for name, value in message.raw_items())
    return ReadMail(
        headers=headers,
        text=_part(message, "text/plain"),
        html=_part(message, "text/html"),
        raw=raw.decode(errors="replace"),
    )


def subject_of(raw: bytes) -> str:
    """The decoded subject alone; empty when there is none."""
    headers = BytesHeaderParser(policy=_POLICY).parsebytes(raw).raw_items()
    return _decoded(_first(headers, "subject"))


def _first(headers: Iterable[tuple[str, str]], name: str) -> str:
    return next((value for own_name, value in headers if own_name.lower() == name), "")


def _decoded(value: str) -> str:
    text = value.encode("ascii", "surrogateescape").decode(errors="replace")
    # An unknown charset, or words that only look encoded: shown as they came.
    with suppress(LookupError, ValueError, HeaderParseError):
        text = str(make_header(decode_header(text)))
    return " ".join(text.encode(errors="replace").decode().split())


def _part(message: Message, content_type: str) -> str | None:
    """The first part of that type, decoded."""
    for part in message.walk():
        if part.get_content_type() == content_type and part.get_content_disposition() != "attachment":
            content = part.get_payload(decode=True)
            return _text(content if isinstance(content, bytes) else b"", part.get_content_charset("utf-8"))
    return None


def _text(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset, errors="replace")
    except (LookupError, ValueError):  # no such charset, or no name of one
        return content.decode(errors="replace")
