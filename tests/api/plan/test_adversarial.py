"""Documents that are sent to hurt: refused without a plan, or planned within bounds."""

import itertools
import json
from typing import Any

import pytest

from service.api import execution
from service.api.documents import Library
from service.api.execution import Call
from service.api.limits import Limits
from service.api.node import encode_id
from service.api.plan import answering, plans
from service.api.plan.answering import CompiledReads
from service.api.plan.plans import OperationPlans, Planner, Question
from service.api.schema import schema
from service.sources import Viewpoint
from tests.api.plan.ends import Ends

GRAPHQL_SCHEMA = execution.executable(schema)
LIMITS = Limits()
LIBRARY = Library(GRAPHQL_SCHEMA, LIMITS)
SLUG = "query ($slug: String!) { skill(slug: $slug) { name } }"


def chain(length: int, spread: str, end: str) -> str:
    """Fragments that each spread the next one."""
    links = [f"fragment F{n} on Skill {{ {spread.format(next=n + 1)} }}" for n in range(length)]
    return " ".join(
        ['{ skill(slug: "skill-0") { ...F0 } }', *links, f"fragment F{length} on Skill {{ {end} }}"]
    )


def nested(depth: int, field: str) -> str:
    """A field within itself."""
    return '{ skill(slug: "skill-0") { ' + f"{field} {{ " * depth + "id" + " }" * depth + " } }"


REFUSED: dict[str, tuple[str, Any]] = {
    "10,000 aliases": ("{ " + " ".join(f"a{n}: frameworks {{ slug }}" for n in range(10_000)) + " }", None),
    "31 aliases": ("{ frameworks { " + " ".join(f"a{n}: slug" for n in range(31)) + " } }", None),
    "15 skills deep": (nested(15, "replacedBy"), None),
    "1,000 skills deep": (nested(1_000, "replacedBy"), None),
    "100 inline fragments deep": (nested(100, "... on Skill"), None),
    "a fragment that spreads itself": (chain(0, "", "...F0"), None),
    "a cycle of 10 fragments": (chain(9, "...F{next} ...F{next}", "...F0"), None),
    "30 fragments, each spread twice": (chain(30, "...F{next} ...F{next}", "id"), None),
    "pages of pages of pages": (
        "{ skills(first: 100) { "
        + "nodes { group { skills(first: 100) { " * 2
        + "totalCount"
        + " } } }" * 2
        + " } }",
        None,
    ),
    "10,000 values": (SLUG, {"slug": "skill-0", "more": list(range(10_000))}),
    "lists 300 deep": (SLUG, {"slug": json.loads("[" * 300 + "]" * 300)}),
    "2 MB of a slug": (SLUG, {"slug": "x" * 2_000_000}),
    "no slug": (SLUG, {}),
    "a slug of no text": (SLUG, {"slug": {"a": ["b"] * 4_000}}),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_refused_without_a_plan(ends: Ends, name: str) -> None:
    document, variables = REFUSED[name]
    assert ends.compiled.operations.compiled is not None
    kept = len(ends.compiled.operations.compiled._plans), ends.compiled.operations.compiled._plans.bytes
    found, is_planned = await ends.by_plan(document, variables)
    assert not is_planned
    assert "data" not in found.json
    assert found.json["errors"]
    assert (
        len(ends.compiled.operations.compiled._plans),
        ends.compiled.operations.compiled._plans.bytes,
    ) == kept


@pytest.mark.parametrize(
    "document",
    [
        "{ "
        + " ".join(f'a{n}: skill(slug: "skill-{n}") {{ ...F }}' for n in range(28))
        + " } fragment F on Skill"
        " { id slug name summary keywords status revision lastUpdatedAt roleCount levelCount watcherCount }",
        nested(12, "replacedBy"),
        nested(50, "... on Skill"),
        "{ " + " ".join("frameworks { roles { name } levels { name } }" for _ in range(80)) + " }",
    ],
    ids=["28 skills", "12 skills deep", "50 inline fragments deep", "one field 80 times"],
)
async def test_the_largest_within_the_limits_have_a_plan(ends: Ends, document: str) -> None:
    found, is_planned = await ends.by_plan(document)
    assert is_planned
    assert found.shown == (await ends.by_executor(document)).shown


class Asker:
    """The plans of a process that nobody else asks, without a database."""

    def __init__(self) -> None:
        self.reads = CompiledReads(Planner(schema, GRAPHQL_SCHEMA))

    def ask(self, text: str, **variables: Any) -> Question | None:
        """The question for a valid document."""
        document = LIBRARY.document(text)
        call = Call(document, document.operation(None), variables, {}, 1)
        return self.reads.question(call, Viewpoint())

    @property
    def kept(self) -> list[OperationPlans]:
        return [found for found, _ in self.reads._plans._kept.values()]

    @property
    def sql_bytes(self) -> int:
        statements = (
            one
            for kept in self.kept
            for shaped in kept.shaped.values()
            if shaped
            for one in shaped.statements.values()
        )
        return sum(one.letters for one in statements if one is not None)


FIELDS = ("id", "slug", "name", "summary", "status", "revision", "levelCount")
BY_CONDITIONS = (
    f"query ({', '.join(f'${name}: Boolean!' for name in FIELDS)}) {{ frameworks {{ slug }} "
    f"skills {{ nodes {{ {' '.join(f'{name} @include(if: ${name})' for name in FIELDS)} }} }} }}"
)
BY_FILTER = "query ($filter: SkillFilter) { skills(filter: $filter) { nodes { name } } }"
NARROWED = ("text", "framework", "domain", "group", "role", "level")


def combinations(names: tuple[str, ...]) -> list[tuple[bool, ...]]:
    return list(itertools.product((False, True), repeat=len(names)))


def test_an_operation_keeps_few_outlines_and_few_statements() -> None:
    asker = Asker()
    for chosen in combinations(FIELDS):
        assert asker.ask(BY_CONDITIONS, **dict(zip(FIELDS, chosen, strict=True))) is not None
    for chosen in combinations(NARROWED):
        narrowed = {name: "x" for name, is_given in zip(NARROWED, chosen, strict=True) if is_given}
        assert asker.ask(BY_FILTER, filter=narrowed) is not None
    by_conditions, by_filter = asker.kept
    assert len(by_conditions.shaped) == plans._SHAPES_MAX
    (shaped,) = by_filter.shaped.values()
    assert shaped is not None
    assert len(shaped.statements) == plans._SHAPES_MAX


def test_values_of_one_shape_share_a_statement() -> None:
    asker = Asker()
    asked = {
        question.sql
        for n in range(200)
        if (question := asker.ask(BY_FILTER, filter={"text": f"x{n}" * 9, "role": "é" * n})) is not None
    }
    assert len(asked) == 1
    (kept,) = asker.kept
    size = kept.size
    asker.ask(BY_FILTER, filter={"text": "y", "role": "z"})
    assert kept.size == size


def test_a_process_keeps_few_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "_OPERATIONS_MAX", 5)
    asker = Asker()
    for n in range(20):
        asker.ask(f"{{ frameworks {{ a{n}: slug }} }}")
        assert len(asker.kept) == min(n + 1, 5)


def test_a_process_keeps_few_bytes_however_many_shapes_an_operation_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    most = 200_000
    monkeypatch.setattr(answering, "_BYTES_MAX", most)
    asker = Asker()
    for n in range(4):
        # Another text, and so another operation.
        text = BY_FILTER.replace(
            "{ name }", f"{{ name a{n}: group {{ domain {{ framework {{ name }} }} }} }}"
        )
        for chosen in combinations(NARROWED[:5]):
            narrowed = {name: "x" for name, is_given in zip(NARROWED, chosen, strict=False) if is_given}
            assert asker.ask(text, filter=narrowed) is not None
            assert asker.sql_bytes <= asker.reads._plans.bytes <= most
    assert 1 <= len(asker.kept) < 4, "the bound was never reached"


def test_what_is_asked_below_a_node_is_not_kept_again_and_again() -> None:
    asker = Asker()
    text = "query ($id: ID!) { node(id: $id) { ... on Skill { id proposals(first: 1) { totalCount } } } }"
    node_id = encode_id("Skill", (1,))
    assert asker.ask(text, id=node_id) is None
    (kept,) = asker.kept
    (shaped,) = kept.shaped.values()
    assert shaped is not None
    size, sites = kept.size, len(shaped.outlined.sites)
    for n in range(50):
        assert asker.ask(text, id=encode_id("Skill", (n,))) is None
    assert (kept.size, len(shaped.outlined.sites)) == (size, sites)
    assert len(shaped.statements) == 1
