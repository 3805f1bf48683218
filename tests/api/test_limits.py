"""The document check and the static cost."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLObjectType,
    OperationDefinitionNode,
    parse,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from service.api import limits
from service.api.cost import PriceList
from service.api.execution import executable
from service.api.failures import RequestError
from service.api.limits import Limits, check_document
from tests.api.bookshop import schema
from tests.api.hostile import HONEST

SCHEMA = executable(schema)
PRICES = PriceList(SCHEMA, Limits())


def refusal(query: str, bounds: Limits) -> str | None:
    """The limit that the document breaks, if any."""
    try:
        check_document(parse(query), bounds)
    except RequestError as error:
        told: Any = error.extensions["limit"]
        return str(told["name"]) if f"more than {told['limit']} " in error.message else error.message
    return None


@pytest.mark.parametrize(
    ("query", "bounds", "broken"),
    [
        ("{ a { b { c } } }", Limits(depth=3), None),
        ("{ a { b { c } } }", Limits(depth=2), "depth"),
        ("{ a { ...F } } fragment F on T { b { ... { c } } }", Limits(depth=3), None),
        ("{ a { ...F } } fragment F on T { b { ... { c } } }", Limits(depth=2), "depth"),
        ("{ a b c }", Limits(fields=3), None),
        ("{ a b c }", Limits(fields=2), "fields"),
        ("{ ...F ...F } fragment F on T { a }", Limits(fields=4), None),
        ("{ ...F ...F } fragment F on T { a }", Limits(fields=3), "fields"),
        ("{ x: a ...F ...F } fragment F on T { y: a }", Limits(aliases=3), None),
        ("{ x: a ...F ...F } fragment F on T { y: a }", Limits(aliases=2), "aliases"),
        ("{ abc: a }", Limits(alias_characters=3), None),
        ("{ abcd: a }", Limits(alias_characters=3), "aliasCharacters"),
        ("query A { a } query B { a }", Limits(operations=2), None),
        ("query A { a } query B { a }", Limits(operations=1), "operations"),
        ("{ ... { ... { a } } }", Limits(nesting=3), None),
        ("{ ... { ... { a } } }", Limits(nesting=2), "nesting"),
        ("{ ...F a { a { ...F } } } fragment F on T { a { a } }", Limits(nesting=5), None),
        ("{ ...F a { a { ...F } } } fragment F on T { a { a } }", Limits(nesting=4), "nesting"),
        ("{ a } fragment F on T { a b c }", Limits(fields=2), "fields"),
        ("{ ...F } fragment F on T { a ...F }", Limits(), None),
        ("{ a b } query B { c d }", Limits(fields=2), None),
    ],
)
def test_each_limit_holds_at_its_number(query: str, bounds: Limits, broken: str | None) -> None:
    assert refusal(query, bounds) == broken


@pytest.mark.parametrize("query", HONEST.values(), ids=HONEST.keys())
def test_honest_documents_are_within_the_limits(query: str) -> None:
    assert refusal(query, Limits()) is None


SELECTIONS = st.recursive(
    st.sampled_from(["a", "x: a", "...F0", "...F1", "...F2"]),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(
        lambda selections: "b { " + " ".join(selections) + " }"
    ),
    max_leaves=6,
)


@given(st.tuples(SELECTIONS, SELECTIONS, SELECTIONS, SELECTIONS), st.integers(1, 40))
@settings(max_examples=200, deadline=None)
def test_a_fragment_counts_wherever_it_is_spread(parts: tuple[str, str, str, str], limit: int) -> None:
    """Against the plain definition: write every fragment out, then count. Later fragments may not spread earlier
    ones, so that there is no cycle to write out."""
    operation, *fragments = parts
    for number in range(3):
        for earlier in range(number + 1):
            fragments[number] = fragments[number].replace(f"...F{earlier}", "a")
    query = f"{{ {operation} }} " + " ".join(
        f"fragment F{number} on T {{ {selections} }}" for number, selections in enumerate(fragments)
    )
    written_out = [operation, *fragments]
    count = max(_count(parse(f"{{ {part} }}"), fragments) for part in written_out)
    assert refusal(query, Limits(fields=limit, depth=100, aliases=10_000, nesting=200)) == (
        "fields" if count > limit else None
    )


def _count(document: DocumentNode, fragments: list[str]) -> int:
    count = 0
    waiting = [
        node.selection_set for node in document.definitions if isinstance(node, OperationDefinitionNode)
    ]
    while waiting:
        for selection in waiting.pop().selections:
            count += 1
            if isinstance(selection, FragmentSpreadNode):
                count += _count(parse(f"{{ {fragments[int(selection.name.value[1:])]} }}"), fragments)
            elif isinstance(selection, FieldNode) and selection.selection_set:
                waiting.append(selection.selection_set)
    return count


def test_fragments_in_a_row_never_exhaust_the_stack() -> None:
    links = [f"fragment F{n} on T {{ ...F{n + 1} }}" for n in range(2_000)]
    query = "{ ...F0 } " + " ".join(links) + " fragment F2000 on T { a }"
    assert refusal(query, Limits(fields=10_000)) == "nesting"


def test_each_fragment_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[str] = []
    links = [f"fragment F{n} on T {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30)]
    document = parse("{ ...F0 } " + " ".join(links) + " fragment F30 on T { a }")

    class Watched(dict[str, FragmentDefinitionNode]):
        def __getitem__(self, name: str) -> FragmentDefinitionNode:
            measured.append(name)
            return super().__getitem__(name)

    survey = limits._Survey
    monkeypatch.setattr(limits, "_Survey", lambda fragments, bounds: survey(Watched(fragments), bounds))
    check_document(document, Limits(fields=2**40, nesting=100))
    assert sorted(measured) == sorted(f"F{n}" for n in range(31))


def cost(query: str, **variables: object) -> int:
    document = parse(query)
    (operation,) = (node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return PRICES.price(document, operation).of(variables)


@pytest.mark.parametrize(
    ("query", "variables", "expected"),
    [
        ("{ hello }", {}, 1),
        ("{ hello __typename }", {}, 2),
        ("{ book(number: 1) { title author { name } } }", {}, 4),
        ("{ books(first: 10) { nodes { title } } }", {}, 1 + 10 * 2),
        ("{ books(last: 10) { nodes { title } } }", {}, 1 + 10 * 2),
        ("{ books(first: 10, last: 30) { nodes { title } } }", {}, 1 + 30 * 2),
        ("{ books { nodes { title } } }", {}, 1 + 20 * 2),
        ("{ books(first: null) { nodes { title } } }", {}, 1 + 20 * 2),
        ("{ books(first: 0) { nodes { title } } }", {}, 1),
        ("{ books(first: -5) { nodes { title } } }", {}, 1),
        ("query($n: Int) { books(first: $n) { nodes { title } } }", {"n": 50}, 1 + 50 * 2),
        ("query($n: Int) { books(first: $n) { nodes { title } } }", {}, 1 + 20 * 2),
        ("query($n: Int) { books(first: $n) { nodes { title } } }", {"n": None}, 1 + 20 * 2),
        ("query($n: Int = 30) { books(first: $n) { nodes { title } } }", {}, 1 + 30 * 2),
        ("query($n: Int = 30) { books(first: $n) { nodes { title } } }", {"n": 3}, 1 + 3 * 2),
        ("query($n: Int) { books(first: $n, last: 7) { nodes { title } } }", {"n": 3}, 1 + 7 * 2),
        ("query($n: Int) { books(first: $n) { nodes { title } } }", {"n": "x"}, 1 + 20 * 2),
        ("query($n: Int) { books(first: $n) { nodes { title } } }", {"n": True}, 1 + 20 * 2),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', {}, 1 + 3),
        ('{ nodes(ids: "a") { id } }', {}, 1 + 1),
        ("query($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": ["a"] * 7}, 1 + 7),
        ("{ shelves { title } }", {}, 1 + 20),
        ("{ book(number: 1) { chapters { title } } }", {}, 1 + 1 + 5),
        (
            "query($n: Int) { books(first: $n) { nodes { author { books(first: 10) { nodes { title } } } } } }",
            {"n": 4},
            1 + 4 * (1 + 1 + 1 + 10 * 2),
        ),
        ("{ books(first: 10) { ...F } } fragment F on BookConnection { nodes { title } }", {}, 1 + 10 * 2),
        ("{ books(first: 10) { nodes { ... on Book { title } ... { id } } } }", {}, 1 + 10 * 3),
        (
            '{ nodes(ids: ["a", "b"]) { ... on Author { books(first: 5) { nodes { id } } } } }',
            {},
            1 + 2 * (1 + 5 * 2),
        ),
    ],
)
def test_a_field_costs_one_times_the_rows_above_it(
    query: str, variables: dict[str, object], expected: int
) -> None:
    assert cost(query, **variables) == expected


def test_the_pages_that_the_limit_was_made_for_are_within_it() -> None:
    index = "{ books(first: 100) { nodes { title author { books(first: 100) { nodes { %s } } } } } }"
    fields = "id title __typename a: title b: title c: title d: title e: title"
    assert 90_000 < cost(index % fields) <= Limits().cost
    assert (
        cost(
            "{ books(first: 50) { nodes { title chapters { title book { chapters { title book { title id } } } } } } }"
        )
        < Limits().cost / 5
    )


async def test_the_cost_of_introspection_is_near_what_it_returns() -> None:
    query = HONEST["introspection"]
    result = await schema.execute(query)
    assert result.data is not None
    returned = sum(1 for _ in _values(result.data))
    assert returned / 2 < cost(query) < returned * 2


def test_the_cost_of_one_named_type_is_that_of_the_largest() -> None:
    largest = max(len(one.fields) for one in SCHEMA.type_map.values() if isinstance(one, GraphQLObjectType))
    assert cost('{ __type(name: "Any") { fields { name } } }') >= largest


def _values(data: object) -> Iterator[object]:
    if isinstance(data, dict):
        for value in data.values():
            yield value
            yield from _values(value)
    elif isinstance(data, list):
        for value in data:
            yield from _values(value)


@given(st.integers(0, 30), st.integers(0, 30))
def test_the_cost_with_variables_is_the_cost_with_their_values_written_in(first: int, last: int) -> None:
    query = "{ books(first: 3) { nodes { author { ...F ...F } } } } fragment F on Author { books(first: $a, last: $b) "
    query += "{ nodes { author { books(first: $b) { nodes { id } } } } } }"
    written_in = query.replace("$a", str(first)).replace("$b", str(last))
    assert cost(f"query($a: Int, $b: Int) {query}", a=first, b=last) == cost(written_in)
