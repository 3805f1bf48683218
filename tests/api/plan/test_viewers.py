"""What depends on the viewer is never answered to one as to another, nor as to nobody."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from graphql import GraphQLField, GraphQLObjectType, get_named_type
from hypothesis import HealthCheck, given, settings

from service.api.node import NODE_TYPES, Node, encode_id
from service.api.plan.marks import METADATA, ViewerField
from service.people.models import Person
from tests.api.plan.documents import SCHEMA, Asking, askings, askings_of_rows
from tests.api.plan.ends import Ends
from tests.api.plan.test_differential import Tally, compare, tally

__all__ = ["tally"]  # a fixture

SKILL = encode_id("Skill", (1,))
# Ways to an object of the type that has the field: both viewers see something of their own there.
WAYS = {
    "Query": [
        "{ %s }",
        "{ mine: __typename ... on Query { %s } frameworks { slug } }",
        "query ($yes: Boolean = true) { ... @include(if: $yes) { %s } }",
    ],
    "Skill": [
        '{ skill(slug: "skill-0") { name %s } }',
        '{ skill(slug: "skill-0") { ...F } } fragment F on Skill { id ...G } fragment G on Skill { %s }',
        '{ a: skill(slug: "skill-1") { %s } b: skill(slug: "skill-0") { %s } }',
        "query ($slug: String!, $yes: Boolean!) { skill(slug: $slug) { ... @include(if: $yes) { %s } } }",
        "{ skills(filter: {status: [PUBLISHED]}) { nodes { %s } edges { node { slug } } } }",
        "{ skills { totalCount edges { node { ... on Node { ... on Skill { %s } } } } } }",
        '{ group(slug: "group-0") { skills { nodes { %s } } } }',
        '{ role(slug: "role-1") { skills { nodes { skill { %s } } } } }',
        '{ role(slug: "role-1") { skills { edges { node { requirements { skill { %s } } } } } } }',
        f'{{ node(id: "{SKILL}") {{ ... on Skill {{ %s }} }} }}',
        f'{{ node(id: "{SKILL}") {{ ...F }} }} fragment F on Node {{ id ... on Skill {{ name %s }} }}',
        "query ($id: ID!) { node(id: $id) { ... on Skill { group { skills { nodes { %s } } } } } }",
        f'{{ nodes(ids: ["{SKILL}"]) {{ ... on Skill {{ %s }} }} }}',
        f'{{ node(id: "{encode_id("Proposal", (1,))}") {{ ... on Proposal {{ skill {{ %s }} }} }} }}',
        "{ proposals { nodes { skill { %s } } } }",
        # Lists of which everything else may be kept by itself.
        "{ skills { nodes { name levels { id } %s } } }",
        '{ role(slug: "role-1") { skills { nodes { requirements { id } skill { %s } } } } }',
    ],
    "Group": ['{ group(slug: "group-0") { %s } }', '{ skill(slug: "skill-0") { group { name %s } } }'],
    "Domain": ["{ domains { slug %s } }", '{ group(slug: "group-0") { domain { %s } } }'],
    "Role": [
        '{ role(slug: "role-1") { %s } }',
        "{ roles { %s } }",
        "{ skills { nodes { levels { requirements { role { slug %s } } } } } }",
    ],
    "Proposal": ["{ proposal(number: 1) { %s } }", "{ proposals { totalCount nodes { %s } } }"],
}
WAYS["Comment"] = [
    '{ skill(slug: "skill-0") { comments { nodes { id %s } } } }',
    f'{{ node(id: "{encode_id("Comment", (9,))}") {{ ... on Comment {{ %s replies {{ nodes {{ body }} }} }} }} }}',
    "{ skills { nodes { comments { edges { node { %s } } } } } }",
]
WAYS["Person"] = [
    "{ proposals { nodes { author { name %s } } } }",
    f'{{ node(id: "{encode_id("Person", (1,))}") {{ ... on Person {{ name %s }} }} }}',
]
WAYS["Requirement"] = [
    '{ skill(slug: "skill-0") { levels { requirements { necessity %s } } } }',
    '{ role(slug: "role-1") { skills { nodes { requirements { %s } } } } }',
    "{ skills { nodes { levels { requirements { id %s } } } } }",
]
# Refused, not empty, to whoever does not moderate, and the same to all who are signed in: held by the matrix.
REFUSED = {("Query", "moderation"), ("Query", "people")}
VARIABLES = {"slug": "skill-0", "yes": True, "id": SKILL}


def viewer_fields() -> Iterator[tuple[str, str, GraphQLField]]:
    """Every field that depends on who asks, by the name of its type."""
    for kind in SCHEMA.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for name, found in kind.fields.items():
                definition = found.extensions.get("strawberry-definition")
                if definition is None or (kind.name, name) in REFUSED:
                    continue
                if isinstance(definition.metadata.get(METADATA), ViewerField):
                    yield kind.name, name, found


def selection(name: str, found: GraphQLField) -> str:
    """The field with all leaves of its object."""
    target = get_named_type(found.type)
    if not isinstance(target, GraphQLObjectType):
        return name
    leaves = [leaf for leaf, one in target.fields.items() if not hasattr(get_named_type(one.type), "fields")]
    return f"{name} {{ {' '.join(leaves)} }}"


def is_private(kind: Any) -> bool:
    """Whether not everybody may see the rows of the type."""
    return kind.is_visible.__func__ is not Node.is_visible.__func__  # type: ignore[attr-defined]


def reads(found: GraphQLField) -> tuple[str, ...] | None:
    """The columns that the field's resolver looks at, where a plan can hand them over."""
    mark = found.extensions["strawberry-definition"].metadata[METADATA]
    assert isinstance(mark, ViewerField)
    return mark.reads


FIELDS = list(viewer_fields())
# For moderators alone: to everybody else, signed in or not, they are null.
FOR_MODERATORS = {"isSuspended", "reviewDomains", "role", "withheldBody"}
DOCUMENTS = [
    pytest.param(
        way.replace("%s", selection(name, found)),
        name in FOR_MODERATORS,
        kind == "Query" or reads(found) is not None,
    )
    for kind, name, found in FIELDS
    for way in WAYS.get(kind, [])
]


@pytest.fixture(scope="module")
async def people(ends: Ends) -> Sequence[Person]:
    async with ends.database.read_session() as session:
        return list((await session.execute(sa.select(Person).order_by(Person.id))).scalars())  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def nobody_afterwards(ends: Ends) -> Iterator[None]:
    yield
    ends.viewer = None


def test_there_are_ways_to_every_field_that_depends_on_the_viewer() -> None:
    assert {kind for kind, _, _ in FIELDS} == WAYS.keys()
    assert {name for _, name, _ in FIELDS} >= {"viewer", "viewerWatch"}


@pytest.mark.parametrize(("document", "is_for_moderators", "is_filled"), DOCUMENTS)
async def test_each_sees_their_own(
    ends: Ends, people: Sequence[Person], document: str, *, is_for_moderators: bool, is_filled: bool
) -> None:
    first, second = people[0], people[3] if is_for_moderators else people[1]
    variables = VARIABLES if "$" in document else None
    shown: dict[object, Person | None] = {}
    # Nobody leads, so that there is a plan, and words that travel express, when the others come.
    _, has_plan = await ends.by_plan(document, variables)
    for viewer in (None, first, second, None, second, first):
        ends.viewer = viewer
        expected = await ends.by_executor(document, variables)
        found, is_planned = await ends.by_plan(document, variables)
        assert found.shown == expected.shown
        assert is_planned == (has_plan and (viewer is None or is_filled))
        shown.setdefault(found.shown, viewer)
    assert b"errors" not in found.body
    assert len(shown) == (2 if is_for_moderators else 3), (
        "the ways are chosen so that each sees something else"
    )


async def test_an_error_in_a_value_of_ones_own_is_told_as_ever(ends: Ends, people: Sequence[Person]) -> None:
    ends.viewer = people[0]
    for document in (
        '{ role(slug: "role-1") { name viewerProgress(from: "nowhere") { skillCount } } viewer { email } }',
        '{ roles { name mine: viewerProgress(to: "nowhere") { skillCount } } frameworks { slug } }',
    ):
        found, _ = await ends.by_plan(document)
        assert found.json["errors"]
        assert found.shown == (await ends.by_executor(document)).shown


async def test_a_text_that_looks_like_a_gap_is_none(ends: Ends, people: Sequence[Person]) -> None:
    """Control characters of a text stand escaped in JSON, wherever the text comes from."""
    ends.viewer = people[0]
    document = "{ viewer { email } skills { nodes { name viewerWatch { id } } } }"
    async with ends.database.transaction() as session:
        await session.execute(
            sa.text("UPDATE skill SET name = chr(2) || '[0,1]' || chr(3) || name WHERE id = 1")
        )
    try:
        found, is_planned = await ends.by_plan(document)
        assert is_planned
        names = [node["name"] for node in found.json["data"]["skills"]["nodes"]]
        assert any(name.startswith("\x02[0,1]\x03") for name in names)
        assert found.shown == (await ends.by_executor(document)).shown
    finally:
        async with ends.database.transaction() as session:
            await session.execute(sa.text("UPDATE skill SET name = substr(name, 8) WHERE id = 1"))


@pytest.mark.parametrize(
    "name",
    [name for name, kind in NODE_TYPES.items() if is_private(kind)],
)
async def test_rows_of_one_viewer_are_not_found_by_another(
    ends: Ends, people: Sequence[Person], name: str
) -> None:
    document = f'{{ node(id: "{encode_id(name, (1,))}") {{ __typename id }} }}'
    for viewer, is_shown in ((people[0], True), (people[1], False), (None, False), (people[0], True)):
        ends.viewer = viewer
        found, _ = await ends.by_plan(document)
        assert (found.json["data"]["node"] is not None) is is_shown
        assert found.shown == (await ends.by_executor(document)).shown


@settings(
    max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(asking=askings() | askings_of_rows())
async def test_any_document_of_somebody_signed_in(
    ends: Ends, tally: Tally, people: Sequence[Person], asking: Asking
) -> None:
    ends.viewer = people[1]
    await compare(ends, tally, asking)
    assert json.loads((await ends.by_plan("{ viewer { email } }"))[0].body)["data"]["viewer"] is not None
