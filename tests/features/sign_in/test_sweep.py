"""A second person goes over every id and mutation: they see what anybody sees, and change nothing of another's."""

import json
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema

from service.api.node import NODE_TYPES, decode_id, encode_id, row_id
from service.api.permissions import needs_of_mutations
from service.api.schema import schema
from service.people.models import PersonRole
from tests.factories import Product
from tests.factories.browser import Browser
from tests.factories.community import Community, codes, edit_skill, make_community
from tests.factories.contents import everything
from tests.factories.documents import CREATE_TOKEN
from tests.factories.ids import id_paths, with_id
from tests.factories.operations import INPUTS

Json = dict[str, Any]
VICTIM = "victim@skills.test"
IDS_EACH = 12
SENT_TOGETHER = 19
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
SCHEMA = build_schema(Path(__file__).parents[3].joinpath("schema.graphql").read_text())
# Mutations of something that is somebody's own, with the id of which another may try.
OF_ONES_OWN = ("deleteComment", "editComment", "editProposal", "revokeToken", "withdrawProposal")
# Their id is only a place in the order of one's own.
UP_TO = ("markAllNotificationsRead", "markAllNotificationsDone")
NEEDS = {name: needs.role for name, needs in needs_of_mutations(schema)}


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


@pytest.fixture
async def victim(browser: Browser, community: Community) -> str:
    """A token of somebody who has something of every kind."""
    await browser.enter(VICTIM)
    wish = {"input": {"name": "A script", "scopes": ["PROPOSE", "ADMIN"]}}
    token = str((await browser.run(CREATE_TOKEN, wish))["createToken"]["secret"])
    for name in ("markNotificationsRead", "setPlan", "tickExpectations", "addComment"):
        await send(community, name, await INPUTS[name](community, token), token)
    # The newest of all, and open.
    await community.proposed(edit_skill(summary="The victim's."), token=token)
    return token


async def send(community: Community, name: str, given: Json, token: str) -> Json:
    """The payload of a mutation."""
    (payload,) = await send_each(community, name, [given], token)
    return payload


async def send_each(community: Community, name: str, some: list[Json], token: str) -> list[Json]:
    """The payloads of the mutation with each of the inputs, as many in a document as may be."""
    assert SCHEMA.mutation_type is not None
    kind = SCHEMA.mutation_type.fields[name].args["input"].type
    payloads = []
    for first in range(0, len(some), SENT_TOGETHER):
        given = {f"i{at}": one for at, one in enumerate(some[first : first + SENT_TOGETHER])}
        declared = ", ".join(f"${at}: {kind}" for at in given)
        fields = " ".join(f"{at}: {name}(input: ${at}) {{ userErrors {{ code }} }}" for at in given)
        data = await community.product.run(f"mutation ({declared}) {{ {fields} }}", given, token=token)
        payloads += [data[at] for at in given]
    return payloads


async def seen(community: Community, token: str | None) -> dict[str, bool]:
    """Of every id of every type, whether there is anything for the person."""
    ids = [
        encode_id(name, (number,) * len(kind.origin.key))
        for name, kind in NODE_TYPES.items()
        for number in range(1, IDS_EACH + 1)
    ]
    found: dict[str, bool] = {}
    for first in range(0, len(ids), 100):
        some = ids[first : first + 100]
        nodes = (await community.product.run(NODES, {"ids": some}, token=token))["nodes"]
        found |= {key: node is not None for key, node in zip(some, nodes, strict=True)}
    return found


async def ids_of(community: Community, victim: str) -> tuple[list[str], list[str]]:
    """The newest id of each type that the victim alone sees, and of each that everybody sees something of."""
    anybody = {key for key, is_there in (await seen(community, None)).items() if is_there}
    theirs = {key for key, is_there in (await seen(community, victim)).items() if is_there} - anybody
    return [*_newest(theirs).values()], [*_newest(anybody).values()]


def _newest(ids: set[str]) -> dict[str, str]:
    """One id for each type."""
    decoded = sorted((decoded, key) for key in ids if (decoded := decode_id(key)) is not None)
    return {type_name: key for (type_name, _), key in decoded}


async def tried(
    community: Community, ids: list[str], another: str, role: PersonRole
) -> dict[str, list[Json]]:
    """Inputs for each mutation that the role may send: each of the ids in each place where the mutation takes one."""
    assert SCHEMA.mutation_type is not None
    found: dict[str, list[Json]] = {}
    for name, field in SCHEMA.mutation_type.fields.items():
        kind = field.args["input"].type
        paths = list(id_paths(kind))
        if paths and NEEDS[name].rank <= role.rank:
            given = await INPUTS[name](community, another)
            found[name] = [with_id(kind, given, path, key) for path in paths for key in ids]
    return found


async def own_key(community: Community, token: str) -> int:
    """The number of the person's row."""
    data = await community.product.run("{ viewer { person { id } } }", token=token)
    key = row_id(data["viewer"]["person"]["id"], "Person")
    assert key is not None
    return key


def others_rows(contents: dict[str, str], person: int) -> set[tuple[str, str]]:
    """Each row of each table that is not the person's own; that people go on with a proposal is no change of it."""
    found = [(table, json.loads(row)) for table, text in contents.items() for row in text.splitlines()]
    return {
        (table, json.dumps(row | {"active_at": None, "stale_at": None}))
        for table, row in found
        if row.get("person_id") != person
    }


@pytest.mark.parametrize("role", [PersonRole.READER, PersonRole.REVIEWER])
async def test_another_person_sees_of_every_id_what_anybody_sees(
    community: Community, victim: str, role: PersonRole
) -> None:
    another = await community.person("another@skills.test", role)
    anybody = await seen(community, None)
    own = {key for key, is_there in (await seen(community, another)).items() if is_there} - {
        key for key, is_there in anybody.items() if is_there
    }
    # Themselves as the viewer, and the token that they come by.
    assert len(own) == 2
    victims = {key for key, is_there in (await seen(community, victim)).items() if is_there}
    assert victims.isdisjoint(own)
    assert len(victims - {key for key, is_there in anybody.items() if is_there}) >= 4


async def test_no_mutation_reaches_what_only_somebody_else_sees(community: Community, victim: str) -> None:
    private, _ = await ids_of(community, victim)
    # Whoever may everything that anybody may.
    another = await community.person("another@skills.test", PersonRole.ADMIN)
    for name, inputs in (await tried(community, private, another, PersonRole.ADMIN)).items():
        before = await everything(community.product.database)
        for given, payload in zip(inputs, await send_each(community, name, inputs, another), strict=True):
            assert codes(payload) or name in UP_TO, (name, given)
        assert await everything(community.product.database) == before, name


async def test_no_mutation_of_a_contributor_changes_what_others_wrote(
    community: Community, victim: str
) -> None:
    _, public = await ids_of(community, victim)
    another = await community.person("another@skills.test", PersonRole.CONTRIBUTOR)
    own = await own_key(community, another)
    for name, inputs in (await tried(community, public, another, PersonRole.CONTRIBUTOR)).items():
        before = others_rows(await everything(community.product.database), own)
        payloads = await send_each(community, name, inputs, another)
        after = others_rows(await everything(community.product.database), own)
        assert before <= after, name
        if all(codes(payload) for payload in payloads):
            assert before == after, name


@pytest.mark.parametrize("name", OF_ONES_OWN)
async def test_another_person_changes_nothing_of_somebody_elses(
    community: Community, victim: str, name: str
) -> None:
    given = await INPUTS[name](community, victim)
    another = await community.person("another@skills.test", PersonRole.REVIEWER)
    before = await everything(community.product.database)
    assert set(codes(await send(community, name, given, another))) <= {"NOT_FOUND", "NOT_THE_AUTHOR"}
    assert await everything(community.product.database) == before
    assert codes(await send(community, name, given, victim)) == []


async def test_another_person_ends_no_session_of_somebody_else(
    browser: Browser, community: Community, victim: str
) -> None:
    another = await community.person("another@skills.test", PersonRole.ADMIN)
    before = await everything(community.product.database)
    for number in range(1, IDS_EACH + 1):
        given = {"sessionId": encode_id("Session", (number,))}
        assert codes(await send(community, "endSessions", given, another)) == ["NOT_FOUND"]
    await send(community, "endSessions", {}, another)
    assert await everything(community.product.database) == before
    assert await browser.who() == VICTIM
