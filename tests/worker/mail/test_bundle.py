"""Mails that tell several events."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.notifications.rules import ToldChange
from tests.worker.mail.letters import LETTER, SENDER, TO_AUTHOR, body, parsed
from worker.mail.bundle import Digest, Pace, compose_digest, compose_several
from worker.mail.letter import Letter


def letter(event_id: int, skill_id: int, name: str) -> Letter:
    return replace(
        LETTER,
        event_id=event_id,
        skill_id=skill_id,
        skill_name=name,
        skill_url=f"https://catalogue.example.org/skills/{skill_id}",
        number=event_id,
        title=f"Say {event_id}",
        unsubscribe_url="https://catalogue.example.org/d/t0k3n",
    )


def digest(
    *letters: tuple[str, Letter], pace: Pace = "Daily", locale: str = "en-GB", unread: int = 0
) -> Digest:
    return Digest(
        pace=pace,
        closed_at=datetime(2026, 3, 17, 23, 30, tzinfo=UTC),
        zone="Europe/Berlin",
        locale=locale,
        letters=letters,
        changes={12: (ToldChange("Release Engineer, Senior", "description", "a", "b"),)},
        unread=unread,
    )


def test_a_digest_goes_by_domain_skill_and_time() -> None:
    mail = compose_digest(
        digest(
            ("Delivery", letter(3, 12, "Progressive Delivery")),
            ("Delivery", letter(1, 12, "Progressive Delivery")),
            ("Delivery", letter(2, 7, "Deployment")),
            ("Care", letter(4, 9, "On Call")),
        ),
        SENDER,
    )
    lines = [line.strip() for line in body(mail, "plain").partition("\n-- \n")[0].split("\n") if line.strip()]
    assert lines == [
        "Daily digest of 18 Mar",
        "Care",
        "On Call",
        "https://catalogue.example.org/skills/9",
        "- Rita Reviewer accepted a proposal by Ada Author: On Call has changed. Say 4 (#4)",
        "Delivery",
        "Deployment",
        "https://catalogue.example.org/skills/7",
        "- Rita Reviewer accepted a proposal by Ada Author: Deployment has changed. Say 2 (#2)",
        "Progressive Delivery: Release Engineer, Senior changed",
        "https://catalogue.example.org/skills/12",
        "- Rita Reviewer accepted a proposal by Ada Author: Progressive Delivery has changed. Say 1 (#1)",
        "- Rita Reviewer accepted a proposal by Ada Author: Progressive Delivery has changed. Say 3 (#3)",
    ]
    assert parsed(mail)["Subject"] == "[Catalogue] Daily digest, 18 Mar: 3 skills"
    assert parsed(mail)["List-Id"] == '"Daily digest" <daily-digest.catalogue.example.org>'
    assert parsed(mail)["In-Reply-To"] is None


@pytest.mark.parametrize(
    ("pace", "locale", "subject"),
    [
        ("Weekly", "de", "[Catalogue] Weekly digest, 18. März: 1 skill"),
        ("Weekly", "en-US", "[Catalogue] Weekly digest, Mar 18: 1 skill"),
        ("Daily", "ja", "[Catalogue] Daily digest, 3月18日: 1 skill"),
    ],
)
def test_the_day_is_written_as_its_reader_does(pace: Pace, locale: str, subject: str) -> None:
    mail = compose_digest(digest(("Care", letter(1, 9, "On Call")), pace=pace, locale=locale), SENDER)
    assert parsed(mail)["Subject"] == subject


def test_a_digest_ends_somewhere() -> None:
    many = [("Care", letter(number, 9, "On Call")) for number in range(8)]
    skills = [("Delivery", letter(100 + number, 100 + number, f"Skill {number:02}")) for number in range(40)]
    mail = compose_digest(digest(*many, *skills, unread=500), SENDER)
    for subtype in ("plain", "html"):
        text = body(mail, subtype)
        assert "And 3 more." in text, "of the first skill"
        assert "Skill 28" in text
        assert "Skill 29" not in text
        assert "And 511 more." in text, "eleven skills, and what was not read at all"


def test_several_events_are_one_mail_in_the_thread_with_what_is_left_of_them() -> None:
    first, second = (
        replace(
            TO_AUTHOR,
            event_id=number,
            kind="comment_written",
            note=f"Word {number}.",
            written_at=datetime(2026, 3, 17, 9, number, tzinfo=UTC),
        )
        for number in (1, 2)
    )
    for recipient in (4, 5):
        reader = replace(first, recipient_id=recipient, recipient_address=f"p{recipient}@example.org")
        mail = parsed(raw := compose_several([reader, second], (), SENDER))
        assert mail["Message-ID"] == f"<event-1.person-{recipient}@catalogue.example.org>"
        assert mail["To"].addresses[0].addr_spec == f"p{recipient}@example.org"
        assert mail["Date"].endswith(" 09:02:00 +0000")
        assert mail["References"] == "<proposal-42@catalogue.example.org>"
        assert body(raw, "plain").index("> Word 1.") < body(raw, "plain").index("> Word 2.")
        assert f"Stop mails about this proposal: {first.unsubscribe_url}\n" in body(raw, "plain")
