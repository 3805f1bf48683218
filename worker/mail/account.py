"""Mails about somebody's own account: plain, to one person, and no part of any list."""

from dataclasses import dataclass
from datetime import datetime

from service.people.address import wire_address
from worker.mail import headers
from worker.mail.letter import Sender
from worker.mail.message import date_of, host_of
from worker.mail.mime import assemble
from worker.mail.rendering import render


@dataclass(frozen=True, slots=True)
class AccountLetter:
    """One mail about an account. `link` and `code` are empty where it holds no link."""

    kind: str
    """The folder of its templates, one of `rendering.ACCOUNT_KINDS`."""
    mail_id: int
    address: str
    written_at: datetime
    link: str = ""
    code: str = ""
    minutes: int = 0
    browser: str = ""
    """How the browser that asked describes itself."""


def compose_account_mail(letter: AccountLetter, sender: Sender) -> bytes:
    """The whole mail. The same letter and sender give the same bytes.

    Raises `UnknownKind`, `InvalidAddress`, and ValueError for a date without a zone.
    """
    rendered = render(
        letter.kind, letter=letter, sender=sender, browser=headers.one_line(letter.browser, 200)
    )
    address = wire_address(sender.address)
    head = {
        "From": headers.mailbox(sender.site_name, address),
        "To": headers.mailbox("", wire_address(letter.address)),
        "Subject": headers.encoded(headers.one_line(rendered.subject, 200), "Subject"),
        "Date": date_of(letter.written_at),
        "Message-ID": headers.message_id(f"account-{letter.mail_id}", host=host_of(sender)),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    return assemble(head, rendered)
