"""`node` and `nodes`: every object by its id, and nothing for an id of nothing."""

import base64
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLInterfaceType, build_schema

from service.credentials.actions import begin_session
from service.credentials.rules import Lifetimes
from service.people.actions import join
from tests.factories import Product
from tests.factories.comments import act, commented, moderate, moderator, reported
from tests.factories.community import WATCHER, Community, edit, make_community, row_of

Json = dict[str, Any]
SCHEMA = build_schema(Path(__file__).parents[2].joinpath("schema.graphql").read_text())
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
OF_MODERATORS = "{ moderation { reports { nodes { __typename id } } auditLog { nodes { __typename id } } } }"
FOR_MODERATORS = {"AuditEntry", "Report"}
OF_THE_VIEWER = {"Session", "Token", "Viewer", "Watch"}

REVIEW = "mutation ($input: ReviewProposalInput!) { reviewProposal(input: $input) { userErrors { code } } }"

# Where an object of each type can be met.
EVERYTHING = """{
  frameworks { __typename id levels { __typename id } roles { __typename id
    levels { __typename id } skills { nodes { __typename id } } }
    domains { __typename id groups { __typename id } } }
  skill(slug: "progressive-delivery") { __typename id viewerWatch { __typename id }
    levels { __typename id requirements { __typename id } } }
  proposals { nodes { __typename id author { __typename id } changes { __typename id }
    skills { __typename id } versions { __typename id } reviews { nodes { __typename id } } } }
  history: skill(slug: "progressive-delivery") { revisions { nodes { __typename id } } }
  comments: skill(slug: "progressive-delivery") { comments { nodes {
    __typename id versions { __typename id } reactions { __typename id } } } }
  viewer { __typename id sessions { __typename id } tokens { __typename id } }
  changesSince(cursor: "0000000000000000") { events { __typename id } }
}"""


@pytest.fixture
async def community(product: Product) -> Community:
    made = await make_community(product)
    await made.watch()
    row = row_of(await made.skill(), "senior", "release-engineer")
    proposal = await made.proposed(edit(row, description="Mine."))
    review = {"input": {"proposalId": proposal, "version": 1, "verdict": "APPROVE"}}
    await product.run(REVIEW, review, token=made.reviewer)
    comment = await commented(made)
    await act(made, "editComment", {"commentId": comment, "body": "Said better."}, None)
    await act(made, "addReaction", {"commentId": comment, "kind": "THANKS"}, None)
    await reported(made, {"subjectId": comment, "kind": "SPAM"})
    await moderate(made, "lockDiscussion", subjectId=row["id"])
    await product.work()
    async with product.database.transaction() as session:
        person, at = await join(session, WATCHER, at=product.clock()), product.clock()
        await begin_session(session, person.id, browser="", at=at, lifetimes=Lifetimes())
    return made


def collected(data: Any, found: dict[str, str]) -> dict[str, str]:
    """One id for each type that an answer holds."""
    if isinstance(data, dict):
        if "id" in data:
            found.setdefault(data["__typename"], data["id"])
        for value in data.values():
            collected(value, found)
    elif isinstance(data, list):
        for value in data:
            collected(value, found)
    return found


async def every_id(community: Community) -> dict[str, str]:
    """An id of each type that has one, as the watcher meets them."""
    found = collected(await community.product.run(EVERYTHING, token=community.watcher), {})
    return collected(await community.product.run(OF_MODERATORS, token=await moderator(community)), found)


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
