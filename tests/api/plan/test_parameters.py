"""No value of a document or of its variables ever stands in the text of a statement."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
)

from service.api.plan.marks import METADATA
from tests.api.plan.documents import SCHEMA
from tests.api.plan.ends import Ends

MARK = "qzxj"
HOSTILE = (
    "",
    "'; DROP TABLE skill; --",
    "\"'`´’\\' \\\\",
    "$1 $2::text $$x$$",
    "%s %(x)s {0} {x}",
    ":name :s0_slug",
    "é ß 漢字 🧑‍🚀 \u202e",
    "\x01\x1b\x7f\u2028",
    "x" * 10_000,
    "E'\\x41' U&'\\0041'",
    "/* */ -- \n ; select",
    "null",
    "\0",
    "\ud800",
)
PARENTS = {
    "Query": "{call}",
    "Skill": 'skill(slug: "skill-0") {{ {call} }}',
    "Group": 'group(slug: "group-0") {{ {call} }}',
    "Role": 'role(slug: "role-0") {{ {call} }}',
}
# Refused by the compiler whatever is given.
UNPLANNED = {("Query", "nodes")}
# What stands for arguments that a field cannot do without while another is tried.
NEEDED = {"Int": "1", "String": '"skill-0"'}
# In the place of each kind of value, others of the same shape.
OTHERS: dict[str, list[Any]] = {
    "Int": [0, 1, 7, 100],
    "Boolean": [True, False],
    "SkillStatus": ["DRAFT", "PUBLISHED", "DEPRECATED"],
    "ProposalState": ["OPEN", "ACCEPTED", "DECLINED", "WITHDRAWN"],
    "ReviewDecision": ["REVIEW_REQUIRED", "CHANGES_REQUESTED", "APPROVED"],
    "DateTime": ["2026-03-17T08:00:00Z", "2026-03-17T08:00:00.000001+14:00", "9999-12-31T23:59:59Z"],
}


def arguments() -> Iterator[tuple[str, str, str, str, str]]:
    """Type, field, the way to each text or number of its arguments, and the types of argument and value."""
    for parent in PARENTS:
        kind = SCHEMA.type_map[parent]
        assert isinstance(kind, GraphQLObjectType)
        for name, field in kind.fields.items():
            for argument, given in field.args.items():
                for way, value in leaves(argument, given):
                    if (
                        _has_plan(parent, name) and argument != "orderBy"
                    ):  # an order is a statement of its own
                        yield parent, name, way, str(given.type), value


def _has_plan(parent: str, name: str) -> bool:
    """Whether the field is declared; what a resolver works out is the ordinary executor's."""
    kind = SCHEMA.type_map[parent]
    assert isinstance(kind, GraphQLObjectType)
    definition = kind.fields[name].extensions["strawberry-definition"]
    return (parent, name) not in UNPLANNED and definition.metadata.get(METADATA) is not None


def leaves(way: str, given: GraphQLArgument | GraphQLInputField) -> Iterator[tuple[str, str]]:
    kind = get_named_type(given.type)
    if not isinstance(kind, GraphQLInputObjectType):
        yield way, kind.name
        return
    for name, field in kind.fields.items():
        yield from leaves(f"{way}.{name}", field)


def cursor(*values: Any) -> str:
    return (
        base64.urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode("utf-8", "replace"))
        .decode()
        .rstrip("=")
    )


def values_of(way: str, kind: str) -> list[Any]:
    """Values of the same shape, each text with the mark in it."""
    texts = [f"{MARK}{text}{MARK}" for text in HOSTILE]
    if way in ("after", "before"):
        named = [cursor(order, text, 1) for order in ("NAME ASC", "name") for text in texts]
        return named + [
            cursor(f"{order} first", number) for order in ("newest", "oldest") for number in (-1, 1, 5, 2**62)
        ]
    if kind in ("String", "ID"):
        return texts
    found = OTHERS[kind]
    return [found[:n] for n in range(1, len(found) + 1)] if _is_enum(kind) else found


def call(parent: str, field: str, argument: str) -> str:
    """A document around one argument."""
    kind = SCHEMA.type_map[parent]
    assert isinstance(kind, GraphQLObjectType)
    target = get_named_type(kind.fields[field].type)
    below = ""
    if isinstance(target, GraphQLObjectType | GraphQLInterfaceType):
        below = "{ nodes { __typename } totalCount }" if "nodes" in target.fields else "{ __typename }"
    others = "".join(
        f", {name}: {NEEDED[get_named_type(other.type).name]}"
        for name, other in kind.fields[field].args.items()
        if isinstance(other.type, GraphQLNonNull) and not argument.startswith(f"{name}:")
    )
    return PARENTS[parent].format(call=f"{field}({argument}{others}) {below}")


def shaped(way: str, value: Any) -> tuple[str, Any]:
    """The argument's name, and its value around that of the way."""
    name, *rest = way.split(".")
    for step in reversed(rest):
        value = {step: value}
    return name, value


def literal(value: Any, kind: str) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(one, kind)}" for name, one in value.items()) + "}"
    text = json.dumps(value)
    return text.replace('"', "") if _is_enum(kind) else text


def _is_enum(kind: str) -> bool:
    return isinstance(SCHEMA.type_map[kind], GraphQLEnumType)


@pytest.mark.parametrize(("parent", "field", "way", "declared", "kind"), list(arguments()))
async def test_values_stand_beside_the_statement(
    ends: Ends, parent: str, field: str, way: str, declared: str, kind: str
) -> None:
    statements: dict[str, int] = {}
    for value in values_of(way, kind):
        name, given = shaped(way, value)
        by_variable = f"query ($v: {declared}) {{ {call(parent, field, f'{name}: $v')} }}"
        by_literal = f"{{ {call(parent, field, f'{name}: {literal(given, kind)}')} }}"
        for document, variables in ((by_variable, {"v": given}), (by_literal, None)):
            count = len(ends.fetcher.asked)
            found, _ = await ends.by_plan(document, variables)
            assert found.status in (200, 400)
            for sql, _ in ends.fetcher.asked[count:]:
                statements[sql] = statements.get(sql, 0) + 1
    assert not any(MARK in sql for sql in statements)
    assert len(statements) == 1, "values of one shape share one statement"
    assert sum(statements.values()) >= 4, "most of the values are not refused"


@pytest.mark.parametrize(
    "key", ["frameworks", "slug", "levels", "edges", "totalCount", "startCursor", "__typename"]
)
async def test_aliases_stand_beside_the_statement(ends: Ends, key: str) -> None:
    document = (
        "{ frameworks { slug levels { id } } skills(first: 1) "
        "{ edges { cursor } totalCount pageInfo { startCursor } __typename } }"
    )
    statements = set()
    aliases = (
        "_",
        "select",
        "null",
        "s0_limit",
        "alias0",
        "param_1",
        "members_json",
        "x" * 100,
        "_1",
        "convert_to",
    )
    for alias in aliases:
        sent = document.replace(f"{key} ", f"{MARK}{alias[:96]}: {key} ", 1)
        assert sent != document
        found, is_planned = await ends.by_plan(sent)
        assert is_planned
        assert found.shown == (await ends.by_executor(sent)).shown
        statements.add(ends.fetcher.asked[-1][0])
    assert len(statements) == 1
    assert MARK not in statements.pop()
