"""The operations folder: each is valid, is executed with its variables, and is what the pages send."""

import re
from importlib.resources import files
from typing import Any

import pytest
from graphql import OperationType, parse, print_ast

from service.api import execution
from service.api.documents import Library
from service.api.limits import Limits
from service.api.plan.plans import OperationPlans, Planner
from service.api.schema import schema
from service.sources import Viewpoint
from service.web.operations import FOLDER, operations
from service.web.table import PAGES
from tests.factories.comments import commented, hold_comments, moderator, reported
from tests.factories.community import Community, edit, row_of
from tests.factories.webhooks import delivered, let_reach_itself, made_webhook, receiving

LIBRARY = Library(execution.executable(schema), Limits())
MUTATIONS = [name for name, one in operations().items() if one.kind is OperationType.MUTATION]
# Who does what is not its author's to do.
MODERATORS_OWN = {
    "ApproveContent",
    "CreateWebhook",
    "DeleteWebhook",
    "DismissReport",
    "HideContent",
    "LockDiscussion",
    "Redeliver",
    "RejectContent",
    "ResumePerson",
    "RotateWebhookSecret",
    "SetReviewRule",
    "SetRole",
    "ShowContent",
    "SuspendPerson",
    "UnlockDiscussion",
    "UpdateWebhook",
}
DOERS = {
    "AcceptProposal": "reviewer",
    "ReviewProposal": "reviewer",
    "RevertRevision": "reviewer",
    "DeclineProposal": "reviewer",
    "WatchSkill": "watcher",
    "UnwatchSkill": "watcher",
    "Watch": "watcher",
    "Unwatch": "watcher",
    "ReportContent": "reviewer",
    "RemoveReaction": "watcher",
}
QUERIES = [name for name, one in operations().items() if one.kind is OperationType.QUERY]


@pytest.mark.parametrize("name", operations())
def test_each_is_valid_as_written_and_as_sent(name: str) -> None:
    operation = operations()[name]
    for text in (operation.source, operation.text):
        assert LIBRARY.document(text).operation(name).name == name


@pytest.mark.parametrize("name", operations())
def test_each_says_what_it_is_for_and_is_formatted(name: str) -> None:
    source = operations()[name].source
    assert source.startswith("# ")
    assert "".join(source.split()).endswith("".join(print_ast(parse(source)).replace("\n", " ").split()))


def test_each_has_its_variables_beside_it() -> None:
    files = {entry.name for entry in FOLDER.iterdir() if entry.is_file()}
    assert files == {f"{name}{ending}" for name in operations() for ending in (".graphql", ".json")}


def test_a_fragment_of_several_operations_stands_in_one_place() -> None:
    names = {entry.name.removesuffix(".graphql") for entry in FOLDER.joinpath("fragments").iterdir()}
    spread = {
        name: [one.name for one in operations().values() if f"...{name}\n" in one.source] for name in names
    }
    assert {name for name, by in spread.items() if len(by) < 2} == set()
    own = {
        entry.name: set(re.findall(r"^fragment (\w+)", entry.read_text(encoding="utf-8"), re.MULTILINE))
        & names
        for entry in FOLDER.iterdir()
        if entry.name.endswith(".graphql")
    }
    assert {name for name, again in own.items() if again} == set()


def test_the_pages_ask_what_the_folder_has() -> None:
    asked = {name for page in PAGES for name in page.texts(is_signed_in=True)}
    assert asked <= set(operations())


@pytest.mark.parametrize("name", QUERIES)
async def test_each_query_is_answered(community: Community, name: str) -> None:
    skill = await community.skill()
    await community.proposed(edit(row_of(skill, "junior", "platform-engineer"), description="Other."))
    operation = operations()[name]
    token = await moderator(community) if "moderation {" in operation.source else community.reviewer
    data = await community.product.run(operation.text, dict(operation.sample), token=token)
    assert data
    assert not any(value is None for key, value in data.items() if key != "viewer")


@pytest.mark.parametrize("name", MUTATIONS)
async def test_each_mutation_is_done(community: Community, name: str) -> None:
    """The samples name the first skill and the first proposal by their ids."""
    skill = await community.skill()
    await community.proposed(edit(row_of(skill, "junior", "platform-engineer"), description="Other."))
    await community.apply(edit(row_of(skill, "middle", "platform-engineer"), description="Another."))
    said = await commented(community, "Said.")
    await reported(community, {"subjectId": said, "kind": "SPAM"})
    if name in {"ApproveContent", "RejectContent"}:
        await hold_comments(community)
    if name.startswith("MarkNotifications"):
        await community.product.work()
    if "Webhook" in name or name == "Redeliver":
        await told_by_webhook(community)
    operation = operations()[name]
    token = getattr(community, DOERS.get(name, "author"))
    if name in MODERATORS_OWN:
        token = await moderator(community)
    [payload] = (await community.product.run(operation.text, dict(operation.sample), token=token)).values()
    assert payload["userErrors"] == []


async def told_by_webhook(community: Community) -> None:
    """A webhook of which one delivery is there."""
    let_reach_itself(community)
    async with receiving() as receiver:
        await delivered(community, await made_webhook(community, receiver.url))


def test_every_act_of_the_api_is_one_of_the_pages() -> None:
    """What a program can do, a person can do by hand."""
    asked = {
        node.name.value
        for name in MUTATIONS
        for definition in parse(operations()[name].text).definitions
        for node in definition.selection_set.selections  # type: ignore[attr-defined]
    }
    there = executable_mutations()
    assert there
    assert there - asked == set()


def executable_mutations() -> set[str]:
    """The names of all fields of `Mutation`."""
    mutation = execution.executable(schema).mutation_type
    assert mutation is not None
    return set(mutation.fields)


def test_every_operation_is_sent_by_a_page() -> None:
    """None lies in the folder that nobody presses a button for."""
    static = files("service.web").joinpath("static")
    scripts = "".join(
        entry.read_text(encoding="utf-8")
        for folder in (static, static.joinpath("parts"), static.joinpath("views"))
        for entry in folder.iterdir()
        if entry.name.endswith(".js")
    )
    begun = {name for page in PAGES for name in page.texts(is_signed_in=True)}
    assert {name for name in operations() if name not in begun and f'"{name}"' not in scripts} == set()


async def test_the_cache_is_told_each_objects_type(community: Community) -> None:
    operation = operations()["SkillPage"]
    data: Any = await community.product.run(operation.text, {"slug": community.slug})
    assert data["skill"]["__typename"] == "Skill"
    assert data["skill"]["levels"][0]["requirements"][0]["role"]["__typename"] == "Role"


def test_the_first_view_of_a_skill_is_compiled() -> None:
    """Else the busiest page would be the executor's."""
    graphql_schema = execution.executable(schema)
    document = Library(graphql_schema, Limits()).document(operations()["SkillPage"].text)
    plans = OperationPlans(document, document.operation("SkillPage"))
    question = Planner(schema, graphql_schema).question(plans, {"slug": "x"}, Viewpoint())
    assert question is not None
