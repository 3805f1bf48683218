"""What the people of a community say to each other, by the API."""

from typing import Any

import sqlalchemy as sa

from service.api.node import encode_id
from service.catalogue.models import Domain
from service.comments.models import Comment
from service.people.models import PersonRole
from service.people.trust import Gate
from tests.factories.community import Community

Json = dict[str, Any]

_COMMENT = """comment { id state body bodyHtml withheldBody createdAt editedAt resolvedAt resolvedBy { name }
  author { name } inReplyTo { id } replyCount reactions { kind count } viewerReactions }"""
_ERRORS = "userErrors { __typename message code path }"

DISCUSSION = """
query ($slug: String!, $first: Int, $after: String) { skill(slug: $slug) {
  lastUpdatedAt revision commentCount comments(first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes {
      id state body bodyHtml author { name } role { slug } level { slug } requirement { id } proposal { number }
      replyCount replies { totalCount nodes { id state body author { name } } }
      versions { number body writtenAt } reactions { kind count } viewerReactions resolvedAt resolvedBy { name } } }
} }
"""


async def act(community: Community, name: str, given: Json, token: str | None) -> Json:
    """The payload of a mutation about comments, by the author where nobody is named."""
    kind = name[0].upper() + name[1:]
    document = f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ {_COMMENT} {_ERRORS} }} }}"
    data = await community.product.run(document, {"input": given}, token=token or community.author)
    payload: Json = data[name]
    return payload


async def comment(
    community: Community, body: str = "What of canaries?", *, token: str | None = None, **more: Any
) -> Json:
    """The payload of a comment on the skill, or as `more` says, by the author where nobody is named."""
    subject = (
        more if {"subjectId", "inReplyTo"} & more.keys() else {"subjectId": (await community.keys())["id"]}
    )
    return await act(community, "addComment", {"body": body} | subject | more, token)


async def commented(
    community: Community, body: str = "What of canaries?", *, token: str | None = None, **more: Any
) -> str:
    """The id of a new comment."""
    payload = await comment(community, body, token=token, **more)
    assert payload["userErrors"] == []
    return str(payload["comment"]["id"])


async def discussion(community: Community, *, token: str | None = None, **paging: Any) -> Json:
    """The skill with its threads."""
    data = await community.product.run(DISCUSSION, {"slug": community.slug} | paging, token=token)
    found: Json = data["skill"]
    return found


async def person_id(community: Community, token: str) -> str:
    """The id of the person of the token, as others see them."""
    data = await community.product.run("{ viewer { person { id } } }", token=token)
    return str(data["viewer"]["person"]["id"])


async def moderator(community: Community) -> str:
    """A token of somebody who moderates."""
    return await community.person("moderator@skills.test", PersonRole.MAINTAINER)


async def hold_comments(community: Community) -> None:
    """Let all comments wait for a moderator."""
    async with community.product.database.transaction() as session:
        await session.execute(sa.update(Comment).values(gate=Gate.HELD))


async def moderate(community: Community, name: str, token: str | None = None, **given: Any) -> Json:
    """The payload of a mutation that keeps order, by the moderator where nobody is named."""
    kind = name[0].upper() + name[1:]
    document = f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ {_ERRORS} }} }}"
    wish = {"input": {"reason": "It must be."} | given}
    data = await community.product.run(document, wish, token=token or await moderator(community))
    payload: Json = data[name]
    return payload


async def limit_to_another_domain(community: Community) -> None:
    """Let the reviewer review a new domain, in which nothing stands, and no other."""
    async with community.product.database.transaction() as session:
        other = Domain(framework_id=community.frame.framework.id, slug="other", name="Other")
        session.add(other)
        await session.flush()
    limits: Json = {"role": "REVIEWER", "domainIds": [encode_id("Domain", (other.id,))]}
    whose = await person_id(community, community.reviewer)
    assert (await moderate(community, "setRole", personId=whose, **limits))["userErrors"] == []


REPORTS = """{ moderation { reports { totalCount nodes {
  id kind note author { name } comment { id } proposal { number } } } } }"""


async def reported(community: Community, complaint: Json) -> str:
    """The id of a report by the watcher."""
    document = f"mutation ($input: ReportContentInput!) {{ reportContent(input: $input) {{ {_ERRORS} }} }}"
    await community.product.run(document, {"input": complaint}, token=community.watcher)
    data = await community.product.run(REPORTS, token=await moderator(community))
    return str(data["moderation"]["reports"]["nodes"][-1]["id"])
