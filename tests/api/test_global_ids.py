"""`node` and `nodes`: every object by its id, and nothing for an id of nothing."""

import base64
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, build_schema

from tests.api.objects import community_of_everything, every_id
from tests.factories import Product
from tests.factories.comments import moderator
from tests.factories.community import Community

Json = dict[str, Any]
SCHEMA = build_schema(Path(__file__).parents[2].joinpath("schema.graphql").read_text())
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
FOR_MODERATORS = {"AuditEntry", "Report", "Webhook", "WebhookAttempt", "WebhookDelivery"}
OF_THE_VIEWER = {"Notification", "Plan", "Session", "Tick", "Token", "Viewer", "Watch"}


@pytest.fixture
async def community(product: Product) -> Community:
    return await community_of_everything(product)


async def test_an_object_of_every_type_can_be_met(community: Community) -> None:
    interface = SCHEMA.type_map["Node"]
    assert isinstance(interface, GraphQLInterfaceType)
    types = {implementer.name for implementer in SCHEMA.get_possible_types(interface)}
    assert types == set(await every_id(community))


async def test_node_gives_the_object_of_every_type(community: Community) -> None:
    for name, key in (await every_id(community)).items():
        token = await moderator(community) if name in FOR_MODERATORS else community.watcher
        data = await community.product.run(NODE, {"id": key}, token=token)
        assert data["node"] == {"__typename": name, "id": key}


async def test_ids_differ_between_types_and_rows(community: Community) -> None:
    ids = list((await every_id(community)).values())
    assert len(set(ids)) == len(ids)


async def test_a_node_has_the_fields_of_its_type(community: Community) -> None:
    skill = await community.keys()
    data = await community.product.run(
        "query ($id: ID!) { node(id: $id) { ... on Skill { slug roleCount levels { level { slug } } } } }",
        {"id": skill["id"]},
    )
    assert (data["node"]["slug"], data["node"]["roleCount"], len(data["node"]["levels"])) == (
        "progressive-delivery",
        2,
        5,
    )


async def test_what_is_the_viewers_own_is_nothing_to_others(community: Community) -> None:
    ids = await every_id(community)
    for name in OF_THE_VIEWER | FOR_MODERATORS:
        for token in (None, community.author, community.reviewer):
            data = await community.product.run(NODE, {"id": ids[name]}, token=token)
            assert data["node"] is None, name


async def test_nodes_come_in_the_order_of_their_ids(community: Community) -> None:
    ids = await every_id(community)
    ids = {name: key for name, key in ids.items() if name not in FOR_MODERATORS}
    wanted = [*ids.values(), "nonsense", *list(ids.values())[::-1]]
    data = await community.product.run(NODES, {"ids": wanted}, token=community.watcher)
    assert [node and node["id"] for node in data["nodes"]] == [*ids.values(), None, *list(ids.values())[::-1]]


async def test_a_hundred_ids_are_answered_and_one_more_is_refused(community: Community) -> None:
    key = (await community.keys())["id"]
    assert len((await community.product.run(NODES, {"ids": [key] * 100}))["nodes"]) == 100
    answer = await community.product.send(NODES, {"ids": [key] * 101})
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


async def test_no_ids_are_no_nodes(community: Community) -> None:
    assert (await community.product.run(NODES, {"ids": []}))["nodes"] == []


def spoilt(key: str) -> list[str]:
    """Ids made from a true one that name nothing."""
    text = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)).decode()
    version, kind, number = text.split(":", 2)
    texts = [
        f"{version}:{kind}:999999",
        f"{version}:{kind}:-1",
        f"{version}:{kind}:0",
        f"{version}:{kind}:",
        f"{version}:{kind}",
        f"{version}:{kind}:{'9' * 40}",
        f"{version}:{kind}:9223372036854775808",
        f"{version}:{kind}:{number}x",
        f"{version}:{kind}:{number}:{number}",
        f"{version}:{kind}:\u0661",
        f"{version}:{kind}:\u00b2",
        f"{version}:{kind}:1_0",
        f"{version}:{kind}: {number}",
        f"{version}:{kind}:{number}\n",
        f"{version}:{kind}:\0",
        f"{version}:{kind.lower()}:{number}",
        f"{version}:Nothing:{number}",
        f"{version}:Query:{number}",
        f"{version}:__Schema:{number}",
        f"2:{kind}:{number}",
        f"0:{kind}:{number}",
        f":{kind}:{number}",
    ]
    return [base64.urlsafe_b64encode(wrong.encode()).decode().rstrip("=") for wrong in texts]


MALFORMED = [
    "",
    " ",
    "=",
    "====",
    "x",
    "1",
    "Skill:1",
    "MTpTa2lsbDox!",
    "é",
    "😀",
    "/w==",
    "_w",
    "x" * 10_000,
]


async def test_a_malformed_or_foreign_id_is_nothing(community: Community) -> None:
    ids = await every_id(community)
    for key in ids.values():
        wrong = spoilt(key)
        data = await community.product.run(NODES, {"ids": wrong}, token=community.watcher)
        assert data["nodes"] == [None] * len(wrong), key
    data = await community.product.run(NODES, {"ids": MALFORMED})
    assert data["nodes"] == [None] * len(MALFORMED)


async def test_a_malformed_id_is_nothing_to_node_either(community: Community) -> None:
    for wrong in MALFORMED[:8]:
        assert (await community.product.run(NODE, {"id": wrong}))["node"] is None


async def test_an_id_of_another_type_is_not_found_by_a_mutation(community: Community) -> None:
    for name, key in (await every_id(community)).items():
        if name == "Skill":
            continue
        data = await community.product.run(
            "mutation ($id: ID!) { watchSkill(input: {skillId: $id}) { skill { id } userErrors { code } } }",
            {"id": key},
            token=community.author,
        )
        assert data["watchSkill"] == {"skill": None, "userErrors": [{"code": "NOT_FOUND"}]}, name


async def test_one_unknown_id_does_not_spoil_the_rest_of_the_answer(community: Community) -> None:
    data = await community.product.run('{ node(id: "nothing") { id } viewer { email } levels { slug } }')
    assert data["node"] is None
    assert len(data["levels"]) == 5
