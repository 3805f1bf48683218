"""One's own account: its name, its address, all that is kept of it, and its end."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from service.credentials.rules import FRESH
from service.people.models import PersonRole
from tests.factories import Product, documents
from tests.factories.browser import Browser, link_in
from tests.factories.community import AUTHOR, WATCHER, Community, codes, edit_skill, make_community
from tests.factories.contents import everything
from tests.factories.documents import CHANGE_ADDRESS, DELETE_ACCOUNT, EXPORT_OWN_DATA, UPDATE_PROFILE

Json = dict[str, Any]
ADA, NEW, WENDY = "ada@skills.test", "ada@new.test", "wendy@skills.test"


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


async def change_address(browser: Browser, email: str = NEW) -> Json:
    payload: Json = (await browser.run(CHANGE_ADDRESS, {"input": {"email": email}}))["changeAddress"]
    return payload


async def delete(browser: Browser, email: str = ADA) -> Json:
    payload: Json = (await browser.run(DELETE_ACCOUNT, {"input": {"email": email}}))["deleteAccount"]
    return payload


async def test_a_person_takes_another_name(browser: Browser) -> None:
    await browser.enter(ADA)
    payload = (await browser.run(UPDATE_PROFILE, {"input": {"name": " Ada  Lovelace\n"}}))["updateProfile"]
    assert payload == {"viewer": {"email": ADA, "person": {"name": "Ada Lovelace"}}, "userErrors": []}


@pytest.mark.parametrize(
    "name", ["", " \n", "x" * 101, "\u202e", "Buy at HTTPS://spam.example", "www.spam.example"]
)
async def test_what_is_no_name_changes_nothing(browser: Browser, name: str) -> None:
    await browser.enter(ADA)
    before = await everything(browser.product.database)
    assert codes((await browser.run(UPDATE_PROFILE, {"input": {"name": name}}))["updateProfile"]) == [
        "INVALID_INPUT"
    ]
    assert await everything(browser.product.database) == before


async def test_a_new_name_is_shown_to_everybody_at_once(browser: Browser, community: Community) -> None:
    await community.apply(edit_skill(summary="A summary."))
    await browser.enter(AUTHOR)
    assert (await community.skill())["lastUpdatedBy"]["name"] == "Author"
    await browser.run(UPDATE_PROFILE, {"input": {"name": "Augusta"}})
    assert (await community.skill())["lastUpdatedBy"]["name"] == "Augusta"


async def test_an_address_changes_when_its_link_is_used_and_the_old_one_is_told(
    browser: Browser, other: Browser
) -> None:
    product = browser.product
    await browser.enter(ADA)
    await other.enter(ADA)
    assert codes(await change_address(browser)) == []
    await product.work()
    (asked,) = product.mail.messages
    link = link_in(asked)
    assert "Take this address" in (await browser.get(link.path)).text
    assert await browser.who() == ADA
    assert (await browser.post(link.path)).status_code == 303
    assert await browser.who() == NEW
    assert await other.who() is None
    await product.work()
    (told,) = product.mail.to(ADA)
    assert "another address" in str(told.get_body(("plain",)))
    assert NEW not in told.as_string()


async def test_an_address_needs_a_fresh_sign_in(browser: Browser) -> None:
    await browser.enter(ADA)
    browser.product.clock.pass_time(seconds=FRESH.total_seconds())
    assert codes(await change_address(browser)) == []
    browser.product.clock.pass_time(seconds=1)
    before = await everything(browser.product.database)
    assert codes(await change_address(browser, "ada@third.test")) == ["SIGN_IN_AGAIN"]
    assert codes(await delete(browser)) == ["SIGN_IN_AGAIN"]
    assert await everything(browser.product.database) == before


async def test_a_token_is_as_fresh_as_the_sign_in_that_made_it(browser: Browser) -> None:
    await browser.enter(ADA)
    product = browser.product
    product.clock.pass_time(minutes=14)
    wish = {"input": {"name": "Late", "scopes": ["ADMIN"]}}
    token = (await browser.run(documents.CREATE_TOKEN, wish))["createToken"]["secret"]
    again = (await product.run(documents.CREATE_TOKEN, wish, token=token))["createToken"]["secret"]
    product.clock.pass_time(minutes=2)
    for each in (token, again):
        answer = await product.run(CHANGE_ADDRESS, {"input": {"email": NEW}}, token=each)
        assert codes(answer["changeAddress"]) == ["SIGN_IN_AGAIN"]


async def test_a_link_for_an_address_works_for_its_person_alone(browser: Browser, other: Browser) -> None:
    await browser.enter(ADA)
    await other.enter(WENDY)
    await change_address(browser)
    await browser.product.work()
    link = link_in(browser.product.mail.messages[0])
    assert "button" not in (await other.get(link.path)).text.partition("</style>")[2]
    assert (await other.post(link.path)).status_code == 403
    assert (await other.who(), await browser.who()) == (WENDY, ADA)
    browser.product.clock.pass_time(minutes=10)
    assert (await browser.post(link.path)).status_code == 410
    assert await browser.who() == ADA


async def test_an_address_that_somebody_has_gets_the_same_answer_and_is_not_taken(
    browser: Browser, other: Browser
) -> None:
    await browser.enter(ADA)
    await other.enter(WENDY)
    assert await change_address(browser, WENDY) == await change_address(browser, "free@skills.test")
    await browser.product.work()
    link = link_in(browser.product.mail.to(WENDY)[0])
    assert (await browser.post(link.path)).status_code == 422
    assert (await other.who(), await browser.who()) == (WENDY, ADA)


@pytest.mark.parametrize("email", ["", "ada", ADA.upper()])
async def test_what_is_no_other_address_is_told(browser: Browser, email: str) -> None:
    await browser.enter(ADA)
    assert codes(await change_address(browser, email)) == ["INVALID_INPUT"]


async def test_a_person_asks_three_times_an_hour(browser: Browser) -> None:
    await browser.enter(ADA)
    for number in range(3):
        assert codes(await change_address(browser, f"ada@new{number}.test")) == []
    assert codes(await change_address(browser)) == ["RATE_LIMITED"]


async def test_what_a_removed_person_wrote_stays_and_is_a_removed_persons(
    browser: Browser, community: Community
) -> None:
    await community.apply(edit_skill(summary="A summary."))
    open_one = await community.proposed(edit_skill(name="Another name"))
    await browser.enter(AUTHOR)
    assert await delete(browser, AUTHOR.upper()) == {"isDeleted": True, "userErrors": []}
    removed = {"name": "Removed person", "isRemoved": True}
    data = await community.product.run(
        """{ skill(slug: "progressive-delivery") { summary lastUpdatedBy { name isRemoved } }
        proposals { nodes { id author { name isRemoved } } } }"""
    )
    assert data["skill"] == {"summary": "A summary.", "lastUpdatedBy": removed}
    assert [proposal["author"] for proposal in data["proposals"]["nodes"]] == [removed, removed]
    assert codes(await community.accept(open_one)) == []
    stored = str(await everything(community.product.database))
    assert AUTHOR not in stored


async def test_sessions_tokens_watches_and_pending_mails_of_a_removed_person_go(
    browser: Browser, other: Browser, community: Community
) -> None:
    await community.watch()
    await community.apply(edit_skill(summary="A summary."))
    await browser.enter(WATCHER, PersonRole.READER)
    await other.enter(WATCHER, PersonRole.READER)
    await delete(browser, WATCHER)
    assert (await browser.who(), await other.who()) == (None, None)
    headers = {"Authorization": f"Bearer {community.watcher}"}
    body = {"query": documents.VIEWER}
    assert (await community.product.client.post("/graphql", json=body, headers=headers)).status_code == 401
    assert (await community.watching(community.author))["watcherCount"] == 0
    await community.product.work()
    assert community.product.mail.to(WATCHER) == []


async def test_whoever_was_removed_may_join_anew(browser: Browser) -> None:
    await browser.enter(ADA, PersonRole.REVIEWER)
    await delete(browser)
    await browser.post((await browser.link(ADA)).path)
    assert await browser.who() == ADA
    assert (await browser.run("{ viewer { role } }"))["viewer"]["role"] == "CONTRIBUTOR"


async def test_an_account_ends_only_where_it_is_meant(browser: Browser) -> None:
    await browser.enter(ADA)
    before = await everything(browser.product.database)
    assert codes(await delete(browser, WENDY)) == ["INVALID_INPUT"]
    assert await everything(browser.product.database) == before


async def export(browser: Browser) -> Json:
    payload = (await browser.run(EXPORT_OWN_DATA, {"input": {}}))["exportOwnData"]
    assert payload["userErrors"] == []
    document: Json = json.loads(payload["document"])
    return document


async def test_an_export_has_all_that_is_kept_of_the_viewer_and_no_secret(
    browser: Browser, other: Browser, community: Community
) -> None:
    await community.apply(edit_skill(summary="By the author."))
    await community.proposed(edit_skill(name="Rita's"), token=community.reviewer)
    await community.watch()
    await other.enter(WATCHER, PersonRole.READER)
    await browser.enter(AUTHOR)
    found = await export(browser)
    assert [row["email"] for row in found["person"]] == [AUTHOR]
    assert {"browser_session", "token", "watch", "proposal", "proposal_change", "revision", "event"} <= set(
        found
    )
    assert len(found["proposal"]) == 1
    assert "By the author." in json.dumps(found["proposal_change"])
    text = json.dumps(found)
    for foreign in ("Rita's", WATCHER, "reviewer@skills.test", "hash", "nonce"):
        assert foreign not in text
    person_id = found["person"][0]["id"]
    for row in (row for rows in found.values() for row in rows):
        named = {value for name, value in row.items() if name.endswith(("person_id", "_by_id", "author_id"))}
        assert named <= {person_id, None}


async def test_what_goes_with_a_person_is_what_belongs_to_nobody_else(database: object) -> None:
    from service.accounts.queries import own_tables

    names = {table.name for table, _ in own_tables()}
    assert {
        "browser_session",
        "token",
        "watch",
        "notification",
        "identity",
        "sign_in_link",
        "plan",
        "tick",
    } <= names
    assert names.isdisjoint({"proposal", "revision", "event", "comment"})


async def test_the_permissions_are_what_role_and_scope_allow(browser: Browser, product: Product) -> None:
    await browser.enter(ADA, PersonRole.CONTRIBUTOR)
    document = "{ viewer { permissions } }"
    by_session = set((await browser.run(document))["viewer"]["permissions"])
    assert {"createProposal", "watchSkill", "createToken", "deleteAccount"} <= by_session
    assert "acceptProposal" not in by_session
    wish = {"input": {"name": "A", "scopes": ["PROPOSE"]}}
    token = (await browser.run(documents.CREATE_TOKEN, wish))["createToken"]["secret"]
    by_token = set((await product.run(document, token=token))["viewer"]["permissions"])
    assert "createProposal" in by_token
    assert by_session - by_token >= {"createToken", "deleteAccount", "changeAddress"}


async def test_the_old_address_of_a_removed_person_is_free(browser: Browser) -> None:
    await browser.enter(ADA)
    await delete(browser)
    async with browser.product.database.read_session() as session:
        rows = (await session.execute(sa.text("SELECT email, name, role FROM person"))).all()
    assert [tuple(row) for row in rows] == [("removed-1@removed.invalid", "Removed person", "READER")]
