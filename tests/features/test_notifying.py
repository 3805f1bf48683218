"""Who hears of an accepted change, and what the mail says."""

import dataclasses
from datetime import UTC, datetime
from email.message import EmailMessage

from service.people.models import PersonRole
from tests.factories import Product, make_skill
from tests.factories.community import (
    AUTHOR,
    REVIEWER,
    WATCHER,
    Community,
    add,
    edit,
    edit_skill,
    page_numbers,
    remove,
    row_of,
)

NEW = "Designs delivery for a service & rolls back <early>. Zürich — “quoted”."


def recipients(product: Product) -> list[str]:
    """The addresses that got a mail, one for each mail."""
    return sorted(address.addr_spec for mail in product.mail.messages for address in mail["To"].addresses)


def part(mail: EmailMessage, kind: str) -> str:
    """The mail's text (`plain`) or page (`html`)."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


async def change_senior_release_engineer(community: Community, text: str = NEW) -> str:
    """Edit the row by proposal and acceptance, let the worker work; the text before."""
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.apply(edit(row, description=text))
    await community.product.work()
    return str(row["description"])


async def test_accepting_moves_the_revision_and_the_last_update(community: Community) -> None:
    community.product.clock.now = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)
    await change_senior_release_engineer(community)
    after = await community.skill()
    assert after["revision"] == 2
    assert after["lastUpdatedAt"] == "2026-12-01T08:30:00Z"


async def test_accepting_an_edit_leaves_the_counts(community: Community) -> None:
    await change_senior_release_engineer(community)
    assert page_numbers(await community.skill()) == [2, 5, 10, 0]


async def test_accepting_an_edit_changes_that_row_alone(community: Community) -> None:
    before = await community.skill()
    await change_senior_release_engineer(community)
    after = await community.skill()
    changed = row_of(after, "senior", "release-engineer")
    assert (changed["description"], changed["revision"]) == (NEW, 2)
    changed["description"], changed["revision"] = (
        row_of(before, "senior", "release-engineer")["description"],
        1,
    )
    assert after["levels"] == before["levels"]


async def test_one_mail_goes_to_the_watcher_one_to_the_author_none_to_the_reviewer(
    community: Community,
) -> None:
    await community.watch()
    await change_senior_release_engineer(community)
    assert recipients(community.product) == [AUTHOR, WATCHER]


async def test_an_author_who_watches_gets_one_mail(community: Community) -> None:
    await community.watch(token=community.author)
    await change_senior_release_engineer(community)
    assert recipients(community.product) == [AUTHOR]


async def test_a_reviewer_who_watches_and_accepts_gets_none(community: Community) -> None:
    await community.watch(token=community.reviewer)
    await change_senior_release_engineer(community)
    assert recipients(community.product) == [AUTHOR]


async def test_a_reviewer_who_watches_hears_of_what_another_accepts(community: Community) -> None:
    await community.watch(token=community.reviewer)
    other = await community.person("other@skills.test", PersonRole.REVIEWER)
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.accept(await community.proposed(edit(row, description=NEW)), token=other)
    await community.product.work()
    assert recipients(community.product) == [AUTHOR, REVIEWER]


async def test_watching_twice_is_one_watch_and_one_mail(community: Community) -> None:
    await community.watch()
    assert (await community.watch())["skill"]["watcherCount"] == 1
    await change_senior_release_engineer(community)
    assert recipients(community.product) == [AUTHOR, WATCHER]


async def test_who_stopped_watching_gets_no_mail(community: Community) -> None:
    await community.watch()
    payload = await community.unwatch()
    assert payload["skill"]["viewerWatch"] is None
    assert payload["skill"]["watcherCount"] == 0
    await change_senior_release_engineer(community)
    assert recipients(community.product) == [AUTHOR]


async def test_who_watches_again_hears_again(community: Community) -> None:
    await community.watch()
    await community.unwatch()
    await community.watch()
    await change_senior_release_engineer(community)
    assert recipients(community.product) == [AUTHOR, WATCHER]


async def test_who_begins_to_watch_after_the_change_hears_nothing_of_it(community: Community) -> None:
    await change_senior_release_engineer(community)
    community.product.clock.pass_time(seconds=1)
    await community.watch()
    await community.product.work()
    assert recipients(community.product) == [AUTHOR]


async def test_a_watcher_of_another_skill_hears_nothing(community: Community) -> None:
    async with community.product.database.transaction() as session:
        await make_skill(session, community.frame, "Chaos Engineering", requirements=[])
    other = dataclasses.replace(community, slug="chaos-engineering")
    assert (await other.watch())["skill"]["watcherCount"] == 1
    await change_senior_release_engineer(community)
    assert recipients(community.product) == [AUTHOR]


async def test_each_further_change_is_one_more_mail(community: Community) -> None:
    await community.watch()
    await change_senior_release_engineer(community, "First.")
    await change_senior_release_engineer(community, "Second.")
    assert recipients(community.product) == [AUTHOR, AUTHOR, WATCHER, WATCHER]


async def test_proposing_declining_and_withdrawing_change_nothing_for_watchers(community: Community) -> None:
    await community.watch()
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.decline(await community.proposed(edit(row, description=NEW)))
    await community.withdraw(await community.proposed(edit(row, description=NEW)))
    await community.product.work()
    assert WATCHER not in recipients(community.product)


async def test_the_text_shows_the_old_and_the_new_line(community: Community) -> None:
    await community.watch()
    old = await change_senior_release_engineer(community)
    for mail in community.product.mail.messages:
        lines = part(mail, "plain").splitlines()
        assert f"- {old}" in lines
        assert f"+ {NEW}" in lines


async def test_the_page_shows_the_old_text_struck_and_the_new_one_inserted(community: Community) -> None:
    await community.watch()
    old = await change_senior_release_engineer(community)
    escaped = NEW.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for mail in community.product.mail.messages:
        page = part(mail, "html")
        assert f"<del>{old}</del>" in page
        assert f"<ins>{escaped}</ins>" in page


async def test_every_line_of_a_longer_text_is_marked(community: Community) -> None:
    await change_senior_release_engineer(community, "One.\nTwo.\n\nThree.")
    lines = part(community.product.mail.messages[0], "plain").splitlines()
    assert {"+ One.", "+ Two.", "+ Three."} <= set(lines)


async def test_an_added_row_is_shown_as_new(community: Community) -> None:
    await community.apply(add("site-reliability-engineer", "senior", description="Keeps the error budget."))
    await community.product.work()
    text = part(community.product.mail.messages[0], "plain")
    assert "+ Keeps the error budget." in text.splitlines()
    assert "Site Reliability Engineer" in text
    assert "Senior" in text


async def test_a_removed_row_is_shown_as_gone(community: Community) -> None:
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.apply(remove(row))
    await community.product.work()
    text = part(community.product.mail.messages[0], "plain")
    assert f"- {row['description']}" in text.splitlines()
    assert "\n+ " not in text


async def test_a_change_of_the_skill_itself_is_shown(community: Community) -> None:
    await community.apply(edit_skill(summary="How to ship by degrees."))
    await community.product.work()
    lines = part(community.product.mail.messages[0], "plain").splitlines()
    assert "- What Progressive Delivery is." in lines
    assert "+ How to ship by degrees." in lines


async def test_a_mail_stays_below_100_kb_whatever_the_change(community: Community) -> None:
    await community.watch()
    skill = await community.skill()
    rows = [row for step in skill["levels"] for row in step["requirements"]]
    await community.apply(*[edit(row, description="🙂<&" * 3_333) for row in rows])
    await community.product.work()
    assert recipients(community.product) == [AUTHOR, WATCHER]
    assert max(map(len, community.product.mail.raw)) < 100_000


async def test_the_page_loads_nothing_from_elsewhere(community: Community) -> None:
    await change_senior_release_engineer(community)
    page = part(community.product.mail.messages[0], "html").lower()
    for word in ("<img", "<script", "<link", "<iframe", "url(", "@import", "src="):
        assert word not in page


async def test_the_texts_of_people_are_never_markup(community: Community) -> None:
    payload = await community.propose(
        edit(row_of(await community.skill(), "senior", "release-engineer"), description="<img src=x>"),
        title="<script>alert(1)</script>",
    )
    await community.accept(payload["proposal"]["id"])
    await community.product.work()
    page = part(community.product.mail.messages[0], "html")
    assert "<img" not in page
    assert "<script" not in page
