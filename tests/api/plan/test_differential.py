"""Whatever a client writes, the compiled path answers as the ordinary executor does."""

import base64
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings

from service.api.node import encode_id
from tests.api.plan.documents import CURSORS, Asking, askings, askings_of_rows
from tests.api.plan.ends import Ends

# More, and others each time, by night: PLAN_EXAMPLES=100000.
EXAMPLES = int(os.environ.get("PLAN_EXAMPLES", "2000"))
IS_SEARCH = "PLAN_EXAMPLES" in os.environ
LISTS = {
    "skills": (
        "skills(first: 100) { edges { cursor } }",
        "skills(first: 100, orderBy: {field: NAME, direction: DESC}) { edges { cursor } }",
        "skills(first: 100, orderBy: {field: LAST_UPDATED}) { edges { cursor } }",
        "skills(first: 100, orderBy: {field: LAST_UPDATED, direction: DESC}) { edges { cursor } }",
        'skills(first: 100, filter: {text: "a"}) { edges { cursor } }',
    ),
    "proposals": ("proposals(first: 100) { edges { cursor } }",),
    "rows": (
        *(f'role(slug: "role-{number}") {{ skills {{ edges {{ cursor }} }} }}' for number in range(3)),
        'skill(slug: "skill-0") { comments { edges { cursor node { replies { edges { cursor } } } } } }',
    ),
}
# In the form of a cursor, but of no row, or with values that are none.
ODD: Sequence[Any] = (
    [],
    {},
    "x",
    ["NAME ASC"],
    ["NAME ASC", "Same", 4, 5],
    ["NAME ASC", "\x7f\u2028'\"\\", 0],
    ["NAME ASC", "Same", True],
    ["NAME ASC", "Same", 2**63 - 1],
    ["NAME ASC", "Same", 2**63],
    ["NAME ASC", "Same", 1.0],
    ["NAME ASC", None, 1],
    ["NAME ASC", "a\0", 1],
    ["LAST_UPDATED ASC", "2026-03-17T08:00:00", 1],
    ["LAST_UPDATED ASC", "2026-03-17", 1],
    ["LAST_UPDATED DESC", "2026-03-17T08:00:00+14:00", 1],
    ["LAST_UPDATED DESC", "0001-01-01T00:00:00+14:00", 1],
    ["LAST_UPDATED ASC", "9999-12-31T23:59:59-14:00", 1],
    ["LAST_UPDATED ASC", 5, 1],
    ["RELEVANCE ASC", 0, "Same", 4],
    ["RELEVANCE ASC", -(2**62), "", 0],
    ["newest first", -(2**63) + 1],
    ["newest first", "1"],
)


def below_node(selections: str) -> Asking:
    """What is asked of a skill by its id."""
    return Asking(f'{{ node(id: "{encode_id("Skill", (1,))}") {{ ... on Skill {{ {selections} }} }} }}')


@dataclass
class Tally:
    """What became of the documents."""

    documents: int = 0
    planned: int = 0
    with_pieces: int = 0
    cursors: dict[str, list[str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
async def tally(ends: Ends) -> Tally:
    """With cursors of earlier answers."""
    found = Tally()
    for name, lists in LISTS.items():
        found.cursors[name] = []
        for text in lists:
            answer = await ends.by_executor(f"{{ {text} }}")
            found.cursors[name] += cursors_in(answer.json["data"])
    found.cursors["odd"] = [_as_cursor(value) for value in ODD] + [
        "",
        "=",
        "é",
        "x" * 1_001,
        "AAECAwQFBgcICQ",
    ]
    assert {name: bool(known) for name, known in found.cursors.items()} == dict.fromkeys(CURSORS, True)
    return found


def cursors_in(data: Any) -> list[str]:
    """All of them, in the order of the answer."""
    if isinstance(data, list):
        return [cursor for item in data for cursor in cursors_in(item)]
    if not isinstance(data, dict):
        return []
    own = [data["cursor"]] if "cursor" in data else []
    return own + [cursor for value in data.values() for cursor in cursors_in(value)]


def _as_cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


async def compare(ends: Ends, tally: Tally, asking: Asking) -> None:
    """Ask both; where a plan answers, once more in the same words, which then go express.

    Rows of lists that are kept by themselves are read at first, and kept the second time.
    """
    document, variables = asking.of(tally.cursors)
    more = {} if asking.operation is None else {"operationName": asking.operation}
    expected = await ends.by_executor(document, variables, **more)
    found, is_planned = await ends.by_plan(document, variables, **more)
    tally.documents += 1
    tally.planned += is_planned
    assert found.shown == expected.shown
    if is_planned:
        if ends.has_left_holes:
            tally.with_pieces += 1
            assert (await ends.by_whole_plan(document, variables, **more)).shown == expected.shown
        again, _ = await ends.by_plan(document, variables, **more)
        assert again.shown == expected.shown


def searching(examples: int) -> settings:
    """The same documents each time, so that a change is judged by itself; what a search finds becomes an example."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=not IS_SEARCH,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        # A document is small as it stands: to shrink it takes minutes.
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )


@searching(EXAMPLES)
@example(asking=Asking("query ($v: Boolean = true) { frameworks { slug @include(if: $v) } }", {"v": None}))
@example(
    asking=Asking(
        "query ($v: Boolean = true) { levels { id @include(if: false) @skip(if: $v) } }", {"v": None}
    )
)
@example(asking=Asking("query ($v: Boolean = true) { frameworks @skip(if: $v) @include(if: $v) { slug } }"))
@example(asking=Asking("{ domains { name groups { name } } frameworks { domains { id } } }"))
@example(asking=below_node("proposals(first: 1) { totalCount }"))
@example(asking=below_node("viewerWatch { id } proposals { totalCount }"))
# Two fields fail, the one that is asked for first after more work than the other.
@example(
    asking=Asking(
        """query ($v: Boolean = false) {
          frameworks { null: domains { groups { name @include(if: $v) } } }
          levels { framework { name @skip(if: $v) } }
        }""",
        {"v": None},
    )
)
@given(asking=askings())
async def test_any_document(ends: Ends, tally: Tally, asking: Asking) -> None:
    await compare(ends, tally, asking)


@searching(EXAMPLES // 8)
@example(asking=Asking("{ skills { nodes { levels { requirements { a: description } } } } }"))
@example(asking=Asking("{ skills { edges { node { levels { id } } } nodes { x: levels { id } name } } }"))
@example(
    asking=Asking(
        "{ roles { skills { totalCount nodes { ...R } edges { cursor node { id ...R } } } } } "
        "fragment R on RoleSkill { skill { name group { slug } } requirements { id skill { slug } } }"
    )
)
@example(asking=Asking("{ domains { groups { skills(last: 1) { nodes { levels { level { name } } } } } } }"))
@given(asking=askings_of_rows())
async def test_lists_of_rows_that_are_kept_by_themselves(ends: Ends, tally: Tally, asking: Asking) -> None:
    await compare(ends, tally, asking)


async def test_most_of_them_had_a_plan(tally: Tally) -> None:
    if tally.documents == 0:
        pytest.skip("it counts the documents of the tests above: run all")
    assert tally.planned >= tally.documents / 2
    assert tally.with_pieces >= EXAMPLES / 20
