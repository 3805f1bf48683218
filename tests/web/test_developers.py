"""“For developers”: each sample of the page is sent as it stands there, and answered as the page says."""

import html
import json
import re
import shlex
from typing import Any

import pytest
from graphql import GraphQLScalarType, build_schema, specified_scalar_types, validate
from graphql import parse as parse_document

from service.web.developers import SAMPLES, SECRET
from service.web.operations import operations
from tests.api.live.wire import EVENTS, Reader
from tests.factories.community import Community

Json = dict[str, Any]


async def blocks(community: Community) -> dict[str, str]:
    """The samples of the page by their names, as somebody copies them."""
    page = await community.product.client.get("/developers")
    assert page.status_code == 200
    found = re.findall(r'<pre [^>]*data-sample="(\w+)"><code>(.*?)</code>', page.text, re.DOTALL)
    return {name: html.unescape(text) for name, text in found}


def parts(command: str) -> tuple[str, dict[str, str], str | None]:
    """What a curl command sends: the path with its query string, the headers, the body."""
    curl, target, *rest = shlex.split(command.replace("\\\n", " "))
    assert curl == "curl"
    pairs = list(zip(rest[::2], rest[1::2], strict=True))
    headers = dict(value.split(": ", 1) for flag, value in pairs if flag == "-H")
    body = next((value for flag, value in pairs if flag == "--data"), None)
    return re.sub(r"^https?://[^/]+", "", target), headers, body


def holds(found: Any, expected: Any) -> bool:
    """Whether an answer has all that is expected of it."""
    if isinstance(expected, dict):
        return all(name in found and holds(found[name], value) for name, value in expected.items())
    if isinstance(expected, list) and expected and isinstance(expected[0], dict):
        return len(found) == len(expected) and all(map(holds, found, expected))
    return bool(found == expected)


async def test_the_page_has_every_sample(community: Community) -> None:
    assert set(await blocks(community)) == set(SAMPLES) | {"codegen"}


@pytest.mark.parametrize("name", [name for name in SAMPLES if name != "subscription"])
async def test_each_sample_is_answered_as_it_says(community: Community, name: str) -> None:
    target, headers, body = parts((await blocks(community))[name])
    headers = {key: value.replace(SECRET, community.author) for key, value in headers.items()}
    client = community.product.client
    answer = await (
        client.get(target, headers=headers)
        if body is None
        else client.post(target, headers=headers, content=body.encode())
    )
    assert answer.status_code == SAMPLES[name].status
    assert holds(answer.json(), SAMPLES[name].answer), answer.text


async def test_the_subscription_begins_at_once(community: Community) -> None:
    _, headers, body = parts((await blocks(community))["subscription"])
    assert headers["Accept"] == EVENTS
    assert body is not None
    asked: Json = json.loads(body)
    reader = Reader(community.product.app, asked["query"], variables=asked["variables"])
    await reader.open()
    assert (await reader.chunk()).startswith(SAMPLES["subscription"].answer)
    reader.hang_up()
    await reader.rest()


async def test_types_can_be_generated_strictly(community: Community) -> None:
    """The configuration names each scalar of the schema that it points at, and the documents are valid there."""
    found = (await blocks(community))["codegen"]
    [url] = re.findall(r"^schema: \S+?(/\S+)$", found, re.MULTILINE)
    schema = build_schema((await community.product.client.get(url)).text)
    own = {name for name, kind in schema.type_map.items() if isinstance(kind, GraphQLScalarType)}
    [named] = re.findall(r"scalars: \{ (.*) \}", found)
    assert {one.split(":")[0] for one in named.split(", ")} == own - set(specified_scalar_types)
    for operation in operations().values():
        assert validate(schema, parse_document(operation.source)) == []
