"""From a letter, which is plain facts, to the bytes of a mail, ready for a transport.

No database, no settings, no clock: the same letter and sender always give the same bytes, so a mail that
is sent again is the same mail.
"""

from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from service.people.address import wire_address
from worker.mail import headers
from worker.mail.changes import Shown, show
from worker.mail.forms import OWN_HEADERS, Form, Links, shape_of
from worker.mail.letter import NAME_MAX, Letter, Reason, Sender, because, tidy
from worker.mail.rendering import Rendered, render

SIZE_MAX = 100_000  # bytes; large mail readers cut a longer mail off

# How much of the texts a mail shows: the first room in which the whole mail stays below SIZE_MAX. In the last
# one every text does, however badly it encodes.
Room = tuple[int, int]  # characters of one text, changes
ROOMS: tuple[Room, ...] = ((4_000, 40), (1_000, 20), (250, 8))
# One event goes to many people, for few reasons.
FORMS_KEPT = 64


def compose(letter: Letter, sender: Sender) -> bytes:
    """The whole mail, with CRLF line ends and below `SIZE_MAX` bytes.

    Raises `UnknownKind`, `InvalidAddress`, and ValueError for a URL that is not http(s) or a date without
    a zone.
    """
    shape = shape_of(letter)
    return fill(letter, sender, lambda room: _form(shape, sender, room))


def fill(letter: Letter, sender: Sender, form_of: Callable[[Room], Form]) -> bytes:
    """The mail of the letter's reader, from the first form that leaves it small enough. Raises as `compose` does."""
    links = _links(letter)
    own = own_headers(letter, sender)
    for room in ROOMS:
        mail = form_of(room).filled(own, links)
        if len(mail) < SIZE_MAX:
            return mail
    raise ValueError(f"the addresses of the pages alone fill a mail of {SIZE_MAX} bytes")


@lru_cache(maxsize=FORMS_KEPT)
def _form(shape: Letter, sender: Sender, room: Room) -> Form:
    letter = tidy(shape)
    shown = show(letter.changes, letter.note, text_max=room[0], changes_max=room[1])
    rendered = _render(letter, sender, shown)
    return Form(head_of(letter, sender, rendered.subject), rendered)


def _render(letter: Letter, sender: Sender, shown: Shown) -> Rendered:
    return render(
        letter.kind,
        letter=letter,
        sender=sender,
        shown=shown,
        because=because(letter),
        mine=letter.reason is Reason.AUTHOR,
    )


def _links(letter: Letter) -> Links:
    return Links(
        unsubscribe_url=headers.ascii_url(letter.unsubscribe_url),
        manage_url=headers.ascii_url(letter.manage_url),
        mute_url=letter.mute_url and headers.ascii_url(letter.mute_url),
    )


def head_of(letter: Letter, sender: Sender, subject: str) -> dict[str, str]:
    """The headers of the letter's mail; those of a shape say nothing where they are each reader's own."""
    host = host_of(sender)
    root = f"skill-{letter.skill_id}" if letter.thread == "skill" else f"proposal-{letter.number}"
    root_id = headers.message_id(root, host=host)
    from_name = f"{letter.actor_name or sender.site_name} ({sender.tag})"
    own = own_headers(letter, sender) if letter.recipient_address else dict.fromkeys(OWN_HEADERS, "")
    return {
        "From": headers.mailbox(from_name, wire_address(sender.address)),
        "To": own["To"],
        "Subject": headers.encoded(subject, "Subject"),
        "Date": date_of(letter.written_at),
        "Message-ID": own["Message-ID"],
        "In-Reply-To": root_id,
        "References": root_id,
        "List-Id": headers.list_id(letter.skill_name, f"skill-{letter.skill_id}", host=host),
        "List-Archive": f"<{letter.skill_url}>",
        "List-Unsubscribe": own["List-Unsubscribe"],
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Precedence": "list",
        "X-Auto-Response-Suppress": "All",
        "X-Skill-Profile-Reason": letter.reason.value,
    }


def own_headers(letter: Letter, sender: Sender) -> dict[str, str]:
    """The `OWN_HEADERS`."""
    url = headers.ascii_url(letter.unsubscribe_url)
    token = url.rpartition("/")[2]
    mailto = f"mailto:{wire_address(sender.unsubscribe_address)}?subject=unsubscribe%20{token}"
    name = headers.one_line(letter.recipient_name, NAME_MAX)
    parts = (f"event-{letter.event_id}", f"person-{letter.recipient_id}")
    return {
        "To": headers.mailbox(name, wire_address(letter.recipient_address)),
        "Message-ID": headers.message_id(*parts, host=host_of(sender)),
        "List-Unsubscribe": f"<{url}>, <{mailto}>",
    }


def host_of(sender: Sender) -> str:
    """The end of every Message-ID and List-Id."""
    return wire_address(sender.address).rpartition("@")[2]


def date_of(moment: datetime) -> str:
    """The time as the Date header has it. ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError("written_at has no time zone: pass an aware datetime")
    return format_datetime(moment)
