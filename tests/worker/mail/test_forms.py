"""Forms give, byte by byte, the mails that templates give."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.notifications.rules import ToldChange
from tests.worker.mail.letters import LETTER, SENDER, TO_AUTHOR, body, parsed
from worker.mail.changes import show
from worker.mail.letter import Letter, Reason, because, tidy
from worker.mail.message import ROOMS, compose, head_of
from worker.mail.mime import assemble
from worker.mail.rendering import render

URLS = st.sampled_from(
    [
        "https://a.test/u/t0k3n",
        "http://a.test/u/it's?a=b&c=d",
        "https://a.test/u/" + "x" * 300,
        "https://a.test/ü",
    ]
)
WORDS = st.text(max_size=60) | st.sampled_from(
    ["größer 🎈 " * 20, "山" * 70, ".", "= ", "a\r\n\r\n.\n", "https://x.invalid/u"]
)
# Of a place and of a field, as the rules of the catalogue let them be.
NAMES = st.text("aü <&", max_size=60)


def from_templates(letter: Letter) -> bytes:
    """The mail, rendered for this reader alone."""
    letter = tidy(letter)
    shown = show(letter.changes, letter.note, text_max=ROOMS[0][0], changes_max=ROOMS[0][1])
    rendered = render(
        letter.kind,
        letter=letter,
        sender=SENDER,
        shown=shown,
        because=because(letter),
        mine=letter.reason is Reason.AUTHOR,
    )
    return assemble(head_of(letter, SENDER, rendered.subject), rendered)


@settings(max_examples=150, deadline=None)
@given(
    of=st.sampled_from([LETTER, TO_AUTHOR]),
    names=st.tuples(*[WORDS] * 4),
    urls=st.tuples(URLS, URLS, URLS | st.just("")),
    texts=st.lists(st.tuples(NAMES, NAMES, WORDS, WORDS), max_size=3),
    person=st.integers(1, 10**15),
)
def test_a_mail_from_a_form_is_the_mail_from_the_templates(
    of: Letter,
    names: tuple[str, ...],
    urls: tuple[str, ...],
    texts: list[tuple[str, ...]],
    person: int,
) -> None:
    letter = replace(
        of,
        title=names[0],
        skill_name=names[1],
        recipient_name=names[2],
        note=names[3],
        recipient_id=person,
        unsubscribe_url=urls[0],
        manage_url=urls[1],
        mute_url=urls[2],
        changes=tuple(ToldChange(*words) for words in texts),
    )
    assert compose(letter, SENDER) == from_templates(letter)


@pytest.mark.parametrize("change", ["plain words", "größer 🎈 " * 200])
def test_each_reader_gets_what_is_their_own(change: str) -> None:
    shared = replace(LETTER, changes=(ToldChange("", "summary", None, change),))
    readers = [
        replace(
            shared,
            recipient_id=number,
            recipient_name=name,
            recipient_address=f"{number}@example.org",
            unsubscribe_url=f"https://a.test/u/{number}?a=1&b='",
            manage_url=f"https://a.test/w/{number}",
            mute_url=f"https://a.test/m/{number}",
        )
        for number, name in ((1, "Ada"), (2, "Zoë, „die“ Müller"), (33, ""))
    ]
    for reader in readers:
        mail = parsed(compose(reader, SENDER))
        (to,) = mail["To"].addresses
        assert (to.display_name, to.addr_spec) == (reader.recipient_name, reader.recipient_address)
        assert mail["Message-ID"] == f"<event-17.person-{reader.recipient_id}@catalogue.example.org>"
        assert mail["List-Unsubscribe"].startswith(f"<{reader.unsubscribe_url}>, <mailto:")
        text, html = (body(compose(reader, SENDER), subtype) for subtype in ("plain", "html"))
        quoted = reader.unsubscribe_url.replace("&", "&amp;").replace("'", "&#39;")
        assert f'<a href="{quoted}">Stop mails about this skill</a>' in html
        assert f'<a href="{reader.mute_url}">Mute this thread</a>' in html
        assert f"Stop mails about this skill: {reader.unsubscribe_url}\n" in text
        assert f"Change how often: {reader.manage_url}\nMute this thread: {reader.mute_url}\n" in text
        assert ".invalid" not in text + html + str(mail)
        others = {each.recipient_address for each in readers} - {reader.recipient_address}
        assert not any(address in text + html + str(mail) for address in others)
