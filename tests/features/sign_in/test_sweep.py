"""A second person goes over every id and mutation: they see what anybody sees, and change nothing of another's."""

from typing import Any

import pytest

from service.api.node import NODE_TYPES, encode_id
from service.people.models import PersonRole
from tests.factories import Product
from tests.factories.browser import Browser
from tests.factories.community import Community, codes, edit_skill, make_community
from tests.factories.contents import everything
from tests.factories.documents import CREATE_TOKEN
from tests.factories.operations import INPUTS

Json = dict[str, Any]
VICTIM = "victim@skills.test"
IDS_EACH = 12
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
# Mutations of something that is somebody's own, with the id of which another may try.
OF_ONES_OWN = ("deleteComment", "editComment", "revokeToken", "withdrawProposal")


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


@pytest.fixture
async def victim(browser: Browser, community: Community) -> str:
    """A token of somebody who has something of every kind."""
    await browser.enter(VICTIM)
    wish = {"input": {"name": "A script", "scopes": ["PROPOSE", "ADMIN"]}}
    token = str((await browser.run(CREATE_TOKEN, wish))["createToken"]["secret"])
    await community.watch(token=token)
    await community.proposed(edit_skill(summary="The victim's."), token=token)
    await send(community, "addComment", await INPUTS["addComment"](community, token), token)
    return token


async def send(community: Community, name: str, given: Json, token: str) -> Json:
    """The payload of a mutation."""
    kind = name[0].upper() + name[1:]
    document = f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ userErrors {{ code }} }} }}"
    payload: Json = (await community.product.run(document, {"input": given}, token=token))[name]
    return payload


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
