"""One mail, from the letter to its bytes."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.notifications.rules import ToldChange
from service.people.address import InvalidAddress
from tests.worker.mail.letters import LETTER, NEW, OLD, SENDER, TO_AUTHOR, body, header_lines, parsed
from worker.mail import rendering
from worker.mail.letter import Reason
from worker.mail.message import SIZE_MAX, compose
from worker.mail.rendering import ACCOUNT_KINDS, GATHERED_KINDS, KINDS, UnknownKind

NEVER_ENCODED = (
    "List-Id",
    "List-Archive",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "References",
    "In-Reply-To",
    "Message-ID",
)
# Whatever people may type, and whatever they may not.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80) | st.sampled_from(
    [
        "\r\nBcc: all@example.org",
        "a\0b",
        "\u202egnp.exe",
        "=?utf-8?q?a=0D=0ABcc=3A_x?=",
        ".",
        "\n.\n",
        "From x",
        '"',
        "\\",
    ]
)


def test_the_head_of_a_mail_to_a_watcher() -> None:
    token = "t0k3n" * 20
    mailto = "mailto:unsubscribe@catalogue.example.org?subject=unsubscribe%20"
    assert header_lines(compose(LETTER, SENDER))[:-1] == [
        'From: "Rita Reviewer (Catalogue)" <notifications@catalogue.example.org>',
        "To: Wanda Watcher <wanda@example.org>",
        "Subject: [Catalogue] Progressive Delivery: Release Engineer, Senior changed",
        "Date: Tue, 17 Mar 2026 09:30:00 +0000",
        "Message-ID: <event-17.person-4@catalogue.example.org>",
        "In-Reply-To: <skill-12@catalogue.example.org>",
        "References: <skill-12@catalogue.example.org>",
        'List-Id: "Progressive Delivery" <skill-12.catalogue.example.org>',
        "List-Archive: <https://catalogue.example.org/skills/progressive-delivery>",
        f"List-Unsubscribe: <https://catalogue.example.org/u/{token}>, <{mailto}{token}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Auto-Submitted: auto-generated",
        "Precedence: list",
        "X-Auto-Response-Suppress: All",
        "X-Skill-Profile-Reason: watching",
        "MIME-Version: 1.0",
    ]


def test_a_mail_to_the_author_stands_in_the_thread_of_the_proposal() -> None:
    mail = parsed(compose(TO_AUTHOR, SENDER))

    assert mail["Subject"] == "Re: [Catalogue] Progressive Delivery: Say when a rollout stops (#42)"
    assert mail["In-Reply-To"] == mail["References"] == "<proposal-42@catalogue.example.org>"
    assert mail["List-Id"] == '"Progressive Delivery" <skill-12.catalogue.example.org>'
    assert mail["X-Skill-Profile-Reason"] == "author"


def test_the_text_is_complete_in_itself() -> None:
    assert (
        body(compose(replace(LETTER, note="Because it\nburned."), SENDER), "plain")
        == f"""\
Rita Reviewer accepted a proposal by Ada Author: Progressive Delivery has changed.

Say when a rollout stops (#42)

> Because it
> burned.

Release Engineer, Senior: description
- {OLD}
+ {NEW}

The proposal: https://catalogue.example.org/proposals/42
Progressive Delivery: https://catalogue.example.org/skills/progressive-delivery

--\x20
You get this mail because you watch Progressive Delivery.
Stop mails about this skill: {LETTER.unsubscribe_url}
Change how often: https://catalogue.example.org/settings/mail
Skill Profile: https://catalogue.example.org
"""
    )


def test_the_html_marks_each_word_that_went_and_came() -> None:
    html = body(compose(LETTER, SENDER), "html")

    assert (
        "Runs the rollout and <del>may</del> <ins>must</ins> stop it"
        "<ins> when the error budget burns</ins>.</p>" in html
    )
    assert "because you watch Progressive Delivery" in html
    for link in (LETTER.unsubscribe_url, LETTER.manage_url, LETTER.proposal_url, LETTER.skill_url):
        assert f'href="{link}"' in html


def test_a_rewritten_text_is_shown_old_then_new() -> None:
    change = ToldChange("", "necessity", "OPTIONAL", "MANDATORY")
    html = body(compose(replace(LETTER, changes=(change,)), SENDER), "html")
    assert '<p dir="auto"><del>OPTIONAL</del></p>\n<p dir="auto"><ins>MANDATORY</ins></p>' in html


def test_the_author_hears_why_a_proposal_was_declined() -> None:
    mail = compose(replace(TO_AUTHOR, kind="proposal_declined", note="We mean <may>."), SENDER)

    assert body(mail, "plain").startswith(
        "Rita Reviewer declined your proposal: Progressive Delivery stays as it is.\n"
    )
    assert "\n> We mean <may>.\n" in body(mail, "plain")
    assert '<blockquote dir="auto">We mean &lt;may&gt;.</blockquote>' in body(mail, "html")


def test_words_of_people_are_escaped_in_html() -> None:
    letter = replace(
        LETTER,
        title="<script>alert(1)</script>",
        skill_name='<img src="x">',
        changes=(ToldChange("<b>", "<i>", "<u>old</u>", "<u>new</u>"),),
    )
    html = body(compose(letter, SENDER), "html")
    for tag in ("<script", "<img", "<b>", "<i>", "<u>"):
        assert tag not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("kind", KINDS)
def test_no_mail_asks_for_anything_remote(kind: str) -> None:
    html = body(compose(replace(LETTER, kind=kind), SENDER), "html")
    for word in ("<img", "src=", "url(", "@import", "<link", "<script", "background="):
        assert word not in html


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reason", Reason)
def test_every_kind_knows_every_reason(kind: str, reason: Reason) -> None:
    mail = compose(replace(LETTER, kind=kind, reason=reason), SENDER)
    assert parsed(mail)["X-Skill-Profile-Reason"] == reason
    assert "\nYou get this mail because " in body(mail, "plain")


def test_every_folder_of_templates_is_a_kind() -> None:
    folder = Path(rendering.__file__).parent / "templates"
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == sorted(
        (*KINDS, *GATHERED_KINDS, *ACCOUNT_KINDS)
    )


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert compose(LETTER, SENDER) == compose(replace(LETTER), SENDER)


@pytest.mark.parametrize("address", ["a@b.example", f"a@{'long.' * 40}example.org"])
def test_a_message_id_is_the_events_and_the_recipients_own(address: str) -> None:
    sender = replace(SENDER, address=address)
    letters = [
        LETTER,
        replace(LETTER, event_id=18),
        replace(LETTER, recipient_id=5),
        replace(LETTER, number=43),
    ]
    ids = [parsed(compose(letter, sender))["Message-ID"] for letter in letters]

    assert len(set(ids)) == 3
    assert ids[3] == ids[0], "only the event and the recipient count"
    assert all(len(own_id) <= 76 for own_id in ids)


def test_long_values_are_neither_encoded_nor_folded() -> None:
    letter = replace(
        LETTER, skill_name="Überlieferung", unsubscribe_url="https://catalogue.example.org/u/" + "x" * 400
    )
    sender = replace(SENDER, address=f"a@{'long.' * 40}example.org")
    lines = header_lines(compose(letter, sender))

    for name in NEVER_ENCODED:
        (line,) = [line for line in lines if line.startswith(f"{name}: ")]
        assert line.isascii()
        assert "=?" not in line
        following = lines[lines.index(line) + 1]
        assert not following.startswith(" ")


def test_names_beyond_ascii_are_encoded_and_read_back() -> None:
    letter = replace(
        LETTER,
        recipient_name="Zoë, „die“ Müller",
        actor_name="山田 太郎",
        title="Größe 🎈",
        thread="proposal",
    )
    raw = compose(letter, SENDER)
    mail = parsed(raw)

    assert raw.partition(b"\r\n\r\n")[0].isascii()
    assert [(one.display_name, one.addr_spec) for one in mail["To"].addresses] == [
        ("Zoë, „die“ Müller", "wanda@example.org")
    ]
    assert mail["From"].addresses[0].display_name == "山田 太郎 (Catalogue)"
    assert mail["Subject"] == "Re: [Catalogue] Progressive Delivery: Größe 🎈 (#42)"


def test_an_encoded_word_in_a_title_stays_what_was_typed() -> None:
    letter = replace(TO_AUTHOR, title="=?utf-8?q?a=0D=0ABcc=3A_x?=")
    assert parsed(compose(letter, SENDER))["Subject"].endswith(": =?utf-8?q?a=0D=0ABcc=3A_x?= (#42)")


def test_an_address_beyond_ascii() -> None:
    mail = compose(replace(LETTER, recipient_address="zoë@bücher.example"), SENDER)
    assert "To: Wanda Watcher <zoë@xn--bcher-kva.example>" in header_lines(mail)


def test_without_an_actor_the_mail_is_from_the_site() -> None:
    mail = parsed(compose(replace(LETTER, actor_name=" "), SENDER))
    assert mail["From"].addresses[0].display_name == "Skill Profile (Catalogue)"


@settings(max_examples=60, deadline=None)
@given(
    names=st.tuples(*[ANY_TEXT] * 5),
    texts=st.lists(st.tuples(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT), max_size=3),
)
def test_no_text_of_anybody_leaves_its_place(names: tuple[str, ...], texts: list[tuple[str, ...]]) -> None:
    title, skill, actor, recipient, note = names
    letter = replace(
        TO_AUTHOR,
        title=title,
        skill_name=skill,
        actor_name=actor,
        recipient_name=recipient,
        note=note,
        changes=tuple(ToldChange(*words) for words in texts),
    )
    raw = compose(letter, SENDER)
    mail = parsed(raw)

    assert mail.keys() == parsed(compose(TO_AUTHOR, SENDER)).keys()
    assert [address.addr_spec for address in mail["To"].addresses] == ["ada@example.org"]
    assert [address.addr_spec for address in mail["From"].addresses] == [
        "notifications@catalogue.example.org"
    ]
    decoded = "".join(str(value) for value in mail.values())
    assert not set(decoded) & set("\r\n\0\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200e\u200f\u061c")
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert not any(defect for part in mail.walk() for defect in part.defects)


@pytest.mark.parametrize("texts", ["plain words ", "é", "🎈 ", "&", "\n", "= ", '"\n', "a "])
def test_every_mail_stays_small(texts: str) -> None:
    long = (texts * 10_000)[:10_000]
    letter = replace(
        LETTER,
        title=texts * 200,
        note=long,
        changes=tuple(ToldChange(f"{texts}{n}" * 100, "description", long, f"x{long}y") for n in range(100)),
    )
    mail = compose(letter, SENDER)

    assert len(mail) < SIZE_MAX
    for subtype in ("plain", "html"):
        assert "(shortened)" in body(mail, subtype)
        assert "This mail is shortened." in body(mail, subtype)
        assert " more changes." in body(mail, subtype)


@pytest.mark.parametrize(
    ("facts", "error", "says"),
    [
        (
            {"kind": "proposal_eaten"},
            UnknownKind,
            "no mail of kind 'proposal_eaten': choose from proposal_created",
        ),
        ({"recipient_address": "a\r\nBcc: b@example.org"}, InvalidAddress, "is no mail address"),
        ({"recipient_address": "a@example.org, b@example.org"}, InvalidAddress, "is no mail address"),
        ({"written_at": datetime(2026, 3, 17)}, ValueError, "no time zone"),  # noqa: DTZ001
        ({"skill_url": "javascript:alert(1)"}, ValueError, "not an http"),
        ({"unsubscribe_url": "https://example.org/" + "x" * 1000}, ValueError, "longer than 998"),
        ({"manage_url": "https://example.org/" + "x" * 100_000}, ValueError, "100000 bytes"),
    ],
)
def test_what_can_not_be_a_mail_is_refused(facts: dict[str, Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        compose(replace(LETTER, **facts), SENDER)
