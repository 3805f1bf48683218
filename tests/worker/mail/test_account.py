"""Mails about an account: to one person, part of no list, the same whenever they are written."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from tests.worker.mail.letters import SENDER
from worker.mail.account import AccountLetter, compose_account_mail
from worker.mail.rendering import ACCOUNT_KINDS

LETTER = AccountLetter(
    kind="sign_in",
    mail_id=7,
    address="ada@example.org",
    written_at=datetime(2026, 11, 25, 9, 30, tzinfo=UTC),
    link="https://catalogue.example.org/sign-in/s3cr3t",
    code="1234 5678",
    minutes=10,
    browser="Firefox",
)


@pytest.mark.parametrize("kind", ACCOUNT_KINDS)
def test_each_kind_is_written_the_same_twice_and_is_part_of_no_list(kind: str) -> None:
    letter = replace(LETTER, kind=kind)
    raw = compose_account_mail(letter, SENDER)
    assert raw == compose_account_mail(letter, SENDER)
    mail = message_from_bytes(raw, policy=policy.default)
    assert [name for name in mail if name.startswith("List-")] == []
    assert "Precedence" not in mail
    assert mail["To"].addresses[0].addr_spec == "ada@example.org"
    assert mail["Message-ID"] == "<account-7@catalogue.example.org>"
    for form in ("plain", "html"):
        body = mail.get_body((form,))
        assert body is not None
        text = body.get_content()
        assert SENDER.base_url in text
        assert (LETTER.code in text) is (kind == "sign_in")
        assert (LETTER.link in text) is (kind != "address_changed")


def test_a_browser_that_calls_itself_odd_things_stays_text() -> None:
    odd = "<script>alert(1)</script>\r\nBcc: all@example.org\u202e"
    raw = compose_account_mail(replace(LETTER, browser=odd), SENDER)
    mail = message_from_bytes(raw, policy=policy.default)
    assert "Bcc" not in mail
    body = mail.get_body(("html",))
    assert body is not None
    assert "<script>" not in body.get_content()
    assert "\u202e" not in body.get_content()
