"""One mail to many people: what all of them get is written once, and what is each one's own is filled in.

A mail from a form is, byte by byte, the mail that the templates and `assemble` would give.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Self

from markupsafe import escape

from worker.mail import headers, mime
from worker.mail.letter import Letter
from worker.mail.rendering import Rendered

# Headers that are each reader's own.
OWN_HEADERS = ("To", "Message-ID", "List-Unsubscribe")


@dataclass(frozen=True, slots=True)
class Links:
    """What a reader may do about the mails, by URLs that are the reader's own. No `mute_url` where it is empty."""

    unsubscribe_url: str
    manage_url: str
    mute_url: str


def _slot(name: str) -> str:
    """A URL in whose place a link will stand. Nobody can guess it, and so nobody's words are taken for it."""
    return f"https://{secrets.token_hex(8)}.invalid/{name}"


_SLOTS = Links(_slot("unsubscribe"), _slot("manage"), _slot("mute"))
_ANY_SLOT = re.compile(
    "(" + "|".join(map(re.escape, (_SLOTS.unsubscribe_url, _SLOTS.manage_url, _SLOTS.mute_url))) + ")"
)


def shape_of(letter: Letter) -> Letter:
    """The letter without what is its reader's own: equal for all who hear of the event in the same way."""
    return replace(
        letter,
        recipient_id=0,
        recipient_name="",
        recipient_address="",
        unsubscribe_url=_SLOTS.unsubscribe_url,
        manage_url=_SLOTS.manage_url,
        mute_url=letter.mute_url and _SLOTS.mute_url,
    )


class Form:
    """A mail but for what is each reader's own."""

    def __init__(self, head: Mapping[str, str], rendered: Rendered) -> None:
        """Of a shape's headers, whose own ones may say anything, and its bodies. ValueError as `headers.written`."""
        self._head = _head(head)
        self._text = _Body("plain", rendered.text, str)
        self._html = _Body("html", rendered.html, escape)

    def filled(self, own: Mapping[str, str], links: Links) -> bytes:
        """The mail of one reader, with these `OWN_HEADERS`. ValueError as `headers.written`."""
        head = b"".join(
            headers.written({piece: own[piece]}) if isinstance(piece, str) else piece for piece in self._head
        )
        boundary = mime.boundary_of(own["Message-ID"])
        return mime.joined(head, boundary, self._text.filled(links), self._html.filled(links))


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines of a body, as they are and as they travel."""

    raw: bytes
    quoted: bytes
    foreign: int

    @classmethod
    def of(cls, lines: Sequence[str]) -> Self:
        raw = "".join(f"{line}\n" for line in lines).encode()
        return cls(raw, mime.in_quoted(raw), mime.foreign_in(raw))


class _Body:
    """One of the two bodies: runs of lines that are the same for all, and between them lines with links."""

    def __init__(self, subtype: mime.Subtype, text: str, quote: Callable[[str], str]) -> None:
        """Links stand in it as `quote` has them."""
        self._subtype = subtype
        self._quote = quote
        self._pieces: list[_Run | list[str]] = []
        # A line with links is split at them, so every second piece of it is one.
        for has_links, lines in groupby(text.splitlines() or [""], lambda line: bool(_ANY_SLOT.search(line))):
            if has_links:
                self._pieces += map(_ANY_SLOT.split, lines)
            else:
                self._pieces.append(_Run.of(list(lines)))

    def filled(self, links: Links) -> bytes:
        """The body with its own headers, as it travels."""
        of_slot = {
            _SLOTS.unsubscribe_url: self._quote(links.unsubscribe_url),
            _SLOTS.manage_url: self._quote(links.manage_url),
            _SLOTS.mute_url: self._quote(links.mute_url),
        }
        runs = [
            each if isinstance(each, _Run) else _Run.of(["".join(of_slot.get(word, word) for word in each)])
            for each in self._pieces
        ]
        size = sum(len(run.raw) for run in runs)
        encoding = mime.encoding_of(sum(run.foreign for run in runs), size)
        if encoding == "base64":
            body = mime.in_base64(b"".join(run.raw for run in runs))
        else:
            body = b"".join(run.quoted for run in runs)
        return mime.part_head(self._subtype, encoding) + body


def _head(head: Mapping[str, str]) -> list[bytes | str]:
    """The headers as they travel, and between them the names of those that are each reader's own."""
    pieces: list[bytes | str] = []
    for is_own, names in groupby(head, OWN_HEADERS.__contains__):
        if is_own:
            pieces += names
        else:
            pieces.append(headers.written({name: head[name] for name in names}))
    return pieces
