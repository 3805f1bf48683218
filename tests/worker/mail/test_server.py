"""What `MAIL_URL` says."""

import pytest

from worker.mail.server import MailServer


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", MailServer("mail.example.org", 25, None, None, False, False)),
        ("smtp://mail.example.org?starttls=1", MailServer("mail.example.org", 587, None, None, False, True)),
        ("smtp://127.0.0.1:1025/?starttls=0", MailServer("127.0.0.1", 1025, None, None, False, False)),
        ("smtps://us:pass@mail.example.org", MailServer("mail.example.org", 465, "us", "pass", True, False)),
        ("smtp://us:p%40ss@[::1]:2525", MailServer("::1", 2525, "us", "p@ss", False, False)),
    ],
)
def test_a_url_is_understood(url: str, expected: MailServer) -> None:
    assert MailServer.parse(url) == expected


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "not understood"),
        ("mail.example.org", "not understood"),
        ("http://mail.example.org", "not understood"),
        ("smtp://", "not understood"),
        ("smtp://mail.example.org/inbox", "not understood"),
        ("smtp://us:s3cret", "is no URL"),
        ("smtp://us:s3cret@mail.example.org:port", "is no URL"),
        ("smtp://us:s3cret@[mail", "is no URL"),
        ("smtp://us:s3cret@mail.example.org", "unencrypted"),
        ("smtps://us@mail.example.org", "not both"),
        ("smtps://:s3cret@mail.example.org", "not both"),
        ("smtps://mail.example.org?starttls=1", "one option"),
        ("smtp://mail.example.org?starttls=yes", "one option"),
        ("smtp://mail.example.org?tls=1", "one option"),
    ],
)
def test_a_url_that_is_not_says_what_to_write_and_no_secret(url: str, says: str) -> None:
    with pytest.raises(ValueError, match=f"MAIL_URL .*{says}.*: write smtp://user:secret@host:587") as caught:
        MailServer.parse(url)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None
