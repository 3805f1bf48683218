"""What the statements look like that documents are compiled into."""

import pytest

from service.api.documents import Library
from service.api.execution import Call, executable
from service.api.limits import Limits
from service.api.plan.answering import CompiledReads
from service.api.plan.plans import Planner
from service.api.schema import schema
from service.sources import Viewpoint

_SCHEMA = executable(schema)
_LIBRARY = Library(_SCHEMA, Limits())


def statement(text: str) -> str:
    """The SQL of an operation without variables."""
    document = _LIBRARY.document(text)
    call = Call(document, document.operation(None), {}, {}, 1)
    question = CompiledReads(Planner(schema, _SCHEMA)).question(call, Viewpoint())
    assert question is not None
    return question.sql


def of_requirements(fields: str) -> str:
    """The SQL for some fields of a skill's requirements."""
    return statement(f'{{ skill(slug: "x") {{ levels {{ requirements {{ {fields} }} }} }} }}')


@pytest.mark.parametrize(
    "fields", ["role { name }", "role { __typename id }", "a: role { slug } role { family }"]
)
def test_a_table_that_the_rows_are_joined_with_is_not_joined_once_more(fields: str) -> None:
    """The role is there already, for the order of the requirements."""
    assert of_requirements(fields).count("role.id = requirement.role_id") == 1
    assert "FROM role" not in of_requirements(fields)


def test_what_is_not_in_that_table_is_looked_up() -> None:
    """The number of a role's skills is worked out, and its framework is in another table."""
    assert "FROM role" in of_requirements("role { name skillCount }")
    assert "FROM role" in of_requirements("role { framework { name } }")


def test_texts_of_our_own_stand_together() -> None:
    """Nothing constant is joined to another constant at run time."""
    found = statement(
        '{ role(slug: "x") { id slug levels { level { rank } } skills { nodes { skill { name } } } } }'
    )
    assert "' || '" not in found
