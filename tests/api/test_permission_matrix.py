"""Every cell of the matrix in the API's README: what is allowed is done, and what is denied changes nothing."""

import re
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLObjectType, build_schema, get_named_type

from service.people.models import PersonRole
from service.people.queries import find_person_by_email
from tests.factories import Product
from tests.factories.community import Community, codes, edit_skill, make_community
from tests.factories.contents import everything
from tests.factories.operations import INPUTS, QUERIES

Json = dict[str, Any]
PROJECT = Path(__file__).parents[2]
SCHEMA = build_schema(PROJECT.joinpath("schema.graphql").read_text())
YES, NO, NOTHING = "✓", "–", "null"
# The columns of the matrix; None is whoever is not signed in.
WHO: dict[str, PersonRole | None] = {"anonymous": None} | {role.lower(): role for role in PersonRole}


def matrix() -> dict[str, dict[str, str]]:
    """The cells of each operation by the heads of their columns, as the README states them."""
    text = PROJECT.joinpath("service/api/README.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in re.findall(r"^\|.*\|$", text.partition("## Who may do what")[2], re.MULTILINE)
    ]
    head, _, *body = rows
    table = body[: next((at for at, row in enumerate(body) if len(row) != len(head)), len(body))]
    return {first.strip("`"): dict(zip(head[1:], cells, strict=True)) for first, *cells in table}


MATRIX = matrix()


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


def fields_of(kind: GraphQLObjectType | None) -> set[str]:
    return set() if kind is None else set(kind.fields)


def document_of(name: str) -> str:
    """The mutation with its input as the one variable."""
    assert SCHEMA.mutation_type is not None
    kind = SCHEMA.mutation_type.fields[name].args["input"].type
    return f"mutation ($input: {kind}) {{ {name}(input: $input) {{ userErrors {{ code message }} }} }}"


async def people_of(community: Community) -> dict[str, str | None]:
    """A token for each column of the matrix, of somebody who has nothing of their own yet."""
    return {
        name: None if role is None else await community.person(f"a-{name}@skills.test", role)
        for name, role in WHO.items()
    }


async def somebody_suspended(community: Community) -> str:
    """A token of an admin who is suspended."""
    token = await community.person("suspended@skills.test", PersonRole.ADMIN)
    async with community.product.database.transaction() as session:
        person = await find_person_by_email(session, "suspended@skills.test")
        assert person is not None
        person.suspended_at = community.product.clock()
    return token


def test_the_matrix_has_a_row_for_every_operation_and_none_for_others() -> None:
    operations = [
        fields_of(SCHEMA.query_type),
        fields_of(SCHEMA.mutation_type),
        fields_of(SCHEMA.subscription_type),
    ]
    assert set(MATRIX) == set().union(*operations)
    assert all(list(row) == list(WHO) for row in MATRIX.values())
    assert {cell for row in MATRIX.values() for cell in row.values()} <= {YES, NO, NOTHING}


def test_every_operation_has_a_sample() -> None:
    assert set(INPUTS) == fields_of(SCHEMA.mutation_type)
    assert set(QUERIES) == fields_of(SCHEMA.query_type)


def test_every_mutation_takes_one_input_and_tells_what_was_wrong() -> None:
    assert SCHEMA.mutation_type is not None
    for name, field in SCHEMA.mutation_type.fields.items():
        assert list(field.args) == ["input"], name
        payload = get_named_type(field.type)
        assert isinstance(payload, GraphQLObjectType)
        assert "userErrors" in payload.fields, name


@pytest.mark.parametrize("name", INPUTS)
async def test_a_mutation_is_for_whom_the_matrix_says(community: Community, name: str) -> None:
    people, document, product = await people_of(community), document_of(name), community.product
    given = {"input": await INPUTS[name](community, None)}
    before = await everything(product.database)
    for who in (who for who, cell in MATRIX[name].items() if cell == NO):
        answer = await product.send(document, given, token=people[who])
        assert (answer.get("data") or {}).get(name) is None, who
        expected = "UNAUTHENTICATED" if people[who] is None else "FORBIDDEN"
        assert [error["extensions"]["code"] for error in answer["errors"]] == [expected], who
        assert await everything(product.database) == before, who
    for who in (who for who, cell in MATRIX[name].items() if cell == YES):
        own = {"input": await INPUTS[name](community, people[who])}
        assert (await product.run(document, own, token=people[who]))[name] == {"userErrors": []}, who


@pytest.mark.parametrize("name", INPUTS)
async def test_nobody_who_is_suspended_changes_anything(community: Community, name: str) -> None:
    suspended = await somebody_suspended(community)
    given = {"input": await INPUTS[name](community, None)}
    before = await everything(community.product.database)
    payload = (await community.product.run(document_of(name), given, token=suspended))[name]
    assert codes(payload) == ["SUSPENDED"]
    assert await everything(community.product.database) == before


async def test_a_query_is_for_whom_the_matrix_says(community: Community) -> None:
    await community.proposed(edit_skill(name="Delivery anew"))
    people = await people_of(community)
    before = await everything(community.product.database)
    for name, asked in QUERIES.items():
        for who, cell in MATRIX[name].items():
            answer = await community.product.send(f"{{ {asked} }}", token=people[who])
            found = (answer.get("data") or {}).get(name)
            if cell == NO:
                expected = "UNAUTHENTICATED" if people[who] is None else "FORBIDDEN"
                assert found is None, (name, who)
                assert [error["extensions"]["code"] for error in answer["errors"]] == [expected], (name, who)
            else:
                assert "errors" not in answer, (name, who)
                assert (found is None) is (cell == NOTHING), (name, who)
    assert await everything(community.product.database) == before
