"""What the matrix cannot say of who may do what: tokens that are none, roles taken away, mutations side by side."""

import pytest
import sqlalchemy as sa

from service.people.models import PersonRole
from tests.api.test_permission_matrix import document_of
from tests.factories import Product
from tests.factories.community import Community, make_community
from tests.factories.contents import everything
from tests.factories.operations import INPUTS


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


async def refused(community: Community, name: str, token: str | None) -> str:
    """The code of the refusal, after seeing that nothing was written."""
    given = {"input": await INPUTS[name](community, None)}
    before = await everything(community.product.database)
    answer = await community.product.send(document_of(name), given, token=token)
    assert (answer.get("data") or {}).get(name) is None
    assert await everything(community.product.database) == before
    (error,) = answer["errors"]
    return str(error["extensions"]["code"])


async def test_a_role_taken_away_is_gone_at_once(community: Community) -> None:
    token = await community.person("reviewer-once@skills.test", PersonRole.REVIEWER)
    async with community.product.database.transaction() as session:
        await session.execute(sa.text("UPDATE person SET role = 'READER' WHERE email LIKE 'reviewer-once%'"))
    assert await refused(community, "acceptProposal", token) == "FORBIDDEN"


async def test_one_refused_mutation_among_others_stops_neither_nor_hides_them(community: Community) -> None:
    key = (await community.keys())["id"]
    answer = await community.product.send(
        """mutation ($id: ID!) { watchSkill(input: {skillId: $id}) { userErrors { code } }
        acceptProposal(input: {proposalId: "x"}) { userErrors { code } } }""",
        {"id": key},
        token=community.watcher,
    )
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]


BAD_TOKENS = ["x", "skp_", "skp_" + "A" * 32, "skp_" + "é" * 10, "null", "A" * 5_000, "' OR 1=1 --"]


@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_a_token_that_is_none_is_refused_with_401(community: Community, accept: str) -> None:
    for token in BAD_TOKENS:
        headers = {b"Authorization": f"Bearer {token}".encode(), b"Accept": accept.encode()}
        answer = await community.product.client.post(
            "/graphql", json={"query": "{ viewer { email } }"}, headers=headers
        )
        assert answer.status_code == 401, token[:50]
        assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["UNAUTHENTICATED"]


async def test_a_token_that_is_none_is_refused_by_get_too(community: Community) -> None:
    answer = await community.product.client.get(
        "/graphql", params={"query": "{ levels { slug } }"}, headers={"Authorization": "Bearer nonsense"}
    )
    assert answer.status_code == 401


async def test_a_revoked_and_an_expired_token_are_none(community: Community) -> None:
    body = {"query": "{ viewer { email } }"}
    for column, token in (("revoked_at", community.author), ("expires_at", community.watcher)):
        async with community.product.database.transaction() as session:
            await session.execute(
                sa.text(
                    f"UPDATE token SET {column} = :at WHERE person_id = (SELECT id FROM person WHERE email LIKE :who)"
                ),
                {
                    "at": community.product.clock(),
                    "who": "author%" if token is community.author else "watcher%",
                },
            )
        community.product.clock.pass_time(seconds=1)
        headers = {"Authorization": f"Bearer {token}"}
        answer = await community.product.client.post("/graphql", json=body, headers=headers)
        assert answer.status_code == 401, column


async def test_a_token_is_stored_as_a_hash_alone(community: Community) -> None:
    stored = str(await everything(community.product.database))
    for token in (community.author, community.watcher, community.reviewer):
        assert token not in stored
        assert token.removeprefix("skp_") not in stored


async def test_a_mutation_by_get_is_refused_and_writes_nothing(community: Community) -> None:
    key = (await community.keys())["id"]
    before = await everything(community.product.database)
    answer = await community.product.client.get(
        "/graphql",
        params={"query": f'mutation {{ watchSkill(input: {{skillId: "{key}"}}) {{ skill {{ id }} }} }}'},
        headers={"Authorization": f"Bearer {community.watcher}"},
    )
    assert 400 <= answer.status_code < 500
    assert await everything(community.product.database) == before


@pytest.mark.parametrize("more", ["role", "email", "isSuspended", "personId"])
async def test_an_input_takes_its_own_fields_alone(community: Community, more: str) -> None:
    before = await everything(community.product.database)
    document = (
        "mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { userErrors { code } } }"
    )
    answer = await community.product.send(
        document, {"input": {"name": "Mallory", more: "ADMIN"}}, token=community.author
    )
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert await everything(community.product.database) == before
