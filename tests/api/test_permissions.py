"""Who may do what: each mutation, each role; and what is refused writes nothing."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from graphql import build_schema

from service.database import Database
from service.people.models import PersonRole
from service.tables import metadata
from tests.factories import Product, documents
from tests.factories.community import Community, edit_skill, make_community

Json = dict[str, Any]
SCHEMA = build_schema(Path(__file__).parents[2].joinpath("schema.graphql").read_text())


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


async def skill_given(community: Community) -> Json:
    return {"skillId": (await community.keys())["id"]}


async def wish_given(community: Community) -> Json:
    return await skill_given(community) | {
        "baseRevision": 1,
        "title": "Say it better",
        "changes": [edit_skill(name="Gradual Delivery")],
    }


async def proposal_given(community: Community) -> Json:
    return {"proposalId": await community.proposed(edit_skill(name="Gradual Delivery"))}


async def reason_given(community: Community) -> Json:
    return await proposal_given(community) | {"reason": "Not so."}


# The document, a right input, and the least role.
Cell = tuple[str, Callable[[Community], Awaitable[Json]], PersonRole]
MUTATIONS: dict[str, Cell] = {
    "createProposal": (documents.CREATE, wish_given, PersonRole.CONTRIBUTOR),
    "withdrawProposal": (documents.WITHDRAW, proposal_given, PersonRole.CONTRIBUTOR),
    "acceptProposal": (documents.ACCEPT, proposal_given, PersonRole.REVIEWER),
    "declineProposal": (documents.DECLINE, reason_given, PersonRole.REVIEWER),
    "watchSkill": (documents.WATCH, skill_given, PersonRole.READER),
    "unwatchSkill": (documents.UNWATCH, skill_given, PersonRole.READER),
}
ROLES = list(PersonRole)
TOO_LOW = [(name, role) for name in MUTATIONS for role in ROLES[: ROLES.index(MUTATIONS[name][2])]]
HIGH_ENOUGH = [(name, role) for name in MUTATIONS for role in ROLES[ROLES.index(MUTATIONS[name][2]) :]]


async def everything(database: Database) -> dict[str, str]:
    """All rows of all tables."""
    async with database.read_session() as session:
        return {
            table.name: (
                await session.execute(
                    sa.text(
                        f"SELECT coalesce(json_agg(t ORDER BY t::text), '[]')::text FROM \"{table.name}\" t"
                    )
                )
            ).scalar_one()
            for table in metadata.sorted_tables
        }


def test_the_matrix_names_every_mutation_of_the_schema() -> None:
    assert SCHEMA.mutation_type is not None
    assert set(MUTATIONS) == set(SCHEMA.mutation_type.fields)


async def refused(community: Community, name: str, token: str | None) -> str:
    """The code of the refusal, after seeing that nothing was written."""
    document, make_input, _ = MUTATIONS[name]
    given = {"input": await make_input(community)}
    before = await everything(community.product.database)
    answer = await community.product.send(document, given, token=token)
    assert (answer.get("data") or {}).get(name) is None
    assert await everything(community.product.database) == before
    (error,) = answer["errors"]
    return str(error["extensions"]["code"])


@pytest.mark.parametrize("name", MUTATIONS)
async def test_nobody_signed_in_is_asked_to_sign_in(community: Community, name: str) -> None:
    assert await refused(community, name, None) == "UNAUTHENTICATED"


@pytest.mark.parametrize(("name", "role"), TOO_LOW)
async def test_too_low_a_role_is_forbidden(community: Community, name: str, role: PersonRole) -> None:
    assert await refused(community, name, await community.person("low@skills.test", role)) == "FORBIDDEN"


@pytest.mark.parametrize("name", MUTATIONS)
async def test_every_role_from_the_least_on_may(community: Community, name: str) -> None:
    document, make_input, least = MUTATIONS[name]
    for role in ROLES[ROLES.index(least) :]:
        person = await community.person(f"{role.name.lower()}@skills.test", role)
        if name == "withdrawProposal":
            given = {
                "proposalId": await community.proposed(edit_skill(name=f"For {role.name}"), token=person)
            }
        elif name == "acceptProposal":
            given = {"proposalId": await community.proposed(edit_skill(name=f"For {role.name}"))}
        else:
            given = await make_input(community)
        payload = (await community.product.run(document, {"input": given}, token=person))[name]
        assert payload["userErrors"] == [], role


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
