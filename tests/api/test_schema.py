"""What must hold of the schema as a whole."""

from pathlib import Path

from graphql import GraphQLInterfaceType, GraphQLObjectType

import service.catalogue.rules
import service.proposals.drafting
import service.proposals.rules  # noqa: F401  their errors are known
from service.api.errors import UserErrorCode
from service.api.node import NODE_TYPES
from service.api.permissions import Needs
from service.api.schema import Mutation, schema
from service.errors import DomainError

SLICES = (
    "service.errors",
    "service.catalogue.rules",
    "service.proposals.rules",
    "service.proposals.drafting",
)


def test_the_snapshot_is_what_the_code_says() -> None:
    stored = Path(__file__).parents[2] / "schema.graphql"
    assert stored.read_text(encoding="utf-8") == schema.as_str() + "\n", (
        "run `make schema` and read the difference"
    )


def test_every_mutation_says_whom_it_needs() -> None:
    for field in Mutation.__strawberry_definition__.fields:  # type: ignore[attr-defined]
        assert [type(extension) for extension in field.extensions].count(Needs) == 1, field.python_name


def test_every_mutation_answers_with_its_own_payload_that_has_user_errors() -> None:
    mutation = schema._schema.mutation_type
    assert mutation is not None
    for name, field in mutation.fields.items():
        payload = f"{name[0].upper()}{name[1:]}Payload"
        assert str(field.type) == f"{payload}!"
        assert "userErrors" in schema._schema.type_map[payload].fields  # type: ignore[attr-defined]


def test_everything_that_a_client_reads_is_described() -> None:
    for name, kind in schema._schema.type_map.items():
        if name.startswith("__") or not hasattr(kind, "fields"):
            continue
        assert kind.description, name
        for field_name, field in kind.fields.items():
            assert field.description, f"{name}.{field_name}"
            for argument_name, argument in getattr(field, "args", {}).items():
                assert argument.description, f"{name}.{field_name}({argument_name})"


def test_every_type_with_an_id_is_a_node_that_can_be_fetched_again() -> None:
    kinds = schema._schema.type_map.values()
    with_id = {kind.name for kind in kinds if isinstance(kind, GraphQLObjectType) and "id" in kind.fields}
    assert with_id == set(NODE_TYPES)
    node = schema._schema.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    assert {kind.name for kind in schema._schema.get_implementations(node).objects} == with_id


def test_a_type_without_an_id_says_by_its_name_what_it_is() -> None:
    told = (
        "Connection",
        "Edge",
        "Payload",
        "Error",
        "Result",
        "Query",
        "Mutation",
        "Subscription",
        "PageInfo",
    )
    kinds = schema._schema.type_map.values()
    values = {kind.name for kind in kinds if isinstance(kind, GraphQLObjectType) and "id" not in kind.fields}
    assert {name for name in values if not name.startswith("__") and not name.endswith(told)} == set()
    assert "AdvanceResult" in values


def test_a_field_does_not_say_the_name_of_its_type_again() -> None:
    for name, kind in schema._schema.type_map.items():
        if isinstance(kind, GraphQLObjectType):
            assert [field for field in kind.fields if field.lower().startswith(name.lower())] == [], name


def test_every_code_of_a_domain_error_is_in_the_contract() -> None:
    codes = {code.value for code in UserErrorCode}
    # Those that mutations meet: importing files is the command line's.
    met = {kind.code for kind in _family(DomainError) if kind.__module__ in SLICES}
    assert "SLUG_TAKEN" in met
    assert met <= codes


def _family(kind: type[DomainError]) -> set[type[DomainError]]:
    return {kind, *(found for child in kind.__subclasses__() for found in _family(child))}
