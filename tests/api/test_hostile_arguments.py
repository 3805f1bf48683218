"""Hostile texts through every text argument: data or a coded error, never a fault of the server."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    build_schema,
    get_named_type,
    is_leaf_type,
)

from tests.factories import Product
from tests.factories.community import Community, edit_skill, make_community

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
# Where an object with arguments of its own is met.
PARENTS = {
    "Query": "{call}",
    "Skill": 'skill(slug: "progressive-delivery") {{ {call} }}',
    "Group": 'group(slug: "test-group") {{ {call} }}',
    "Role": 'role(slug: "release-engineer") {{ {call} }}',
    "Viewer": "viewer {{ {call} }}",
}
CODES = {"BAD_USER_INPUT", "COST_EXCEEDED"}


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
    if inner.name in {"String", "ID"}:
        yield steps
    elif isinstance(inner, GraphQLInputObjectType) and depth < 6:
        for field_name, field in inner.fields.items():
            for way in text_ways(field_name, field, depth + 1):
                yield (*steps, *way)


def built(way: tuple[str, ...], text: str) -> Any:
    """The value of an argument in which the text stands at the end of the way."""
    if not way:
        return text
    return [built(way[1:], text)] if way[0] == "*" else {way[0]: built(way[1:], text)}


def selection(field: GraphQLField) -> str:
    """Something to ask of the field."""
    inner = get_named_type(field.type)
    if is_leaf_type(inner):
        return ""
    return " { totalCount }" if inner.name.endswith("Connection") else " { __typename }"


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


def test_every_type_with_text_arguments_has_a_place_where_it_is_met() -> None:
    assert {kind for kind, _, _ in CASES} <= set(PARENTS)


@pytest.mark.parametrize("kind", sorted({kind for kind, _, _ in CASES}))
async def test_no_text_through_an_argument_of_a_query_is_a_fault(community: Community, kind: str) -> None:
    faults: list[str] = []
    parent_type = SCHEMA.type_map[kind]
    assert isinstance(parent_type, GraphQLObjectType)
    for _, field_name, way in (case for case in CASES if case[0] == kind):
        field = parent_type.fields[field_name]
        call = f"{field_name}({way[0]}: $v){selection(field)}"
        document = f"query ($v: {field.args[way[0]].type}) {{ {PARENTS[kind].format(call=call)} }}"
        for name, text in HOSTILE.items():
            body = {"query": document, "variables": {"v": built(way[1:], text)}}
            token = community.watcher if kind == "Viewer" else None
            fault = fault_of(*await answer_to(community, body, token))
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


MUTATION_INPUTS: dict[str, Json] = {
    "createProposal": {"title": "Better", "baseRevision": 1, "changes": [edit_skill(name="Better")]},
    "declineProposal": {"reason": "Not so."},
    "acceptProposal": {},
    "withdrawProposal": {},
    "watch": {},
    "unwatch": {},
    "watchSkill": {},
    "unwatchSkill": {},
}
CHANGES: dict[str, Json] = {
    "editSkill": {},
    "addRequirement": {
        "role": "site-reliability-engineer",
        "level": "senior",
        "necessity": "OPTIONAL",
        "description": "Knows it.",
    },
    "editRequirement": {"requirementId": "x", "description": "Knows it."},
    "removeRequirement": {"requirementId": "x"},
}


async def mutation_bodies(community: Community) -> list[tuple[str, Json]]:
    """Right inputs of every mutation with one text exchanged for a hostile one."""
    skill_id = (await community.keys())["id"]
    proposal_id = await community.proposed(edit_skill(name="Mine"))
    assert SCHEMA.mutation_type is not None
    bodies: list[tuple[str, Json]] = []
    for name, field in SCHEMA.mutation_type.fields.items():
        kind = get_named_type(field.args["input"].type)
        assert isinstance(kind, GraphQLInputObjectType)
        right: Json = dict(MUTATION_INPUTS[name])
        subjects = {"skillId": skill_id, "subjectId": skill_id, "proposalId": proposal_id}
        right |= {key: value for key, value in subjects.items() if key in kind.fields}
        document = f"mutation ($input: {kind.name}!) {{ {name}(input: $input) {{ userErrors {{ code }} }} }}"
        for way in text_ways("input", field.args["input"]):
            for what, text in HOSTILE.items():
                given = {"input": exchanged(right, way[1:], text)}
                label = f"{'.'.join(way)} of {name}, {what}"
                bodies.append((label, {"query": document, "variables": given}))
    return bodies


def exchanged(right: Json, way: tuple[str, ...], text: str) -> Json:
    """The input with one text exchanged."""
    if way[:2] != ("changes", "*"):
        return right | {way[0]: text}
    kind, *inner = way[2:]
    return right | {"changes": [{kind: CHANGES[kind] | built(tuple(inner), text)}]}


async def test_no_text_through_an_input_of_a_mutation_is_a_fault(community: Community) -> None:
    faults: list[str] = []
    for name, body in await mutation_bodies(community):
        token = (
            community.reviewer if "acceptProposal" in name or "declineProposal" in name else community.author
        )
        fault = fault_of(*await answer_to(community, body, token))
        if fault:
            faults.append(f"{name}: {fault}")
    assert faults == []


async def test_a_text_of_all_kinds_of_characters_comes_back_as_it_went(community: Community) -> None:
    text = "🧑‍🚀 \u202eتسليم\u202c '\"\\ %s {x} <b>&amp;</b> Z\u0335\u0335 \U0010ffff"
    after = await community.apply(edit_skill(summary=text, name="Zürich 'n' \"Co\"", keywords=[text]))
    assert (after["summary"], after["name"], after["keywords"]) == (text, "Zürich 'n' \"Co\"", [text])
