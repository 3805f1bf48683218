"""Tokens of programs: shown once, for what they are for, until they are revoked."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from service.credentials.actions import issue_token
from service.credentials.models import TokenScope
from service.credentials.rules import TOKENS_MAX
from service.people.models import PersonRole
from tests.factories import Product
from tests.factories.browser import Browser
from tests.factories.community import REVIEWER, Community, codes, edit_skill, make_community
from tests.factories.contents import everything
from tests.factories.documents import ACCEPT, CREATE, CREATE_TOKEN, REVOKE_TOKEN, VIEWER, WATCH

Json = dict[str, Any]
ADA = "ada@skills.test"
TOKENS = "{ viewer { tokens { id name scopes createdAt lastUsedAt expiresAt isCurrent } } }"


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


async def made(browser: Browser, *scopes: str, **more: Any) -> Json:
    """The payload of a new token."""
    wish = {"name": "A script", "scopes": list(scopes)} | more
    payload: Json = (await browser.run(CREATE_TOKEN, {"input": wish}))["createToken"]
    return payload


async def secret(browser: Browser, *scopes: str, **more: Any) -> str:
    payload = await made(browser, *scopes, **more)
    assert payload["userErrors"] == []
    return str(payload["secret"])


async def status(product: Product, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return (await product.client.post("/graphql", json={"query": VIEWER}, headers=headers)).status_code


async def test_a_token_is_shown_once_and_stored_as_a_hash_alone(browser: Browser) -> None:
    await browser.enter(ADA)
    payload = await made(browser, "PROPOSE")
    token = payload["secret"]
    assert token.startswith("skp_")
    assert payload["token"]["scopes"] == ["READ", "PROPOSE"]
    assert token.removeprefix("skp_") not in str(await everything(browser.product.database))
    assert token not in str(await browser.run(TOKENS))
    assert (await browser.product.run(VIEWER, token=token))["viewer"] == {"email": ADA}


async def test_a_token_in_the_address_is_nobody(browser: Browser, product: Product) -> None:
    await browser.enter(ADA)
    token = await secret(browser, "READ")
    for name in ("token", "access_token", "authorization"):
        answer = await product.client.get("/graphql", params={"query": VIEWER, name: token})
        assert answer.json()["data"] == {"viewer": None}


# The scope that each deed needs.
DEEDS = {
    "watchSkill": "PROPOSE",
    "createProposal": "PROPOSE",
    "acceptProposal": "REVIEW",
    "createToken": "ADMIN",
}


async def ready(community: Community, deed: str) -> tuple[str, Json]:
    """The document of a deed and its variables, with all in place for it."""
    key = (await community.keys())["id"]
    change = {"skillId": key, "baseRevision": 1, "title": "T", "changes": [edit_skill(name="Another name")]}
    proposal = await community.proposed(edit_skill(summary="A summary."))
    document, given = {
        "watchSkill": (WATCH, {"skillId": key}),
        "createProposal": (CREATE, change),
        "acceptProposal": (ACCEPT, {"proposalId": proposal}),
        "createToken": (CREATE_TOKEN, {"name": "Another", "scopes": ["READ"]}),
    }[deed]
    return document, {"input": given}


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_token_with_too_little_scope_is_forbidden_and_writes_nothing(
    browser: Browser, community: Community, deed: str
) -> None:
    await browser.enter(REVIEWER, PersonRole.ADMIN)
    wrong = [scope.value for scope in TokenScope if scope != DEEDS[deed]]
    token = await secret(browser, *wrong)
    document, given = await ready(community, deed)
    before = await everything(community.product.database)
    (error,) = (await community.product.send(document, given, token=token))["errors"]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert DEEDS[deed] in error["message"]
    assert await everything(community.product.database) == before


@pytest.mark.parametrize("deed", DEEDS)
async def test_a_token_with_just_the_scope_may(browser: Browser, community: Community, deed: str) -> None:
    await browser.enter(REVIEWER, PersonRole.ADMIN)
    document, given = await ready(community, deed)
    data = await community.product.run(document, given, token=await secret(browser, DEEDS[deed]))
    assert codes(data[deed]) == []


async def own_tokens(browser: Browser) -> list[Json]:
    found: list[Json] = (await browser.run(TOKENS))["viewer"]["tokens"]
    return found


async def test_a_scope_gives_no_role(browser: Browser, community: Community) -> None:
    await browser.enter(ADA, PersonRole.CONTRIBUTOR)
    document, given = await ready(community, "acceptProposal")
    token = await secret(browser, "REVIEW", "ADMIN")
    answer = await community.product.send(document, given, token=token)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


async def test_a_token_makes_none_that_may_more_than_itself(browser: Browser, product: Product) -> None:
    await browser.enter(ADA)
    token = await secret(browser, "ADMIN")
    wish = {"input": {"name": "Climber", "scopes": ["ADMIN", "REVIEW"]}}
    payload = (await product.run(CREATE_TOKEN, wish, token=token))["createToken"]
    assert codes(payload) == ["INVALID_INPUT"]
    assert payload["secret"] is None
    wish = {"input": {"name": "Equal", "scopes": ["ADMIN"]}}
    assert codes((await product.run(CREATE_TOKEN, wish, token=token))["createToken"]) == []


async def test_a_revoked_token_is_none_at_once(browser: Browser, product: Product) -> None:
    await browser.enter(ADA)
    token = await secret(browser, "READ")
    (listed,) = await own_tokens(browser)
    assert await status(product, token) == 200
    for _ in range(2):
        payload = (await browser.run(REVOKE_TOKEN, {"input": {"tokenId": listed["id"]}}))["revokeToken"]
        assert payload == {"tokenId": listed["id"], "userErrors": []}
    assert await status(product, token) == 401
    assert await own_tokens(browser) == []


async def test_nobody_revokes_or_sees_the_token_of_somebody_else(browser: Browser, other: Browser) -> None:
    await browser.enter(ADA)
    token = await secret(browser, "READ")
    (listed,) = await own_tokens(browser)
    await other.enter("wendy@skills.test", PersonRole.ADMIN)
    assert (await other.run(f'{{ node(id: "{listed["id"]}") {{ id }} }}'))["node"] is None
    payload = (await other.run(REVOKE_TOKEN, {"input": {"tokenId": listed["id"]}}))["revokeToken"]
    assert codes(payload) == ["NOT_FOUND"]
    assert await status(browser.product, token) == 200


async def test_a_token_ends_at_its_time(browser: Browser, product: Product) -> None:
    await browser.enter(ADA)
    at = product.clock() + timedelta(days=1)
    token = await secret(browser, "READ", expiresAt=at.isoformat())
    product.clock.pass_time(hours=23, minutes=59)
    assert await status(product, token) == 200
    product.clock.pass_time(minutes=1)
    assert await status(product, token) == 401


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "\n"}, {"name": "x" * 101}, {"expiresAt": "2020-01-01T00:00:00Z"}],
)
async def test_a_wrong_wish_makes_none(browser: Browser, wrong: Json) -> None:
    await browser.enter(ADA)
    payload = await made(browser, "READ", **wrong)
    assert codes(payload) == ["INVALID_INPUT"]
    assert await own_tokens(browser) == []


async def test_a_token_says_when_it_was_last_used_and_a_request_seldom_writes(
    browser: Browser, product: Product
) -> None:
    await browser.enter(ADA)
    token = await secret(browser, "READ")
    used = []
    for minutes in (0, 9, 1, 5):
        product.clock.pass_time(minutes=minutes)
        await product.run(VIEWER, token=token)
        async with product.database.read_session() as session:
            used.append((await session.execute(sa.text("SELECT last_used_at FROM token"))).scalar_one())
    first = used[0]
    assert used == [first, first, first + timedelta(minutes=10), first + timedelta(minutes=10)]


async def test_the_command_makes_tokens_of_some_scopes_that_end(product: Product) -> None:
    async with product.database.transaction() as session:
        token = await issue_token(
            session,
            ADA,
            at=product.clock(),
            scopes=[TokenScope.REVIEW],
            expires_at=product.clock() + timedelta(days=2),
        )
    (shown,) = (await product.run(TOKENS, token=token))["viewer"]["tokens"]
    assert shown["scopes"] == ["READ", "REVIEW"]
    assert shown["isCurrent"] is True
    product.clock.pass_time(days=2)
    assert await status(product, token) == 401


async def test_a_person_has_so_many_tokens_and_no_more(browser: Browser) -> None:
    await browser.enter(ADA)
    for _ in range(TOKENS_MAX):
        await secret(browser, "READ")
    assert codes(await made(browser, "READ")) == ["TOO_MANY_TOKENS"]
    first, *_ = await own_tokens(browser)
    await browser.run(REVOKE_TOKEN, {"input": {"tokenId": first["id"]}})
    assert codes(await made(browser, "READ")) == []
