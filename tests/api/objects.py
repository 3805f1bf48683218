"""An object of every type that has an id."""

from typing import Any

from service.credentials.actions import begin_session
from service.credentials.rules import Lifetimes
from service.people.actions import join
from tests.factories import Product
from tests.factories.comments import act, commented, moderate, moderator, reported
from tests.factories.community import WATCHER, Community, edit, edit_skill, make_community, row_of
from tests.factories.plans import SET_PLAN, TICK, expectation_of
from tests.factories.webhooks import made_webhook

OF_MODERATORS = """{ moderation { reports { nodes { __typename id } } auditLog { nodes { __typename id } }
  webhooks { nodes { __typename id deliveries { nodes { __typename id attempts { __typename id } } } } } } }"""
REVIEW = "mutation ($input: ReviewProposalInput!) { reviewProposal(input: $input) { userErrors { code } } }"

# Where an object of each type can be met.
EVERYTHING = """{
  frameworks { __typename id levels { __typename id } roles { __typename id
    levels { __typename id } skills { nodes { __typename id } } }
    domains { __typename id groups { __typename id } } }
  skill(slug: "progressive-delivery") { __typename id viewerWatch { __typename id }
    levels { __typename id requirements { __typename id } } }
  proposals { nodes { __typename id author { __typename id } changes { __typename id }
    skills { __typename id } versions { __typename id } reviews { nodes { __typename id } } } }
  history: skill(slug: "progressive-delivery") { revisions { nodes { __typename id } } }
  comments: skill(slug: "progressive-delivery") { comments { nodes {
    __typename id versions { __typename id } reactions { __typename id } } } }
  viewer { __typename id sessions { __typename id } tokens { __typename id }
    notifications { nodes { __typename id } } plan { __typename id } ticks { nodes { __typename id } } }
  changesSince(cursor: "0000000000000000") { events { __typename id } }
}"""


async def community_of_everything(product: Product) -> Community:
    """A community whose watcher has, or can see, at least one object of each type; moderators see the rest."""
    made = await make_community(product)
    await made.watch()
    await made_webhook(made)
    await made.apply(edit_skill(summary="Said anew."))
    row = row_of(await made.skill(), "senior", "release-engineer")
    proposal = await made.proposed(edit(row, description="Mine."))
    review = {"input": {"proposalId": proposal, "version": 1, "verdict": "APPROVE"}}
    await product.run(REVIEW, review, token=made.reviewer)
    comment = await commented(made)
    await act(made, "editComment", {"commentId": comment, "body": "Said better."}, None)
    await act(made, "addReaction", {"commentId": comment, "kind": "THANKS"}, None)
    await reported(made, {"subjectId": comment, "kind": "SPAM"})
    await moderate(made, "lockDiscussion", subjectId=row["id"])
    expectation = await expectation_of(made)
    for document, given in (
        (SET_PLAN, {"roleId": expectation["roleId"]}),
        (TICK, {"expectations": [expectation]}),
    ):
        await product.run(document, {"input": given}, token=made.watcher)
    await product.work()
    async with product.database.transaction() as session:
        person, at = await join(session, WATCHER, at=product.clock()), product.clock()
        await begin_session(session, person.id, browser="", at=at, lifetimes=Lifetimes())
    return made


async def every_id(community: Community) -> dict[str, str]:
    """An id of each type that has one, as the watcher meets them."""
    found = _collected(await community.product.run(EVERYTHING, token=community.watcher), {})
    return _collected(await community.product.run(OF_MODERATORS, token=await moderator(community)), found)


def _collected(data: Any, found: dict[str, str]) -> dict[str, str]:
    """One id for each type that an answer holds."""
    if isinstance(data, dict):
        if "id" in data:
            found.setdefault(data["__typename"], data["id"])
        for value in data.values():
            _collected(value, found)
    elif isinstance(data, list):
        for value in data:
            _collected(value, found)
    return found
