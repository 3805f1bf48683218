"""Header fields on their own."""

import unicodedata
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.mail.headers import ascii_url, encoded, mailbox, message_id, one_line, written

LINES = st.text(st.characters(exclude_categories=()), max_size=200).map(lambda text: one_line(text, 100))


def _sent(name: str, value: str) -> EmailMessage:
    received = message_from_bytes(written({name: value}) + b"\r\n", policy=policy.default)
    assert isinstance(received, EmailMessage)
    return received


@given(st.text(st.characters(exclude_categories=())), st.integers(1, 50))
def test_one_line_is_one_clean_line(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line == line.strip()
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in line)
    assert not any(unicodedata.bidirectional(character) in {"LRO", "RLO", "LRE", "RLI"} for character in line)
    assert one_line(line, limit) == line


def test_one_line_keeps_what_is_no_control() -> None:
    assert one_line("  Zoë 山田\t🏳️‍🌈 \r\n ok ", 50) == "Zoë 山田 🏳️‍🌈 ok"


@given(LINES)
def test_a_subject_reads_back(text: str) -> None:
    assert _sent("Subject", encoded(text, "Subject"))["Subject"] == text


@given(LINES)
def test_a_name_reads_back(name: str) -> None:
    (header,) = (value for _, value in _sent("To", mailbox(name, "a@example.org")).raw_items())
    phrase, address = parseaddr(header.replace("\r\n", ""))
    # Not by the structured parser: Python 3.11's puts a blank between two encoded words of a name.
    assert (str(make_header(decode_header(phrase))), address) == (name, "a@example.org")


@given(st.text(st.characters(exclude_categories=()), max_size=120))
def test_a_line_end_never_gets_into_a_header(text: str) -> None:
    try:
        head = written({"X-Any": text})
    except ValueError:
        return
    assert head.count(b"\r\n") == 1 + text.count("\r\n ")


@pytest.mark.parametrize(
    "value", ["a\r\nBcc: b", "a\nb", "a\rb", "a\0b", "a\u202eb", "a\r\n\r\nb", "x" * 1000]
)
def test_a_header_that_can_not_be_written_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="the X-Any header"):
        written({"X-Any": value})


@given(
    st.lists(st.from_regex(r"[a-z]+-[0-9]{1,40}", fullmatch=True), min_size=1, max_size=3),
    st.lists(st.sampled_from(["a", "bc", "d-e", "long-label"]), min_size=1, max_size=30).map(".".join),
)
def test_a_message_id_is_short_and_well_formed(parts: list[str], whole_host: str) -> None:
    own_id = message_id(*parts, host=whole_host)
    local, _, host = own_id.strip("<>").partition("@")
    assert len(own_id) <= 76
    assert own_id == f"<{local}@{host}>"
    assert all(local.split("."))
    assert all(label.strip("-") == label != "" for label in host.split("."))


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://example.org/skills/größe", "https://example.org/skills/gr%C3%B6%C3%9Fe"),
        ("https://example.org/a%20b?c=d&e#f", "https://example.org/a%20b?c=d&e#f"),
        ("http://127.0.0.1:8000/u/a>\r\n,<b", "http://127.0.0.1:8000/u/a%3E%0D%0A,%3Cb"),
    ],
)
def test_a_url_is_written_in_ascii(url: str, written: str) -> None:
    assert ascii_url(url) == written


@pytest.mark.parametrize(
    "url", ["", "/skills", "javascript:alert(1)", "https:///x", "https://größe.example/"]
)
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not an http"):
        ascii_url(url)
