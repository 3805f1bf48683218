"""From headers and two bodies to the bytes of a mail."""

from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from typing import Literal

from worker.mail import headers
from worker.mail.rendering import Rendered

Subtype = Literal["plain", "html"]
Encoding = Literal["base64", "quoted-printable"]
_ASCII = bytes(range(128))


def assemble(head: Mapping[str, str], rendered: Rendered) -> bytes:
    """The bytes of a mail with these headers, a `Message-ID` among them, in plain text and HTML."""
    return joined(
        headers.written(head),
        boundary_of(head["Message-ID"]),
        part("plain", raw(rendered.text)),
        part("html", raw(rendered.html)),
    )


def joined(head: bytes, boundary: bytes, text: bytes, html: bytes) -> bytes:
    """The whole mail, of its parts as they travel."""
    return (
        b'%bMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="%b"\r\n'
        b"\r\n--%b\r\n%b\r\n--%b\r\n%b\r\n--%b--\r\n"
    ) % (head, boundary, boundary, text, boundary, html, boundary)


def boundary_of(message_id: str) -> bytes:
    """What stands between the parts: derived, not drawn, so that the same letter gives the same bytes."""
    # "=_" can't stand in an encoded body.
    return b"=_" + blake2b(message_id.encode(), digest_size=12).hexdigest().encode()


def raw(text: str) -> bytes:
    """The text with plain line ends, one of them at its end."""
    return "\n".join(text.splitlines()).encode() + b"\n"


def part(subtype: Subtype, body: bytes) -> bytes:
    """One of the two bodies with its own headers."""
    encoding = encoding_of(foreign_in(body), len(body))
    return part_head(subtype, encoding) + (in_base64(body) if encoding == "base64" else in_quoted(body))


@cache
def part_head(subtype: Subtype, encoding: Encoding) -> bytes:
    """The headers of a body, and the empty line below them."""
    head = {"Content-Type": f'text/{subtype}; charset="utf-8"', "Content-Transfer-Encoding": encoding}
    return headers.written(head) + b"\r\n"


def foreign_in(body: bytes) -> int:
    """How many of the bytes are beyond ASCII."""
    return len(body.translate(None, _ASCII))


def encoding_of(foreign: int, size: int) -> Encoding:
    """The shorter of the two: quoted-printable makes three of each foreign byte, base64 four of any three."""
    return "base64" if foreign * 5 > size else "quoted-printable"


def in_base64(body: bytes) -> bytes:
    """The body in base64, as it travels."""
    return encodebytes(body).replace(b"\n", b"\r\n")


def in_quoted(body: bytes) -> bytes:
    """The body in quoted-printable, as it travels. Of whole lines: each is encoded by itself."""
    return b2a_qp(body).replace(b"\n", b"\r\n")
