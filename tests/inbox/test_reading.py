"""Mails of every state, decoded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.inbox.reading import read, subject_of


def test_both_bodies_and_the_headers() -> None:
    mail = read(
        b"From: =?utf-8?q?Zo=C3=AB?= <z@example.org>\r\nSubject: one\r\n two\r\n"
        b"Content-Type: multipart/alternative; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\ngr\xf6\xdfer\r\n"
        b"--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+w6k8L2I+\r\n"
        b"--x--\r\n"
    )
    assert (mail.text, mail.html) == ("größer", "<b>é</b>")
    assert mail.header("from") == "Zoë <z@example.org>"
    assert mail.header("subject") == "one two"
    assert mail.header("date") == ""
    assert [name for name, _ in mail.headers] == ["From", "Subject", "Content-Type"]


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"", ""),
        (b"no header at all", ""),
        (b"Subject: =?utf-8?b?broken?=\r\n\r\n", "=?utf-8?b?broken?="),
        (b"Subject: =?no-such-charset?q?x?=\r\n\r\n", "=?no-such-charset?q?x?="),
        ("Subject: größer\r\n\r\n".encode(), "größer"),
        (b"Subject: \xff\r\n\r\n", "\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_a_subject_in_any_state(raw: bytes, subject: str) -> None:
    assert subject_of(raw) == read(raw).header("subject") == subject


@pytest.mark.parametrize("charset", [b"no-such", b"utf-8\0", b'"', b"idna"])
def test_a_body_in_an_unknown_charset(charset: bytes) -> None:
    assert read(b"Content-Type: text/plain; charset=" + charset + b"\r\n\r\nwords").text == "words"


PIECES = st.sampled_from(
    [
        b"Subject: ",
        b"Content-Type: multipart/mixed; boundary=x",
        b"Content-Type: text/html; charset=",
        b"Content-Transfer-Encoding: base64",
        *[b"=?utf-8?q?", b"?=", b"*0*=", b'"', b"\xff", b"\0"],
        *[b"\r\n", b"\r\n\r\n", b"--x", b"--x--"],
    ]
)


@given(st.lists(PIECES | st.binary(max_size=8), max_size=20).map(b"".join))
def test_no_mail_is_too_broken_to_be_read(raw: bytes) -> None:
    mail = read(raw)
    assert mail.header("subject") == subject_of(raw)
    "".join([mail.text or "", mail.html or "", mail.raw, *(value for _, value in mail.headers)]).encode()
