"""How each operation of the schema is asked for: one sample in one place, by which the permission matrix is held.

A new mutation is a line in `INPUTS`, a new root field of `Query` one in `QUERIES`.
"""

from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from service.api.node import encode_id
from tests.factories import documents
from tests.factories.comments import commented, hold_comments, person_id, reported
from tests.factories.community import Community, edit_skill
from tests.factories.plans import expectation_of, place_of
from tests.factories.webhooks import delivered, made_webhook

Json = dict[str, Any]
# A right input for whoever has the token: of something of their own where it must be, made anew at each call. Without
# a token, for whoever is refused, it is of the community's author.
Input = Callable[[Community, str | None], Awaitable[Json]]

_numbers = count(1)


async def skill_given(community: Community, token: str | None) -> Json:
    """The community's skill."""
    return {"skillId": (await community.keys())["id"]}


async def subject_given(community: Community, token: str | None) -> Json:
    """The community's skill, as something to watch."""
    return {"subjectId": (await community.keys())["id"]}


async def wish_given(community: Community, token: str | None) -> Json:
    """A wish for the skill under a name that it never bore."""
    present = await community.keys()
    return {
        "skillId": present["id"],
        "baseRevision": present["revision"],
        "title": "Say it better",
        "changes": [_new_name()],
    }


async def proposal_given(community: Community, token: str | None) -> Json:
    """An open proposal of the author."""
    return {"proposalId": await community.proposed(_new_name())}


async def own_proposal_given(community: Community, token: str | None) -> Json:
    """An open proposal of one's own."""
    return {"proposalId": await community.proposed(_new_name(), token=token)}


async def reason_given(community: Community, token: str | None) -> Json:
    """An open proposal of the author, and a reason."""
    return await proposal_given(community, token) | {"reason": "Not so."}


async def words_given(community: Community, token: str | None) -> Json:
    """Something to say about the skill."""
    return {"subjectId": (await skill_given(community, token))["skillId"], "body": "What of canaries?"}


async def comment_given(community: Community, token: str | None) -> Json:
    """A comment of the author."""
    return {"commentId": await commented(community)}


async def own_comment_given(community: Community, token: str | None) -> Json:
    """A comment of one's own."""
    return {"commentId": await commented(community, token=token)}


async def own_words_given(community: Community, token: str | None) -> Json:
    """A comment of one's own, and a better text."""
    return await own_comment_given(community, token) | {"body": "Said better."}


async def reaction_given(community: Community, token: str | None) -> Json:
    """A comment of the author, and a reaction."""
    return await comment_given(community, token) | {"kind": "THANKS"}


async def token_wish_given(community: Community, token: str | None) -> Json:
    """A token that reads."""
    return {"name": "A script", "scopes": ["READ"]}


async def own_token_given(community: Community, token: str | None) -> Json:
    """Another token of one's own."""
    wish = {"input": await token_wish_given(community, token)}
    data = await community.product.run(documents.CREATE_TOKEN, wish, token=token or community.author)
    return {"tokenId": data["createToken"]["token"]["id"]}


async def nothing_given(community: Community, token: str | None) -> Json:
    """All that is optional left out."""
    return {}


async def name_given(community: Community, token: str | None) -> Json:
    """Another name."""
    return {"name": "Augusta"}


async def new_address_given(community: Community, token: str | None) -> Json:
    """An address that nobody has."""
    return {"email": f"new-{next(_numbers)}@skills.test"}


async def own_address_given(community: Community, token: str | None) -> Json:
    """One's own address, typed once more."""
    data = await community.product.run(documents.VIEWER, token=token or community.author)
    return {"email": data["viewer"]["email"]}


async def preview_given(community: Community, token: str | None) -> Json:
    """The wish alone, without the words that go with it."""
    wish = await wish_given(community, token)
    return {name: wish[name] for name in ("skillId", "baseRevision", "changes")}


async def revision_given(community: Community, token: str | None) -> Json:
    """A revision that has just been applied, and a reason."""
    skill = await community.apply(_new_name())
    document = "query ($slug: String!, $number: Int!) { revision(skill: $slug, number: $number) { id } }"
    found = await community.product.run(document, {"slug": skill["slug"], "number": skill["revision"]})
    return {"revisionId": found["revision"]["id"], "reason": "It was better before."}


async def held_given(community: Community, token: str | None) -> Json:
    """A comment that waits."""
    key = await commented(community)
    await hold_comments(community)
    return {"subjectId": key, "reason": "It is fine."}


async def text_given(community: Community, token: str | None) -> Json:
    """A comment, and a reason."""
    return {"subjectId": await commented(community), "reason": "It hurts."}


async def discussion_given(community: Community, token: str | None) -> Json:
    """The skill, and a reason."""
    return {"subjectId": (await skill_given(community, token))["skillId"], "reason": "It is late."}


async def complaint_given(community: Community, token: str | None) -> Json:
    """A comment, and what is wrong with it."""
    return {"subjectId": await commented(community), "kind": "SPAM"}


async def report_given(community: Community, token: str | None) -> Json:
    """An open report, and a reason."""
    complaint = await complaint_given(community, token)
    return {"reportId": await reported(community, complaint), "reason": "It is fine."}


async def person_given(community: Community, token: str | None) -> Json:
    """The watcher, and a reason."""
    return {"personId": await person_id(community, community.watcher), "reason": "It must be."}


async def role_given(community: Community, token: str | None) -> Json:
    """The watcher, and a role."""
    return await person_given(community, token) | {"role": "CONTRIBUTOR"}


async def plan_given(community: Community, token: str | None) -> Json:
    """A role and the level to reach."""
    place = await place_of(community)
    return {"roleId": place["roleId"], "goalId": place["levelId"]}


async def expectations_given(community: Community, token: str | None) -> Json:
    """The first expectation of the skill."""
    return {"expectations": [await expectation_of(community)]}


async def edit_given(community: Community, token: str | None) -> Json:
    """A new title for an open proposal of one's own."""
    return await own_proposal_given(community, token) | {"version": 1, "title": "Say it best"}


async def rebase_given(community: Community, token: str | None) -> Json:
    """An open proposal of one's own, under which the skill has moved on."""
    given = await own_proposal_given(community, token)
    await community.apply(edit_skill(summary=f"Moved on {next(_numbers)}."))
    return given | {"version": 1}


async def review_given(community: Community, token: str | None) -> Json:
    """An approval of an open proposal of the author."""
    return await proposal_given(community, token) | {"version": 1, "verdict": "APPROVE"}


async def rule_given(community: Community, token: str | None) -> Json:
    """A rule for the community's skill."""
    return await skill_given(community, token) | {"approvals": 1}


async def told_given(community: Community, token: str | None) -> Json:
    """A notification of one's own."""
    await community.watch(token=token or community.author)
    await community.apply(_new_name())
    await community.product.work()
    document = "{ viewer { notifications(first: 1) { nodes { id } } } }"
    data = await community.product.run(document, token=token or community.author)
    return {"notificationIds": [data["viewer"]["notifications"]["nodes"][0]["id"]]}


async def address_given(community: Community, token: str | None) -> Json:
    """An address that a webhook may have."""
    return {"url": "https://hooks.skills.test/here"}


async def webhook_given(community: Community, token: str | None) -> Json:
    """A new webhook."""
    return {"webhookId": (await made_webhook(community))["id"]}


async def delivery_given(community: Community, token: str | None) -> Json:
    """What a webhook has been told, in vain."""
    return {"deliveryId": (await delivered(community, await made_webhook(community)))["id"]}


INPUTS: dict[str, Input] = {
    "createWebhook": address_given,
    "deleteWebhook": webhook_given,
    "redeliver": delivery_given,
    "rotateWebhookSecret": webhook_given,
    "updateWebhook": webhook_given,
    "acceptProposal": proposal_given,
    "addComment": words_given,
    "approveContent": held_given,
    "dismissReport": report_given,
    "hideContent": text_given,
    "lockDiscussion": discussion_given,
    "rejectContent": held_given,
    "reportContent": complaint_given,
    "resumePerson": person_given,
    "setRole": role_given,
    "showContent": text_given,
    "suspendPerson": person_given,
    "unlockDiscussion": discussion_given,
    "addReaction": reaction_given,
    "changeAddress": new_address_given,
    "createProposal": wish_given,
    "createToken": token_wish_given,
    "declineProposal": reason_given,
    "deleteAccount": own_address_given,
    "editProposal": edit_given,
    "rebaseProposal": rebase_given,
    "reviewProposal": review_given,
    "setReviewRule": rule_given,
    "deleteComment": own_comment_given,
    "editComment": own_words_given,
    "endSessions": nothing_given,
    "markAllNotificationsDone": nothing_given,
    "markAllNotificationsRead": nothing_given,
    "markNotificationsDone": told_given,
    "markNotificationsRead": told_given,
    "exportOwnData": nothing_given,
    "previewProposal": preview_given,
    "removeReaction": reaction_given,
    "reopenThread": own_comment_given,
    "resolveThread": own_comment_given,
    "revertRevision": revision_given,
    "setPlan": plan_given,
    "tickExpectations": expectations_given,
    "untickExpectations": expectations_given,
    "revokeToken": own_token_given,
    "unwatch": subject_given,
    "unwatchSkill": skill_given,
    "updateNotificationSettings": nothing_given,
    "updateProfile": name_given,
    "verifyAddress": own_address_given,
    "watch": subject_given,
    "watchSkill": skill_given,
    "withdrawProposal": own_proposal_given,
}

_SKILL = encode_id("Skill", (1,))
# What is asked of each root field where the community and one open proposal are all there is.
QUERIES: dict[str, str] = {
    "changesSince": "changesSince { endCursor }",
    "compareRevisions": 'compareRevisions(skill: "progressive-delivery", from: 1, to: 1) { changes { field } }',
    "domains": "domains { slug }",
    "frameworks": "frameworks { slug }",
    "group": 'group(slug: "test-group") { slug }',
    "levels": "levels { slug }",
    "moderation": "moderation { auditLog { totalCount } reports { totalCount } heldComments { totalCount } "
    f'whyNotNotified(personId: "{encode_id("Person", (1,))}", subjectId: "{_SKILL}") {{ outcome }} }}',
    "node": f'node(id: "{_SKILL}") {{ id }}',
    "nodes": f'nodes(ids: ["{_SKILL}"]) {{ id }}',
    "people": "people { totalCount nodes { name } }",
    "person": f'person(id: "{encode_id("Person", (1,))}") {{ name }}',
    "proposal": "proposal(number: 1) { number }",
    "proposals": "proposals { totalCount nodes { number } }",
    "revision": 'revision(skill: "progressive-delivery", number: 1) { number }',
    "role": 'role(slug: "release-engineer") { slug }',
    "roles": "roles { slug }",
    "skill": 'skill(slug: "progressive-delivery") { slug }',
    "skills": "skills { totalCount nodes { slug } }",
    "viewer": f'viewer {{ email whyNotNotified(subjectId: "{_SKILL}") {{ outcome }} }}',
    "rateLimit": "rateLimit { limit }",
}


def _new_name() -> Json:
    return edit_skill(name=f"Delivery {next(_numbers)}")
