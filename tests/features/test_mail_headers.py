"""The headers of a notification, as mail programs read them."""

import dataclasses
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.factories import Product
from tests.factories.community import AUTHOR, WATCHER, Community, edit, make_community, row_of

LONG = "a-rather-long-name-of-a-skill-that-goes-on-for-as-long-as-slugs-may-go-on-and-then-some-more-letters"
PLAIN_HEADERS = (
    "Message-ID",
    "In-Reply-To",
    "References",
    "List-Id",
    "List-Archive",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)


@pytest.fixture
async def community(product: Product) -> Community:
    made = await make_community(product)
    await made.watch()
    return made


async def mails_of_an_edit(
    community: Community, text: str = "A new text."
) -> tuple[EmailMessage, EmailMessage]:
    """The author's and the watcher's mail of the next edit."""
    known = len(community.product.mail.messages)
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.apply(edit(row, description=text))
    await community.product.work()
    new = community.product.mail.messages[known:]
    to = {mail["To"].addresses[0].addr_spec: mail for mail in new}
    assert len(new) == 2
    return to[AUTHOR], to[WATCHER]


def ids(mail: EmailMessage, header: str) -> list[str]:
    """The message ids that a header holds."""
    return re.findall(r"<[^<>\s]+>", str(mail[header]))


def raw_head(raw: bytes) -> dict[str, str]:
    """The headers as they travel, unfolded but not decoded."""
    head = re.sub(rb"\r?\n[ \t]", b" ", re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0])
    lines = re.split(r"\r?\n", head.decode("ascii"))
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


async def test_the_recipient_stands_alone_in_to(community: Community) -> None:
    for mail in await mails_of_an_edit(community):
        assert len(mail.get_all("To", [])) == 1
        assert len(mail["To"].addresses) == 1
        assert mail["Cc"] is None
        assert mail["Bcc"] is None


async def test_from_names_the_catalogue_and_its_address(community: Community) -> None:
    for mail in await mails_of_an_edit(community):
        (sender,) = mail["From"].addresses
        assert sender.display_name.endswith(" (Catalogue)")
        assert sender.addr_spec == "notifications@skills.test"


async def test_the_subject_to_a_watcher_names_the_place(community: Community) -> None:
    _, watcher = await mails_of_an_edit(community)
    assert watcher["Subject"] == "[Catalogue] Progressive Delivery: Release Engineer, Senior changed"


async def test_the_subject_to_a_watcher_counts_several_changes(community: Community) -> None:
    skill = await community.skill()
    await community.apply(
        edit(row_of(skill, "senior", "release-engineer"), description="One."),
        edit(row_of(skill, "junior", "platform-engineer"), description="Two."),
    )
    await community.product.work()
    (mail,) = community.product.mail.to(WATCHER)
    assert mail["Subject"] == "[Catalogue] Progressive Delivery: 2 changes"


async def test_the_subject_to_the_author_names_the_proposal(community: Community) -> None:
    author, _ = await mails_of_an_edit(community)
    assert author["Subject"].removeprefix("Re: ") == "[Catalogue] Progressive Delivery: Say it better (#1)"


async def test_a_title_with_line_breaks_adds_no_header(community: Community) -> None:
    row = row_of(await community.skill(), "senior", "release-engineer")
    payload = await community.propose(
        edit(row, description="x"), title="Hello\r\nBcc: evil@elsewhere.test\r\n\r\nhi"
    )
    if not payload["userErrors"]:
        await community.accept(payload["proposal"]["id"])
        await community.product.work()
    assert all(mail["Bcc"] is None for mail in community.product.mail.messages)


async def test_every_mail_has_a_message_id_of_its_own(community: Community) -> None:
    first, second = await mails_of_an_edit(community), await mails_of_an_edit(community, "Another text.")
    found = [ids(mail, "Message-ID") for mail in (*first, *second)]
    assert [len(each) for each in found] == [1, 1, 1, 1]
    assert len({each[0] for each in found}) == 4


async def test_message_ids_are_at_most_76_characters(community: Community) -> None:
    for mail in await mails_of_an_edit(community):
        for header in ("Message-ID", "In-Reply-To", "References"):
            assert ids(mail, header)
            assert max(map(len, ids(mail, header))) <= 76


async def test_the_mails_of_a_skill_thread(community: Community) -> None:
    _, first = await mails_of_an_edit(community)
    _, second = await mails_of_an_edit(community, "Another text.")
    assert ids(first, "References")[0] == ids(second, "References")[0]
    assert ids(first, "In-Reply-To") == ids(second, "In-Reply-To")


async def test_the_author_and_the_watcher_are_in_threads_of_their_own_subjects(community: Community) -> None:
    author, watcher = await mails_of_an_edit(community)
    assert ids(author, "References") != ids(watcher, "References")


async def test_headers_for_machines_travel_plain(community: Community) -> None:
    await mails_of_an_edit(community)
    for raw in community.product.mail.raw:
        for header in PLAIN_HEADERS:
            assert raw_head(raw)[header], header
            assert "=?" not in raw_head(raw)[header], header


async def test_headers_for_machines_travel_plain_for_a_long_foreign_name(community: Community) -> None:
    await community.apply({"editSkill": {"slug": LONG, "name": "Прогрессивная поставка " * 8}})
    community.slug = LONG
    await community.product.work()
    community.product.mail.raw.clear()
    await mails_of_an_edit(community)
    for raw in community.product.mail.raw:
        for header in PLAIN_HEADERS:
            assert "=?utf-8" not in raw_head(raw)[header].lower(), header


async def test_list_unsubscribe_holds_a_page_and_a_mail_address(community: Community) -> None:
    await mails_of_an_edit(community)
    for raw in community.product.mail.raw:
        assert re.fullmatch(
            r"<https?://skills\.test/u/[^<>\s/]+>, <mailto:[^<>\s]+>", raw_head(raw)["List-Unsubscribe"]
        )


async def test_list_unsubscribe_differs_by_person(community: Community) -> None:
    author, watcher = await mails_of_an_edit(community)
    assert author["List-Unsubscribe"] != watcher["List-Unsubscribe"]


async def test_list_unsubscribe_post_asks_for_one_click(community: Community) -> None:
    for mail in await mails_of_an_edit(community):
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_list_id_is_an_id_in_angle_brackets(community: Community) -> None:
    await mails_of_an_edit(community)
    for raw in community.product.mail.raw:
        assert re.search(r"<[a-z0-9.-]+\.skills\.test>$", raw_head(raw)["List-Id"])


async def test_list_archive_is_the_address_of_a_page(community: Community) -> None:
    for mail in await mails_of_an_edit(community):
        assert re.fullmatch(r"<https?://skills\.test/\S*>", str(mail["List-Archive"]))


@pytest.mark.parametrize(
    ("header", "value"),
    [("Auto-Submitted", "auto-generated"), ("Precedence", "list"), ("X-Auto-Response-Suppress", "All")],
)
async def test_machines_are_asked_not_to_answer(community: Community, header: str, value: str) -> None:
    for mail in await mails_of_an_edit(community):
        assert mail[header] == value


async def test_a_header_says_why_the_person_gets_the_mail(community: Community) -> None:
    author, watcher = await mails_of_an_edit(community)
    reasons = [
        [str(value) for name, value in mail.items() if name.lower().endswith("reason")]
        for mail in (author, watcher)
    ]
    assert reasons == [["author"], ["watching"]]


async def test_text_comes_before_the_page(community: Community) -> None:
    for mail in await mails_of_an_edit(community):
        assert mail.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


async def test_the_date_is_that_of_the_event_and_a_mail_has_one_of_each_header(community: Community) -> None:
    for mail in await mails_of_an_edit(community):
        assert mail["Date"].datetime == community.product.clock()
        names = [name.lower() for name in mail]
        assert len(names) == len(set(names))


async def test_lines_end_with_crlf_and_are_short_enough_for_smtp(community: Community) -> None:
    await mails_of_an_edit(community, "x" * 5_000)
    for raw in community.product.mail.raw:
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
        assert max(map(len, raw.split(b"\r\n"))) <= 998


@dataclass
class EnvelopeRecorder:
    """A transport that keeps the envelope."""

    envelopes: list[tuple[str, str]] = field(default_factory=list)
    messages: list[EmailMessage] = field(default_factory=list)

    async def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        self.envelopes.append((sender, recipient))
        self.messages.append(message_from_bytes(message, policy=policy.default))


async def test_the_envelope_sender_is_one_per_delivery(community: Community) -> None:
    recorder = EnvelopeRecorder()
    community.product.around = dataclasses.replace(community.product.around, transport=recorder)
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.apply(edit(row, description="A new text."))
    await community.product.work()
    assert sorted(recipient for _, recipient in recorder.envelopes) == [AUTHOR, WATCHER]
    senders = {sender for sender, _ in recorder.envelopes}
    assert len(senders) == 2
    assert all(sender.endswith("@skills.test") for sender in senders)
