"""What mail servers send back, and what is made of it."""

import pytest

from service.notifications.envelope import envelope_sender, mail_of_envelope
from service.notifications.models import BounceKind
from service.notifications.reports import SIZE_MAX, NoReport, read_report
from tests.factories.reports import SENDER, complaint, delivery_report

KEY = "a secret of the tests alone"


@pytest.mark.parametrize(
    ("status", "action", "kind"),
    [
        ("5.1.1", "failed", BounceKind.HARD),
        ("5.1.10", "failed", BounceKind.HARD),
        ("5.2.1 (mailbox disabled)", "Failed", BounceKind.HARD),
        ("5.2.2", "failed", BounceKind.SOFT),  # the mailbox is full
        ("5.1.7", "failed", BounceKind.SOFT),  # our own address is at fault
        ("5.7.1", "failed", BounceKind.SOFT),  # not wanted: says nothing of the address
        ("4.4.7", "failed", BounceKind.SOFT),  # given up
        ("", "failed", BounceKind.SOFT),
        ("4.4.1", "delayed", None),
        ("2.0.0", "delivered", None),
    ],
)
def test_a_report_says_what_came_back(status: str, action: str, kind: BounceKind | None) -> None:
    report = read_report(delivery_report(status, action=action))
    assert report.kind is kind
    assert SENDER in report.senders
    assert report.reason.endswith("smtp; 550 user\\unknown"), "controls are no part of it"


def test_a_complaint_is_one_by_its_type() -> None:
    assert read_report(complaint()).kind is BounceKind.COMPLAINT
    assert SENDER in read_report(complaint()).senders
    assert read_report(complaint("not-spam")).kind is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\x00",
        b"Subject: Out of office\n\nI am away.",
        b"Content-Type: multipart/report\n\n",
        b'Content-Type: multipart/mixed; boundary="x"\n\n' + b"--x\n\n" * 10_000,
        b"Content-Type: message/rfc822\n\n" * 100,
    ],
)
def test_whatever_else_is_none(raw: bytes) -> None:
    with pytest.raises(NoReport):
        read_report(raw)


def test_a_report_without_end_is_cut() -> None:
    assert read_report(delivery_report("5.1.1") + b"x" * SIZE_MAX).kind is BounceKind.HARD


def test_an_envelope_names_its_mail_and_only_we_can_write_one() -> None:
    sender = envelope_sender("notifications@skills.test", 17, KEY)
    assert mail_of_envelope(sender, KEY) == 17
    assert mail_of_envelope(sender.upper(), KEY) == 17, "servers may change the case"
    for forged in (
        sender.replace("-17-", "-18-"),
        envelope_sender("notifications@skills.test", 17, "another secret"),
        "notifications@skills.test",
        "notifications+mail-17@skills.test",
        "+mail-9999999999999999999-0123456789abcdef@x",
        "@",
    ):
        assert mail_of_envelope(forged, KEY) is None
