"""What an answer depends on: a skill's page on its skill alone, whatever it shows of it."""

from typing import Any

import pytest

from service.api import execution
from service.api.documents import Library
from service.api.execution import Call
from service.api.limits import Limits
from service.api.plan.answering import CompiledReads
from service.api.plan.plans import Planner
from service.api.responses import ANY, subject_of_slug
from service.api.schema import schema
from service.sources import Viewpoint
from service.web.operations import operations
from tests.benchmarks.queries import PROFILE

GRAPHQL_SCHEMA = execution.executable(schema)
LIBRARY = Library(GRAPHQL_SCHEMA, Limits())
READS = CompiledReads(Planner(schema, GRAPHQL_SCHEMA))
A, B = subject_of_slug("a"), subject_of_slug("b")


def subjects(text: str, **variables: Any) -> tuple[str, ...]:
    """Of the document's one operation, asked by nobody."""
    document = LIBRARY.document(text)
    call = Call(document, document.operation(None), variables, {}, 0)
    question = READS.question(call, Viewpoint())
    assert question is not None, "there is a plan for it"
    return question.subjects


@pytest.mark.parametrize("text", [PROFILE, operations()["SkillPage"].text], ids=["profile", "page"])
def test_a_page_depends_on_its_skill(text: str) -> None:
    assert subjects(text, slug="a") == (A,)


def test_several_skills_side_by_side_depend_on_each() -> None:
    text = '{ x: skill(slug: "a") { name } y: skill(slug: "b") { name } z: skill(slug: "a") { slug } __typename }'
    assert subjects(text) == (A, B)


@pytest.mark.parametrize(
    "shown",
    [
        "replacedBy { name levels { requirements { role { name } } } }",
        "proposals { nodes { title author { name } } }",
        "levels { requirements { skill { name levels { id } } } }",
        "replacedBy { levels { requirements { skill { name } } } }",
        "viewerWatch { id }",
        "group { domain { framework { name levels { name } domains { groups { name } } roles { name } } } }",
        "revisions { nodes { number changedBy { name } proposal { title comments { nodes { body } } } } }",
        "comments { nodes { author { name } replies { nodes { body } } requirement { description } } }",
    ],
)
def test_what_changes_with_the_skill_is_its_own(shown: str) -> None:
    assert subjects(f'{{ skill(slug: "a") {{ {shown} }} }}') == (A,)


@pytest.mark.parametrize(
    "shown",
    [
        "replacedBy { replacedBy { name } }",
        "replacedBy { levels { requirements { skill { replacedBy { name } } } } }",
        "proposals { nodes { skill { name } } }",
        "replacedBy { group { skillCount } }",
        "group { skillCount }",
        "group { skills { totalCount } }",
        "levels { requirements { role { mandatoryRequirementCount } } }",
        "proposals { nodes { isOutdated } }",
        "proposals { nodes { reviewDecision } }",
        "lastUpdatedBy { revisions(first: 1) { nodes { number } } }",
        "lastUpdatedBy { revisions { totalCount } }",
        "lastUpdatedBy { proposals { totalCount } }",
        "replacedBy { lastUpdatedBy { revisions { totalCount } } }",
        "proposals { nodes { title state author { proposals { totalCount } } } }",
        "proposals { nodes { author { proposals { nodes { title state } } } } }",
        "revisions { nodes { changedBy { revisions { totalCount } } } }",
    ],
)
def test_what_other_skills_change_depends_on_any(shown: str) -> None:
    assert subjects(f'{{ skill(slug: "a") {{ {shown} }} }}') == (ANY,)


def test_a_list_beside_a_skill_depends_on_any() -> None:
    assert subjects('{ skill(slug: "a") { name } skills { totalCount } }') == (ANY,)
