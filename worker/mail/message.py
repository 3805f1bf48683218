"""From a letter, which is plain facts, to the bytes of a mail, ready for a transport.

No database, no settings, no clock: the same letter and sender always give the same bytes, so a mail that
is sent again is the same mail.
"""

from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Literal

from service.people.address import wire_address
from worker.mail import headers
from worker.mail.changes import FieldChange, Shown, show
from worker.mail.rendering import Rendered, render

SIZE_MAX = 100_000  # bytes; large mail readers cut a longer mail off
NAME_MAX = 100  # characters of a name in a header or a sentence
TITLE_MAX = 200

# How much of the texts a mail shows: the first room in which the whole mail stays below SIZE_MAX. In the last
# one every text does, however badly it encodes.
ROOMS = ((4_000, 40), (1_000, 20), (250, 8))  # characters of one text, changes

_ASCII = bytes(range(128))

Topic = Literal["skill", "proposal"]
Watched = Literal["skill", "group", "domain", "role", "proposal"]

# What a change means to the reader, as the subject of a mail about a skill says it.
IMPACTS = {
    "NECESSITY_FLIPPED": "necessity changed",
    "MY_LEVEL": "your level",
    "NEXT_LEVEL": "your next level",
    "OTHER_ROLE": "not your level",
    "COSMETIC": "wording only",
}


class Reason(StrEnum):
    """Why a person gets a mail, as its header says it."""

    WATCHING = "watching"
    AUTHOR = "author"
    REVIEWER = "reviewer"
    MENTION = "mention"
    COMMENT = "comment"
    REVIEW_REQUESTED = "review requested"
    DECIDED = "decided"
    DIGEST = "digest"


BECAUSE = {
    Reason.WATCHING: "you watch {subject}",
    Reason.AUTHOR: "you proposed this change",
    Reason.REVIEWER: "you reviewed this change",
    Reason.MENTION: "somebody mentioned you here",
    Reason.COMMENT: "you commented here",
    Reason.REVIEW_REQUESTED: "somebody asked you to review this change",
    Reason.DECIDED: "you decided on this proposal",
    Reason.DIGEST: "you asked for a digest of what you watch",
}


@dataclass(frozen=True, slots=True)
class Sender:
    """What all mails of one site have in common."""

    site_name: str
    address: str
    """The address in From; its domain also ends every Message-ID and List-Id."""
    base_url: str
    unsubscribe_address: str
    """Where a mail program that knows no one-click unsubscribe writes to."""
    tag: str = "Catalogue"
    """The word in the brackets of every subject and after the name in From."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One event, told to one person."""

    kind: str
    """The folder of its templates, one of `rendering.KINDS`."""
    event_id: int
    recipient_id: int
    """With the event, what the Message-ID is made of."""
    written_at: datetime
    """For the Date header; aware. The same again when the mail is sent again."""

    recipient_name: str
    recipient_address: str
    reason: Reason
    thread: Topic
    """Whose thread the mail belongs to; it also decides the form of the subject."""
    watched: Watched
    """What the unsubscribe link stops the mails about."""

    skill_id: int
    skill_name: str
    skill_url: str

    number: int | None
    title: str
    proposal_url: str | None
    """None with the number, where no proposal is behind what happened."""
    author_name: str
    """Who proposed the change."""
    actor_name: str
    """Who acted: proposed, accepted or declined it."""
    note: str
    """The actor's own words, why they propose or decline; may be empty."""
    changes: tuple[FieldChange, ...]

    unsubscribe_url: str
    """Its last segment is the token; a POST to it unsubscribes."""
    manage_url: str
    mute_url: str = ""
    """A page that mutes the mail's thread; empty where there is none."""
    watched_name: str = ""
    """Of a group, a domain or a role that is watched."""
    impact: str = ""
    """A key of `IMPACTS`; empty where the change means nothing special to the reader."""

    @property
    def subject_impact(self) -> str:
        """What the subject says of the impact; nothing in the thread of a proposal, where it stays the same."""
        return f" ({IMPACTS[self.impact]})" if self.impact and self.thread == "skill" else ""

    @property
    def re(self) -> str:
        """What stands before the subject of a mail that follows others of a proposal's thread."""
        return "" if self.thread == "skill" or self.kind == "proposal_created" else "Re: "


def compose(letter: Letter, sender: Sender) -> bytes:
    """The whole mail, with CRLF line ends and below `SIZE_MAX` bytes.

    Raises `UnknownKind`, `InvalidAddress`, and ValueError for a URL that is not http(s) or a date without
    a zone.
    """
    letter = tidy(letter)
    for text_max, changes_max in ROOMS:
        shown = show(letter.changes, letter.note, text_max=text_max, changes_max=changes_max)
        rendered = _render(letter, sender, shown)
        mail = assemble(head_of(letter, sender, rendered.subject), rendered)
        if len(mail) < SIZE_MAX:
            return mail
    raise ValueError(f"the addresses of the pages alone fill a mail of {SIZE_MAX} bytes")


def tidy(letter: Letter) -> Letter:
    """The letter with each name and title on one line, and URLs in ASCII: what headers and links can hold."""
    return replace(
        letter,
        recipient_name=headers.one_line(letter.recipient_name, NAME_MAX),
        skill_name=headers.one_line(letter.skill_name, NAME_MAX),
        author_name=headers.one_line(letter.author_name, NAME_MAX),
        actor_name=headers.one_line(letter.actor_name, NAME_MAX),
        title=headers.one_line(letter.title, TITLE_MAX),
        skill_url=headers.ascii_url(letter.skill_url),
        proposal_url=letter.proposal_url and headers.ascii_url(letter.proposal_url),
        unsubscribe_url=headers.ascii_url(letter.unsubscribe_url),
        manage_url=headers.ascii_url(letter.manage_url),
        mute_url=letter.mute_url and headers.ascii_url(letter.mute_url),
        watched_name=headers.one_line(letter.watched_name, NAME_MAX),
    )


def because(letter: Letter) -> str:
    """Why the reader gets the mail, as its footer says it."""
    named = {"skill": letter.skill_name, "proposal": f"{letter.title} (#{letter.number})"}
    return BECAUSE[letter.reason].format(subject=named.get(letter.watched, letter.watched_name))


def _render(letter: Letter, sender: Sender, shown: Shown) -> Rendered:
    return render(
        letter.kind,
        letter=letter,
        sender=sender,
        shown=shown,
        because=because(letter),
        mine=letter.reason is Reason.AUTHOR,
    )


def assemble(head: Mapping[str, str], rendered: Rendered) -> bytes:
    """The bytes of a mail with these headers, a `Message-ID` among them, in plain text and HTML."""
    # Derived, not drawn, so that the same letter gives the same bytes; "=_" can't stand in an encoded body.
    boundary = "=_" + blake2b(head["Message-ID"].encode(), digest_size=12).hexdigest()
    mime = {"MIME-Version": "1.0", "Content-Type": f'multipart/alternative; boundary="{boundary}"'}
    line = f"\r\n--{boundary}".encode()
    return b"".join(
        (
            headers.written(head),
            headers.written(mime),
            *(line, b"\r\n", _part("plain", rendered.text)),
            *(line, b"\r\n", _part("html", rendered.html)),
            *(line, b"--\r\n"),
        )
    )


def _part(subtype: str, text: str) -> bytes:
    """One of the two bodies with its own headers."""
    raw = "\n".join(text.splitlines()).encode() + b"\n"
    encoding = _encoding(raw)
    head = {
        "Content-Type": f'text/{subtype}; charset="utf-8"',
        "Content-Transfer-Encoding": encoding,
    }
    body = encodebytes(raw) if encoding == "base64" else b2a_qp(raw)
    return headers.written(head) + b"\r\n" + body.replace(b"\n", b"\r\n")


def head_of(letter: Letter, sender: Sender, subject: str) -> dict[str, str]:
    """The headers of the letter's mail."""
    host = host_of(sender)
    root = f"skill-{letter.skill_id}" if letter.thread == "skill" else f"proposal-{letter.number}"
    root_id = headers.message_id(root, host=host)
    from_name = f"{letter.actor_name or sender.site_name} ({sender.tag})"
    token = letter.unsubscribe_url.rpartition("/")[2]
    mailto = f"mailto:{wire_address(sender.unsubscribe_address)}?subject=unsubscribe%20{token}"
    return {
        "From": headers.mailbox(from_name, wire_address(sender.address)),
        "To": headers.mailbox(letter.recipient_name, wire_address(letter.recipient_address)),
        "Subject": headers.encoded(subject, "Subject"),
        "Date": date_of(letter.written_at),
        "Message-ID": headers.message_id(
            f"event-{letter.event_id}", f"person-{letter.recipient_id}", host=host
        ),
        "In-Reply-To": root_id,
        "References": root_id,
        "List-Id": headers.list_id(letter.skill_name, f"skill-{letter.skill_id}", host=host),
        "List-Archive": f"<{letter.skill_url}>",
        "List-Unsubscribe": f"<{letter.unsubscribe_url}>, <{mailto}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Precedence": "list",
        "X-Auto-Response-Suppress": "All",
        "X-Skill-Profile-Reason": letter.reason.value,
    }


def host_of(sender: Sender) -> str:
    """The end of every Message-ID and List-Id."""
    return wire_address(sender.address).rpartition("@")[2]


def date_of(moment: datetime) -> str:
    """The time as the Date header has it. ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError("written_at has no time zone: pass an aware datetime")
    return format_datetime(moment)


def _encoding(raw: bytes) -> str:
    """The shorter of the two: quoted-printable makes three of each foreign byte, base64 four of any three."""
    foreign = len(raw.translate(None, _ASCII))
    return "base64" if foreign * 5 > len(raw) else "quoted-printable"
