"""What comes back of mails: delivery reports (RFC 3464) and complaints (RFC 5965), as mail servers send them. Pure.

Whoever knows an address of ours may write one, so nothing of it is believed but for a mail that its signed envelope
sender names.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from itertools import islice

from service.notifications.models import BounceKind

SIZE_MAX = 1_000_000  # bytes
_REASON_MAX = 300  # characters
_PARTS_MAX = 50
# What is wrong with the mailbox for good: there is none, or nobody may write to it any more. All else that is refused
# for good (full, too large, not wanted) says something of the mail or the moment.
_OF_THE_ADDRESS = re.compile(r"5\.(1\.(?!7)\d+|2\.1)")
_ADDRESS = re.compile(r"[^\s<>,;\"]+@[^\s<>,;\"]+")
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
# To whom the report itself came, and who the mail's sender was.
_SENDERS = ("Delivered-To", "X-Original-To", "To", "Original-Mail-From", "Return-Path")


class NoReport(Exception):
    """Not a delivery report, nor a complaint; says what it is instead."""


@dataclass(frozen=True)
class Report:
    """What came back. `kind` is None where nothing has yet: a server only says that it still tries."""

    kind: BounceKind | None
    reason: str
    senders: tuple[str, ...]
    """Addresses of which one may be the envelope sender of the mail."""


def read_report(raw: bytes) -> Report:
    """Read a report.

    Raises:
        NoReport: the mail is none.
    """
    parts = list(islice(message_from_bytes(raw[:SIZE_MAX]).walk(), _PARTS_MAX))
    kinds = {part.get_content_type(): _fields(part) for part in parts}
    senders = tuple(_senders(parts))
    if (complaint := kinds.get("message/feedback-report")) is not None:
        is_complaint = complaint.get("feedback-type", "").lower() == "abuse"
        kind = BounceKind.COMPLAINT if is_complaint else None
        return Report(kind, _reason("its reader calls the mail spam"), senders)
    if (bounce := kinds.get("message/delivery-status")) is not None:
        status = status_in(bounce.get("status", "")) or ""
        is_over = bounce.get("action", "").lower() == "failed"
        reason = _reason(f"{status} {bounce.get('diagnostic-code', '')}")
        return Report(kind_of_status(status) if is_over else None, reason, senders)
    raise NoReport(f"this is {parts[0].get_content_type()}, not a delivery report or a complaint")


def kind_of_status(status: str) -> BounceKind:
    """What a refusal says of the address, by its status code of RFC 3463."""
    return BounceKind.HARD if _OF_THE_ADDRESS.fullmatch(status) else BounceKind.SOFT


def status_in(text: str) -> str | None:
    """The status code that a mail server's words hold."""
    found = _STATUS.search(text)
    return None if found is None else found[0]


def _fields(part: Message) -> dict[str, str]:
    """The fields of all the part's blocks, by their names in small letters. Each mail has one recipient."""
    blocks = part.get_payload() if part.get_content_maintype() == "message" else []
    return {
        name.lower(): " ".join(str(value).split())
        for block in blocks
        if isinstance(block, Message)
        for name, value in block.items()
    }


def _senders(parts: Sequence[Message]) -> Iterator[str]:
    for part in parts:
        for name in _SENDERS:
            for value in part.get_all(name, []):
                yield from _ADDRESS.findall(str(value))


def _reason(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:_REASON_MAX]
