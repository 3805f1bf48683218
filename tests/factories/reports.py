"""What a mail server sends back of a mail."""

SENDER = "notifications+mail-17-0123456789abcdef@skills.test"

_BOUNCE = """\
Return-Path: <>
To: <{sender}>
From: MAILER-DAEMON@mx.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you …
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; wanda@skills.test
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550
 user\\unknown

--b
Content-Type: text/rfc822-headers

To: <wanda@skills.test>
--b--
"""
_COMPLAINT = """\
From: feedback@mx.test
To: complaints@skills.test
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an email abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Test/1
Version: 1
Original-Mail-From: <{sender}>

--b
Content-Type: message/rfc822

To: wanda@skills.test

Text.
--b--
"""


def delivery_report(status: str, *, action: str = "failed", sender: str = SENDER) -> bytes:
    """A report of RFC 3464 on the mail of that envelope sender."""
    return _BOUNCE.format(status=status, action=action, sender=sender).encode()


def complaint(kind: str = "abuse", *, sender: str = SENDER) -> bytes:
    """A report of RFC 5965."""
    return _COMPLAINT.format(kind=kind, sender=sender).encode()
