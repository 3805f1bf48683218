"""People talk about skills, requirements and proposals."""

from typing import Any

import pytest
import sqlalchemy as sa

from service.people.models import PersonRole
from tests.factories.comments import act, comment, commented, discussion, moderator, person_id
from tests.factories.community import Community, codes, edit_skill, remove, row_of

Json = dict[str, Any]


async def events(community: Community) -> list[Json]:
    """The Events about comments, in order."""
    columns = "kind, actor_id, skill_id, proposal_id, comment_id, payload"
    async with community.product.database.read_session() as session:
        found = await session.execute(
            sa.text(f"SELECT {columns} FROM event WHERE comment_id IS NOT NULL ORDER BY id")
        )
        return [dict(row) for row in found.mappings()]


async def test_a_comment_stands_at_the_skill_and_moves_nothing_of_it(community: Community) -> None:
    before = await community.skill()
    community.product.clock.pass_time(hours=1)
    payload = await comment(community, "What of *canaries*?")
    assert payload["comment"]["body"] == "What of *canaries*?"
    assert payload["comment"]["bodyHtml"] == "<p>What of <em>canaries</em>?</p>\n"
    found = await discussion(community)
    assert [node["id"] for node in found["comments"]["nodes"]] == [payload["comment"]["id"]]
    assert (found["commentCount"], found["comments"]["totalCount"]) == (1, 1)
    assert await community.skill() == before
    assert [event["kind"] for event in await events(community)] == ["COMMENT_WRITTEN"]


async def test_answers_stand_in_one_level_below_the_first(community: Community) -> None:
    first = await commented(community, "First.")
    answer = await commented(community, "Answer.", inReplyTo=first, token=community.reviewer)
    await commented(community, "Answer to the answer.", inReplyTo=answer)
    (thread,) = (await discussion(community))["comments"]["nodes"]
    assert [node["body"] for node in thread["replies"]["nodes"]] == ["Answer.", "Answer to the answer."]
    assert thread["replyCount"] == 2
    assert (await discussion(community))["commentCount"] == 3


async def test_the_thread_of_a_requirement_outlives_it(community: Community) -> None:
    row = row_of(await community.skill(), "senior", "release-engineer")
    first = await commented(community, "Why at senior?", subjectId=row["id"])
    document = (
        "query ($id: ID!) { node(id: $id) { ... on Requirement { commentCount comments { nodes { id } } } } }"
    )
    data = await community.product.run(document, {"id": row["id"]})
    assert data["node"] == {"commentCount": 1, "comments": {"nodes": [{"id": first}]}}
    (thread,) = (await discussion(community))["comments"]["nodes"]
    assert (thread["role"]["slug"], thread["level"]["slug"]) == ("release-engineer", "senior")
    assert thread["requirement"] == {"id": row["id"]}
    await community.apply(remove(row))
    await commented(community, "It is gone.", inReplyTo=first)
    (thread,) = (await discussion(community))["comments"]["nodes"]
    assert (thread["role"]["slug"], thread["level"]["slug"], thread["requirement"]) == (
        "release-engineer",
        "senior",
        None,
    )
    assert thread["replyCount"] == 1


async def test_a_proposal_has_threads_of_its_own(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Gradual Delivery"))
    first = await commented(community, "Really?", subjectId=proposal, token=community.reviewer)
    document = "{ proposals { nodes { commentCount comments { nodes { id proposal { number } skill { slug } } } } } }"
    data = await community.product.run(document)
    (found,) = data["proposals"]["nodes"]
    assert found["commentCount"] == 1
    assert found["comments"]["nodes"] == [
        {"id": first, "proposal": {"number": 1}, "skill": {"slug": community.slug}}
    ]
    assert (await discussion(community))["commentCount"] == 0
    [event] = await events(community)
    assert (event["skill_id"], event["proposal_id"]) == (1, 1)


async def test_the_same_key_gives_the_same_comment_even_once_it_was_edited(community: Community) -> None:
    first = await commented(community, "Once.", idempotencyKey="k")
    assert await commented(community, "Once.", idempotencyKey="k") == first
    await act(community, "editComment", {"commentId": first, "body": "Twice."}, None)
    assert await commented(community, "Once.", idempotencyKey="k") == first
    assert codes(await comment(community, "Other.", idempotencyKey="k")) == ["IDEMPOTENCY_KEY_REUSED"]
    elsewhere = await community.proposed(edit_skill(name="Gradual Delivery"))
    again = await comment(community, "Once.", idempotencyKey="k", subjectId=elsewhere)
    assert codes(again) == ["IDEMPOTENCY_KEY_REUSED"]
    assert await commented(community, "Once.", idempotencyKey="k", token=community.reviewer) != first
    assert (await discussion(community))["commentCount"] == 2


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"body": " \n"}, "INVALID_INPUT", ["body"]),
        ({"body": "x" * 10_001}, "INVALID_INPUT", ["body"]),
        ({"idempotencyKey": ""}, "INVALID_INPUT", ["idempotencyKey"]),
        ({"idempotencyKey": "x" * 101}, "INVALID_INPUT", ["idempotencyKey"]),
        ({"subjectId": "nothing"}, "NOT_FOUND", ["subjectId"]),
        ({"subjectId": "MTpTa2lsbDo5OTk"}, "NOT_FOUND", ["skillId"]),
        ({"inReplyTo": "nothing"}, "NOT_FOUND", ["inReplyTo"]),
        ({"inReplyTo": "nothing", "subjectId": "MTpTa2lsbDox"}, "INVALID_INPUT", ["subjectId"]),
    ],
)
async def test_what_is_no_comment_is_refused(
    community: Community, given: Json, code: str, path: list[str]
) -> None:
    payload = await comment(community, **({"body": "Hm."} | given))
    assert payload["comment"] is None
    assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [(code, path)]
    assert await events(community) == []


async def test_an_edit_keeps_the_earlier_text(community: Community) -> None:
    first = await commented(community, "One.")
    written = community.product.clock()
    for body in ("Two.", "Two.", "Three."):
        community.product.clock.pass_time(minutes=1)
        payload = await act(community, "editComment", {"commentId": first, "body": body}, None)
        assert payload["comment"]["body"] == body
    (thread,) = (await discussion(community))["comments"]["nodes"]
    assert thread["bodyHtml"] == "<p>Three.</p>\n"
    assert [(version["number"], version["body"]) for version in thread["versions"]] == [
        (1, "One."),
        (2, "Two."),
    ]
    assert thread["versions"][0]["writtenAt"] == written.isoformat().replace("+00:00", "Z")


async def test_only_its_author_edits_and_deletes_a_comment(community: Community) -> None:
    first = await commented(community)
    admin = await community.person("admin@skills.test", PersonRole.ADMIN)
    for token in (community.reviewer, admin):
        for name, more in (("editComment", {"body": "Mine now."}), ("deleteComment", {})):
            payload = await act(community, name, {"commentId": first} | more, token)
            assert codes(payload) == ["NOT_THE_AUTHOR"]
    (thread,) = (await discussion(community))["comments"]["nodes"]
    assert thread["body"] == "What of canaries?"


async def test_a_deleted_comment_keeps_its_place_and_shows_its_text_to_moderators_alone(
    community: Community,
) -> None:
    first = await commented(community, "Regret.")
    await act(community, "editComment", {"commentId": first, "body": "Regret more."}, None)
    await commented(community, "Answer.", inReplyTo=first, token=community.reviewer)
    await act(community, "deleteComment", {"commentId": first}, None)
    assert (await act(community, "deleteComment", {"commentId": first}, None))["userErrors"] == []
    for token in (None, community.author, community.reviewer):
        found = await discussion(community, token=token)
        (thread,) = found["comments"]["nodes"]
        assert (thread["state"], thread["body"], thread["bodyHtml"], thread["versions"]) == (
            "DELETED",
            None,
            None,
            [],
        )
        assert [node["body"] for node in thread["replies"]["nodes"]] == ["Answer."]
        assert found["commentCount"] == 1
        assert "Regret" not in str(await community.product.run(WITHHELD, {"id": first}, token=token))
    by_moderator = await community.product.run(WITHHELD, {"id": first}, token=await moderator(community))
    assert by_moderator["node"] == {"withheldBody": "Regret more.", "versions": [{"body": "Regret."}]}
    edited = await act(community, "editComment", {"commentId": first, "body": "Back."}, None)
    assert codes(edited) == ["COMMENT_GONE"]
    assert [event["kind"] for event in await events(community)][-1] == "COMMENT_DELETED"


WITHHELD = "query ($id: ID!) { node(id: $id) { ... on Comment { withheldBody versions { body } } } }"


async def test_what_is_said_of_a_proposal_is_seen_with_it(community: Community) -> None:
    new = await community.product.token("new@skills.test", is_new=True)
    proposal = await community.proposed(edit_skill(summary="Fine."), token=new)
    said = await commented(community, "Is it?", subjectId=proposal, token=community.reviewer)
    await act(community, "editComment", {"commentId": said, "body": "Is it so?"}, community.reviewer)
    read = "query ($id: ID!) { node(id: $id) { ... on Comment { body versions { body } } } }"
    shown = {"body": "Is it so?", "versions": [{"body": "Is it?"}]}
    assert (await community.product.run(read, {"id": said}))["node"] == shown
    await community.edit(proposal, token=new, title="See https://advertising.example")
    for token in (None, community.author, community.watcher):
        assert (await community.product.run(read, {"id": said}, token=token))["node"] is None
        assert (await discussion(community, token=token))["comments"]["nodes"] == []
    for token in (new, community.reviewer, await moderator(community)):
        assert (await community.product.run(read, {"id": said}, token=token))["node"] == shown


async def test_a_thread_is_settled_by_those_it_concerns(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Gradual Delivery"))
    asker, stranger = [await community.person(f"{name}@skills.test") for name in ("asker", "stranger")]
    first = await commented(community, "Why?", subjectId=proposal, token=asker)
    answer = await commented(community, "So.", inReplyTo=first, token=stranger)
    for name in ("resolveThread", "reopenThread"):
        assert codes(await act(community, name, {"commentId": first}, stranger)) == ["NOT_THE_AUTHOR"]
    for token in (asker, community.author, community.reviewer):
        payload = await act(community, "resolveThread", {"commentId": answer}, token)
        assert payload["comment"]["id"] == first
        assert payload["comment"]["resolvedAt"] is not None
        assert (await act(community, "reopenThread", {"commentId": first}, token))["comment"][
            "resolvedBy"
        ] is None
    kinds = [event["kind"] for event in await events(community)]
    assert kinds[2:] == ["THREAD_RESOLVED", "THREAD_REOPENED"] * 3


async def test_reactions_are_counted_once_a_person_and_kind(community: Community) -> None:
    first = await commented(community)
    for token, kind in (
        (community.author, "THANKS"),
        (community.author, "THANKS"),
        (community.reviewer, "THANKS"),
        (community.watcher, "AGREE"),
        (community.author, "LOOKING"),
    ):
        await act(community, "addReaction", {"commentId": first, "kind": kind}, token)
    payload = await act(
        community, "removeReaction", {"commentId": first, "kind": "LOOKING"}, community.author
    )
    assert payload["comment"]["viewerReactions"] == ["THANKS"]
    assert payload["comment"]["reactions"] == [{"kind": "AGREE", "count": 1}, {"kind": "THANKS", "count": 2}]
    (thread,) = (await discussion(community))["comments"]["nodes"]
    assert thread["reactions"] == payload["comment"]["reactions"]
    assert thread["viewerReactions"] is None


async def test_a_mention_follows_the_person_through_a_new_name(community: Community) -> None:
    reviewer = await person_id(community, community.reviewer)
    author = await person_id(community, community.author)
    first = await commented(community, f"@{{{reviewer}}} and I, @{{{author}}}, wonder; @{{nobody}} does not.")
    [event] = await events(community)
    assert event["payload"] == {"mentioned": [3]}
    async with community.product.database.transaction() as session:
        await session.execute(sa.text("UPDATE person SET name = '<i>New & \"Name\"' WHERE id = 3"))
        await session.execute(sa.text("SELECT pg_notify('skillprofile_changes', '*')"))
    (thread,) = (await discussion(community, token=community.author))["comments"]["nodes"]
    named = f'<span class="mention" data-person="{reviewer}">@&lt;i&gt;New &amp; &quot;Name&quot;</span>'
    assert named in thread["bodyHtml"]
    assert "@{nobody}" in thread["bodyHtml"]
    assert "skills.test" not in thread["bodyHtml"]
    await act(community, "editComment", {"commentId": first, "body": f"@{{{reviewer}}}, again."}, None)
    assert (await events(community))[-1]["payload"] == {"mentioned": []}


async def test_too_many_at_once_are_not_called(community: Community) -> None:
    people = [await community.person(f"p{number}@skills.test") for number in range(21)]
    ids = [await person_id(community, token) for token in people]
    body = " ".join(f"@{{{key}}}" for key in ids)
    assert codes(await comment(community, body)) == ["INVALID_INPUT"]
    assert codes(await comment(community, body.rpartition(" ")[0])) == []
