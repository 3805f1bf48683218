"""One click ends one watch; looking ends none."""

import dataclasses
import re
from email.message import EmailMessage
from urllib.parse import urlsplit

import httpx
import pytest

from tests.factories import Product, make_skill
from tests.factories.community import AUTHOR, WATCHER, Community, edit, make_community, row_of
from tests.factories.contents import everything

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
OTHER = "other@skills.test"


@pytest.fixture
async def community(product: Product) -> Community:
    made = await make_community(product)
    await made.watch()
    return made


async def mails_of_an_edit(community: Community, text: str) -> dict[str, EmailMessage]:
    """The mails of the next edit, by address."""
    known = len(community.product.mail.messages)
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.apply(edit(row, description=text))
    await community.product.work()
    new = community.product.mail.messages[known:]
    return {mail["To"].addresses[0].addr_spec: mail for mail in new}


def link_in(mail: EmailMessage) -> str:
    """The address that one click posts to."""
    found = re.match(r"<(https?://[^>]+)>", str(mail["List-Unsubscribe"]))
    assert found is not None
    return found[1]


async def watchers_link(community: Community) -> str:
    return link_in((await mails_of_an_edit(community, "A first text."))[WATCHER])


async def watches(community: Community, token: str | None = None) -> bool:
    return (await community.watching(token))["viewerWatch"] is not None


async def one_click(community: Community, link: str) -> httpx.Response:
    """Post as mail programs do: from nowhere, with no cookie."""
    async with httpx.AsyncClient(
        transport=community.product.client._transport, base_url="http://skills.test"
    ) as bare:
        return await bare.post(link, data=ONE_CLICK)


async def test_a_get_shows_a_page_and_changes_nothing(community: Community) -> None:
    page = await community.product.client.get(await watchers_link(community))
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert await watches(community)


async def test_five_hundred_gets_of_a_link_scanner_change_nothing(community: Community) -> None:
    mail = (await mails_of_an_edit(community, "A first text."))[WATCHER]
    link, body = link_in(mail), mail.get_body(("plain",))
    assert body is not None
    links = sorted({link, *re.findall(r"http://skills\.test/[um]/\S+", body.get_content())})
    assert len(links) >= 2
    before = await everything(community.product.database)
    for number in range(500):
        scanner = {"User-Agent": f"scanner {number}"}
        page = await community.product.client.get(links[number % len(links)], headers=scanner)
        assert page.status_code == 200
    assert await everything(community.product.database) == before
    await community.product.client.head(link)
    await community.product.client.get(link, params=ONE_CLICK)
    assert await watches(community)
    assert WATCHER in await mails_of_an_edit(community, "A second text.")


async def test_a_post_without_a_cookie_ends_the_watch(community: Community) -> None:
    answer = await one_click(community, await watchers_link(community))
    assert answer.status_code == 200
    assert not await watches(community)


async def test_the_next_change_mails_the_person_nothing(community: Community) -> None:
    await one_click(community, await watchers_link(community))
    assert set(await mails_of_an_edit(community, "A second text.")) == {AUTHOR}


async def test_a_multipart_body_ends_the_watch(community: Community) -> None:
    link = await watchers_link(community)
    answer = await community.product.client.post(link, files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200
    assert not await watches(community)


async def test_a_urlencoded_body_ends_the_watch(community: Community) -> None:
    link = await watchers_link(community)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await community.product.client.post(link, content=b"List-Unsubscribe=One-Click", headers=headers)
    assert answer.status_code == 200
    assert not await watches(community)


async def test_a_foreign_origin_does_not_matter(community: Community) -> None:
    link = await watchers_link(community)
    headers = {"Origin": "https://mail.elsewhere.test", "Sec-Fetch-Site": "cross-site"}
    answer = await community.product.client.post(link, data=ONE_CLICK, headers=headers)
    assert answer.status_code == 200
    assert not await watches(community)


async def test_posting_twice_is_as_good_as_once(community: Community) -> None:
    link = await watchers_link(community)
    answers = [await one_click(community, link) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert not await watches(community)


async def test_the_post_neither_redirects_nor_signs_in(community: Community) -> None:
    answer = await one_click(community, await watchers_link(community))
    assert not answer.is_redirect
    assert "set-cookie" not in answer.headers


async def test_the_token_of_the_link_is_no_bearer_token(community: Community) -> None:
    token = urlsplit(await watchers_link(community)).path.rsplit("/", 1)[-1]
    answer = await community.product.client.post(
        "/graphql", json={"query": "{ viewer { email } }"}, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 401
    assert WATCHER not in answer.text


async def test_the_page_shows_no_address_of_the_person(community: Community) -> None:
    page = await community.product.client.get(await watchers_link(community))
    assert WATCHER not in page.text


async def test_the_page_offers_undo_and_undo_resumes_the_watch(community: Community) -> None:
    done = await one_click(community, await watchers_link(community))
    found = re.search(r'<form[^>]*action="([^"]+)"[^>]*>\s*<button[^>]*>[^<]*[Uu]ndo', done.text)
    assert found is not None, done.text
    answer = await community.product.client.post(found[1])
    assert answer.status_code == 200
    assert await watches(community)
    assert set(await mails_of_an_edit(community, "A second text.")) == {AUTHOR, WATCHER}


async def test_a_get_of_undo_changes_nothing(community: Community) -> None:
    done = await one_click(community, await watchers_link(community))
    (action,) = re.findall(r'action="([^"]+)"', done.text)
    await community.product.client.get(action)
    assert not await watches(community)


async def test_undo_then_one_click_ends_the_watch_again(community: Community) -> None:
    link = await watchers_link(community)
    (action,) = re.findall(r'action="([^"]+)"', (await one_click(community, link)).text)
    await community.product.client.post(action)
    await one_click(community, link)
    assert not await watches(community)


async def test_the_same_link_in_an_older_mail_still_works(community: Community) -> None:
    old = link_in((await mails_of_an_edit(community, "A first text."))[WATCHER])
    await mails_of_an_edit(community, "A second text.")
    community.product.clock.pass_time(days=400)
    await one_click(community, old)
    assert not await watches(community)


async def test_another_persons_watch_is_untouched(community: Community) -> None:
    other = await community.person(OTHER)
    await community.watch(token=other)
    await one_click(community, await watchers_link(community))
    assert await watches(community, other)
    assert set(await mails_of_an_edit(community, "A second text.")) == {AUTHOR, OTHER}


async def test_the_persons_watch_of_another_skill_is_untouched(community: Community) -> None:
    async with community.product.database.transaction() as session:
        await make_skill(session, community.frame, "Chaos Engineering")
    other = dataclasses.replace(community, slug="chaos-engineering")
    await other.watch()
    await one_click(community, await watchers_link(community))
    assert not await watches(community)
    assert set(await mails_of_an_edit(other, "A second text.")) == {AUTHOR, WATCHER}


async def test_the_authors_link_ends_no_watch_of_the_watcher(community: Community) -> None:
    mails = await mails_of_an_edit(community, "A first text.")
    await one_click(community, link_in(mails[AUTHOR]))
    assert await watches(community)


def tampered(link: str) -> list[str]:
    """Links that nobody was given."""
    start, _, token = link.rpartition("/")
    letters = "A" if token[-1] != "A" else "B"
    number, _, signature = token.partition(".")
    return [
        f"{start}/{token[:-1]}{letters}",
        f"{start}/{token[:-1]}",
        f"{start}/{token}x",
        f"{start}/{signature}",
        f"{start}/{number}",
        f"{start}/{number}.",
        f"{start}/OTk.{signature}",
        f"{start}/{'A' * 5_000}",
        f"{start}/%00",
        f"{start}/%ff%fe",
        f"{start}/é",
    ]


async def test_a_tampered_link_is_not_found_and_changes_nothing(community: Community) -> None:
    link = await watchers_link(community)
    for wrong in tampered(link):
        assert (await community.product.client.get(wrong)).status_code == 404, wrong
        assert (await community.product.client.post(wrong, data=ONE_CLICK)).status_code == 404, wrong
    assert await watches(community)


async def test_a_tampered_undo_is_not_found_and_changes_nothing(community: Community) -> None:
    link = await watchers_link(community)
    (action,) = re.findall(r'action="([^"]+)"', (await one_click(community, link)).text)
    token = urlsplit(link).path.rsplit("/", 1)[-1]
    for wrong in tampered(link):
        undo = action.replace(token, wrong.rsplit("/", 1)[-1])
        assert (await community.product.client.post(undo)).status_code == 404, undo
    assert not await watches(community)
