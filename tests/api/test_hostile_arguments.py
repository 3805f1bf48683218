"""Hostile texts through every text argument: data or a coded error, never a fault of the server."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from service.api.node import encode_id
from service.people.models import PersonRole
from tests.api.objects import community_of_everything, every_id
from tests.factories import Product
from tests.factories.comments import moderator
from tests.factories.community import Community, edit_skill, make_community
from tests.factories.operations import INPUTS

Json = dict[str, Any]
SCHEMA = build_schema(Path(__file__).parents[2].joinpath("schema.graphql").read_text())
HOSTILE = {
    "nothing": "",
    "a space": " ",
    "NUL": "\0",
    "NUL inside": "progressive\0delivery",
    "half a surrogate": "\ud800",
    "the surrogate's other half": "a\udfff",
    "10,000 letters": "x" * 10_000,
    "emoji": "🧑‍🚀🏳️‍🌈",
    "right to left": "\u202eتسليم\u202c",
    "quotes": "'\"`´”’\\",
    "SQL": "'; DROP TABLE skill; --",
    "LIKE": "%_\\%",
    "a format": "%s %(x)s {0} {x} $1 :x",
    "line breaks": "a\r\nb\u2028c\x85",
    "control characters": "\x01\x08\x1b[2J\x7f",
    "marks upon marks": "Z" + "\u0335" * 500,
    "no character": "\uffff\ufffe\U0010ffff",
    "JSON": '{"a": [1, null]}',
    "base64 of bytes": "AAECAwQFBgcICQ",
    "a number": "9" * 50,
}
CODES = {"BAD_USER_INPUT", "COST_EXCEEDED", "FORBIDDEN"}
TEXTS = {"String", "ID", "Markdown"}
SIMPLE = {
    "String": "senior",
    "Markdown": "senior",
    "ID": encode_id("Skill", (1,)),
    "Int": 1,
    "Boolean": True,
    "DateTime": "2026-03-17T00:00:00Z",
}


def object_types() -> Iterator[GraphQLObjectType]:
    """Types whose fields can be asked for."""
    for kind in SCHEMA.type_map.values():
        if kind.name in {"Mutation", "Subscription"} or kind.name.startswith("__"):
            continue  # what subscriptions are sent stands in `tests.api.live`
        if isinstance(kind, GraphQLObjectType):
            yield kind


def text_ways(
    name: str, given: GraphQLArgument | GraphQLInputField, depth: int = 0
) -> Iterator[tuple[str, ...]]:
    """The ways to every text within an argument; a list is stepped into by `*`."""
    kind = given.type.of_type if isinstance(given.type, GraphQLNonNull) else given.type
    steps: tuple[str, ...] = (name, "*") if isinstance(kind, GraphQLList) else (name,)
    inner = get_named_type(kind)
    if inner.name in TEXTS:
        yield steps
    elif isinstance(inner, GraphQLInputObjectType) and depth < 6:
        for field_name, field in inner.fields.items():
            for way in text_ways(field_name, field, depth + 1):
                yield (*steps, *way)


def exchanged(kind: GraphQLInputType, right: Any, way: tuple[str, ...], text: str) -> Any:
    """A right value of the type, or nothing yet, with the text at the end of the way."""
    if not way:
        return text
    if isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    if isinstance(kind, GraphQLList):
        return [exchanged(kind.of_type, right[0] if right else None, way[1:], text)]
    assert isinstance(kind, GraphQLInputObjectType)
    name, *rest = way
    own = right if isinstance(right, dict) else {}
    others = {} if kind.is_one_of else simple(kind) | own
    return others | {name: exchanged(kind.fields[name].type, own.get(name), tuple(rest), text)}


def simple(kind: GraphQLInputType) -> Any:
    """The shortest right value of the type."""
    if isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    if isinstance(kind, GraphQLList):
        return [simple(kind.of_type)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if not isinstance(kind, GraphQLInputObjectType):
        return SIMPLE[kind.name]
    needed = {name: field for name, field in kind.fields.items() if is_required_input_field(field)}
    given = dict(list(kind.fields.items())[:1]) if kind.is_one_of else needed
    return {name: simple(field.type) for name, field in given.items()}


def selection(field: GraphQLField) -> str:
    """Something to ask of the field."""
    return "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"


assert SCHEMA.query_type is not None
# Where an object without an id is met.
ROOT_FIELDS = {get_named_type(field.type).name: name for name, field in SCHEMA.query_type.fields.items()}
CASES = [
    (kind.name, field_name, way)
    for kind in object_types()
    for field_name, field in kind.fields.items()
    for argument_name, argument in field.args.items()
    for way in text_ways(argument_name, argument)
]


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


@dataclass
class Everything:
    """An object of every type, as somebody meets them."""

    community: Community
    watcher: str
    moderator: str
    ids: Mapping[str, str]

    def viewer_of(self, kind: str) -> str:
        """A token of somebody who meets objects of the type."""
        return self.watcher if kind in self.ids else self.moderator

    def document(self, kind: str, name: str, field: GraphQLField, hostile: str) -> str:
        """One that asks for a field of such an object, with variables for what the field needs and the hostile one."""
        given = {
            name: argument
            for name, argument in field.args.items()
            if is_required_argument(argument) or name == hostile
        }
        variables = ", ".join(f"${name}: {argument.type}" for name, argument in given.items())
        arguments = ", ".join(f"{name}: ${name}" for name in given)
        call = f"{name}({arguments}){selection(field)}"
        if kind in self.ids:
            call = f'node(id: "{self.ids[kind]}") {{ ... on {kind} {{ {call} }} }}'
        elif kind != "Query":
            call = f"{ROOT_FIELDS[kind]} {{ {call} }}"
        return f"query ({variables}) {{ {call} }}"


@pytest.fixture
async def everything(product: Product) -> Everything:
    community = await community_of_everything(product)
    ids = await every_id(community)
    return Everything(community, community.watcher, await moderator(community), ids)


async def answer_to(community: Community, body: Json, token: str | None = None) -> tuple[int, str]:
    """The status and text of the answer; lone surrogates travel as escapes."""
    headers = {"Content-Type": "application/json"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    answer = await community.product.client.post("/graphql", content=json.dumps(body), headers=headers)
    return answer.status_code, answer.text


def fault_of(status: int, text: str) -> str | None:
    """What is wrong with an answer: a fault of the server, or its insides shown."""
    if status >= 500:
        return f"status {status}"
    answer = json.loads(text)
    if "errors" not in answer:
        return None
    for error in answer["errors"]:
        if error.get("extensions", {}).get("code") not in CODES:
            return str(error)[:300]
        if not error["extensions"].get("requestId"):
            return "no request id"
        if any(
            word in error["message"].lower()
            for word in ("asyncpg", "sqlalchemy", "traceback", "select ", "0x")
        ):
            return f"shows its insides: {error['message'][:300]}"
    return None


def test_the_walk_meets_the_arguments_that_everybody_knows() -> None:
    assert {
        ("Query", "skill", ("slug",)),
        ("Query", "skills", ("filter", "text")),
        ("Query", "skills", ("after",)),
        ("Query", "nodes", ("ids", "*")),
        ("Query", "proposals", ("filter", "skill")),
        ("Group", "skills", ("filter", "role")),
    } <= set(CASES)


@pytest.mark.parametrize("kind", sorted({kind for kind, _, _ in CASES}))
async def test_no_text_through_an_argument_of_a_query_is_a_fault(everything: Everything, kind: str) -> None:
    faults: list[str] = []
    parent_type = SCHEMA.type_map[kind]
    assert isinstance(parent_type, GraphQLObjectType)
    for _, field_name, way in (case for case in CASES if case[0] == kind):
        field = parent_type.fields[field_name]
        document = everything.document(kind, field_name, field, way[0])
        others = {
            name: simple(given.type)
            for name, given in field.args.items()
            if is_required_argument(given) and name != way[0]
        }
        for name, text in HOSTILE.items():
            value = exchanged(field.args[way[0]].type, None, way[1:], text)
            body = {"query": document, "variables": others | {way[0]: value}}
            fault = fault_of(*await answer_to(everything.community, body, everything.viewer_of(kind)))
            if fault:
                faults.append(f"{kind}.{field_name}({'.'.join(way)}) with {name}: {fault}")
    assert faults == []


async def test_no_text_as_a_literal_is_a_fault(community: Community) -> None:
    for name in ("skill", "node", "group", "role"):
        for what, text in HOSTILE.items():
            argument = "id" if name == "node" else "slug"
            document = f"{{ {name}({argument}: {json.dumps(text)}) {{ __typename }} }}"
            status, answer = await answer_to(community, {"query": document})
            if "surrogate" in what:  # a literal may not even be written so
                (error,) = json.loads(answer)["errors"]
                assert error["extensions"]["code"] in {"GRAPHQL_PARSE_FAILED", "BAD_USER_INPUT"}
            else:
                assert fault_of(status, answer) is None, (name, what)


@pytest.mark.parametrize("name", INPUTS)
async def test_no_text_through_an_input_of_a_mutation_is_a_fault(community: Community, name: str) -> None:
    """A right input with one text after another exchanged."""
    assert SCHEMA.mutation_type is not None
    given = SCHEMA.mutation_type.fields[name].args["input"]
    token = await community.person("admin@skills.test", PersonRole.ADMIN)
    right = await INPUTS[name](community, token)
    document = f"mutation ($input: {given.type}) {{ {name}(input: $input) {{ userErrors {{ code }} }} }}"
    faults: list[str] = []
    for _, *way in text_ways("input", given):
        for what, text in HOSTILE.items():
            body = {
                "query": document,
                "variables": {"input": exchanged(given.type, right, tuple(way), text)},
            }
            fault = fault_of(*await answer_to(community, body, token))
            if fault:
                faults.append(f"{'.'.join(way)} with {what}: {fault}")
    assert faults == []


async def test_a_text_of_all_kinds_of_characters_comes_back_as_it_went(community: Community) -> None:
    text = "🧑‍🚀 \u202eتسليم\u202c '\"\\ %s {x} <b>&amp;</b> Z\u0335\u0335 \U0010ffff"
    after = await community.apply(edit_skill(summary=text, name="Zürich 'n' \"Co\"", keywords=[text]))
    assert (after["summary"], after["name"], after["keywords"]) == (text, "Zürich 'n' \"Co\"", [text])
