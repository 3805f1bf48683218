"""Moderators keep order, and the log tells what they did."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from service.people.models import PersonRole
from tests.factories import documents
from tests.factories.comments import (
    REPORTS,
    act,
    comment,
    commented,
    discussion,
    limit_to_another_domain,
    moderate,
    moderator,
    person_id,
    reported,
)
from tests.factories.community import Community, codes, edit_skill, row_of
from tests.factories.contents import everything
from tests.factories.webhooks import let_reach_itself, log_of, made_webhook, receiving
from tests.features.test_preview import preview
from tests.features.test_rebasing import choices
from tests.features.test_reverting import revert

Json = dict[str, Any]
LOG = "{ moderation { auditLog { nodes { action reason details actor { name } person { name } comment { id } } } } }"
QUEUE = "{ moderation { heldComments { nodes { id } } heldProposals { nodes { number } } } }"


async def asked(community: Community, document: str, token: str | None = None) -> Json:
    """What a moderator gets, where nobody else is named."""
    return await community.product.run(document, token=token or await moderator(community))


async def locked(community: Community) -> tuple[bool, bool, bool]:
    """What is said of the skill's discussion, of that about its release engineer at senior, and of another one."""
    document = """{ skill(slug: "progressive-delivery") { isDiscussionLocked
      levels { requirements { id isDiscussionLocked } } } }"""
    skill = (await community.product.run(document))["skill"]
    rows = {
        row["id"]: row["isDiscussionLocked"] for level in skill["levels"] for row in level["requirements"]
    }
    own = row_of(await community.skill(), "senior", "release-engineer")["id"]
    is_locked = rows.pop(own)
    (others,) = set(rows.values())
    return skill["isDiscussionLocked"], is_locked, others


async def newcomer(community: Community) -> str:
    return await community.product.token("new@skills.test", is_new=True)


async def test_a_hidden_comment_shows_its_text_to_moderators_alone_until_it_is_shown_again(
    community: Community,
) -> None:
    first = await commented(community, "Nasty.")
    key = await reported(community, {"subjectId": first, "kind": "ABUSE", "note": "It hurts."})
    (found,) = (await asked(community, REPORTS))["moderation"]["reports"]["nodes"]
    assert (found["id"], found["kind"], found["note"], found["comment"]) == (
        key,
        "ABUSE",
        "It hurts.",
        {"id": first},
    )
    assert codes(await moderate(community, "hideContent", subjectId=first, reason="It hurts.")) == []
    assert (await asked(community, REPORTS))["moderation"]["reports"]["totalCount"] == 0
    for token in (None, community.author):
        assert "Nasty" not in str(await discussion(community, token=token))
    withheld = f'{{ node(id: "{first}") {{ ... on Comment {{ state withheldBody }} }} }}'
    assert (await asked(community, withheld))["node"] == {"state": "HIDDEN", "withheldBody": "Nasty."}
    await moderate(community, "showContent", subjectId=first, reason="It was irony.")
    assert "Nasty" in str(await discussion(community))
    entries = (await asked(community, LOG))["moderation"]["auditLog"]["nodes"]
    assert [(entry["action"], entry["reason"]) for entry in entries] == [
        ("CONTENT_SHOWN", "It was irony."),
        ("CONTENT_HIDDEN", "It hurts."),
    ]
    assert entries[0]["comment"] == {"id": first}


async def test_a_hidden_proposal_shows_no_text(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Nasty"), title="Nasty", reason="Nasty")
    await moderate(community, "hideContent", subjectId=proposal)
    document = "{ proposals { nodes { title reason hiddenAt changes { id } skills { changes { id } } } } }"
    for token in (None, community.reviewer):
        data = await community.product.run(document, token=token)
        (found,) = data["proposals"]["nodes"]
        assert found["hiddenAt"] is not None
        assert (found["changes"], "Nasty" in str(data)) == ([], False)


@pytest.mark.parametrize("kind", ["skill", "requirement"])
async def test_nobody_but_moderators_writes_in_a_locked_discussion(community: Community, kind: str) -> None:
    skill = await community.skill()
    row = row_of(skill, "senior", "release-engineer")
    first = await commented(community, subjectId=row["id"])
    subject = skill["id"] if kind == "skill" else row["id"]
    await moderate(community, "lockDiscussion", subjectId=subject)
    for given in ({"subjectId": row["id"]}, {"inReplyTo": first}):
        assert codes(await comment(community, **given)) == ["DISCUSSION_LOCKED"]
    assert codes(await comment(community)) == (["DISCUSSION_LOCKED"] if kind == "skill" else [])
    assert await locked(community) == (kind == "skill", True, kind == "skill")
    assert codes(await comment(community, inReplyTo=first, token=await moderator(community))) == []
    await moderate(community, "unlockDiscussion", subjectId=subject)
    assert codes(await comment(community, inReplyTo=first)) == []
    assert await locked(community) == (False, False, False)


async def test_whoever_is_suspended_reads_and_does_nothing_else(community: Community) -> None:
    author = await person_id(community, community.author)
    assert codes(await moderate(community, "suspendPerson", personId=author)) == []
    assert (await discussion(community, token=community.author))["commentCount"] == 0
    assert codes(await comment(community)) == ["SUSPENDED"]
    assert codes(await community.propose(edit_skill(name="Mine"))) == ["SUSPENDED"]
    await moderate(community, "resumePerson", personId=author)
    assert codes(await comment(community)) == []


async def test_power_over_people_ends_where_theirs_begins(community: Community) -> None:
    maintainer = await person_id(community, await community.person("m@skills.test", PersonRole.MAINTAINER))
    own = await person_id(community, await moderator(community))
    for name in ("suspendPerson", "resumePerson"):
        assert codes(await moderate(community, name, personId=maintainer)) == ["ROLE_TOO_HIGH"]
    assert codes(await moderate(community, "setRole", personId=maintainer, role="READER")) == [
        "ROLE_TOO_HIGH"
    ]
    assert codes(await moderate(community, "setRole", personId=own, role="ADMIN")) == ["ROLE_TOO_HIGH"]
    admin = await community.person("admin@skills.test", PersonRole.ADMIN)
    assert codes(await moderate(community, "setRole", admin, personId=maintainer, role="ADMIN")) == []
    assert codes(await moderate(community, "suspendPerson", admin, personId=own)) == []
    mine = await person_id(community, admin)
    assert codes(await moderate(community, "setRole", admin, personId=mine, role="READER")) == []


async def test_a_reviewer_of_domains_decides_in_these(community: Community) -> None:
    data = await community.product.run("{ domains { id } }")
    reviewer = await person_id(community, community.reviewer)
    limits: Json = {"personId": reviewer, "role": "REVIEWER", "domainIds": [data["domains"][0]["id"]]}
    assert codes(await moderate(community, "setRole", **limits)) == []
    assert codes(await community.accept(await community.proposed(edit_skill(name="Mine")))) == []
    [entry] = (await asked(community, LOG))["moderation"]["auditLog"]["nodes"]
    assert entry["action"] == "ROLE_SET"
    assert '"after":{"role":"REVIEWER","domains":[1]}' in entry["details"].replace(" ", "")


async def test_a_reviewer_of_other_domains_writes_nothing_here(community: Community) -> None:
    await community.apply(edit_skill(summary="Said before."))
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.apply(edit_skill(name="Theirs"))
    await limit_to_another_domain(community)
    before = await everything(community.product.database)
    for payload in (
        await community.review(proposal),
        await community.accept(proposal),
        await community.decline(proposal),
        await community.rebase(proposal, token=community.reviewer),
        await revert(community, 2),
    ):
        assert codes(payload) == ["OUTSIDE_DOMAINS"]
    assert await everything(community.product.database) == before


async def test_a_reviewer_of_other_domains_rebases_their_own(community: Community) -> None:
    mine = await community.proposed(edit_skill(name="Mine", summary="Mine."), token=community.reviewer)
    await community.accept(
        await community.proposed(edit_skill(keywords=["ring"])),
        token=await community.person("another@skills.test", PersonRole.REVIEWER),
    )
    await limit_to_another_domain(community)
    assert codes(await community.rebase(mine, token=community.reviewer)) == []


async def test_a_newcomers_link_waits_however_it_comes_into_a_proposal(community: Community) -> None:
    new = await newcomer(community)
    edited, rebased = [
        await community.proposed(edit_skill(summary=text), token=new) for text in ("Mine.", "Mine too.")
    ]
    await community.apply(edit_skill(summary="Theirs."))
    chosen = await choices(community, 2, summary="See https://x.test")
    assert codes(await community.edit(edited, token=new, title="At https://x.test")) == []
    assert codes(await community.rebase(rebased, *chosen, token=new)) == []
    held = (await asked(community, QUEUE))["moderation"]["heldProposals"]["nodes"]
    assert {one["number"] for one in held} == {1, 2}
    for proposal in (edited, rebased):
        for payload in (
            await community.withdraw(proposal),
            await community.edit(proposal, version=2, title="Mine"),
            await community.rebase(proposal, version=2, token=community.reviewer),
            await community.accept(proposal),
            await comment(community, subjectId=proposal),
            await preview(community, proposalId=proposal),
        ):
            assert codes(payload) == ["NOT_FOUND"]


@pytest.mark.parametrize("decision", ["approveContent", "rejectContent"])
async def test_a_newcomers_link_waits_and_is_seen_by_nobody_else(community: Community, decision: str) -> None:
    new = await newcomer(community)
    payload = await comment(community, "Buy at https://x.test", token=new)
    first = payload["comment"]["id"]
    assert payload["comment"]["state"] == "HELD"
    wish = edit_skill(summary="See https://x.test")
    number = (await community.propose(wish, token=new))["proposal"]["number"]
    node = f'{{ node(id: "{first}") {{ id }} proposal(number: {number}) {{ number }} proposals {{ totalCount }} }}'
    mine = await community.product.run(node, token=new)
    assert mine == {"node": {"id": first}, "proposal": {"number": number}, "proposals": {"totalCount": 1}}
    for token in (None, community.author, community.reviewer):
        found = await discussion(community, token=token)
        assert (found["commentCount"], found["comments"]["totalCount"]) == (0, 0)
        nothing = {"node": None, "proposal": None, "proposals": {"totalCount": 0}}
        assert await community.product.run(node, token=token) == nothing
        for name, more in (("addReaction", {"kind": "AGREE"}), ("resolveThread", {})):
            if token is not None:
                assert codes(await act(community, name, {"commentId": first} | more, token)) == ["NOT_FOUND"]
    async with community.product.database.read_session() as session:
        written = sa.text(
            "SELECT count(*) FROM event WHERE comment_id IS NOT NULL OR kind = 'PROPOSAL_CREATED'"
        )
        assert (await session.execute(written)).scalar_one() == 0
        held = (await asked(community, QUEUE))["moderation"]
        assert held == {
            "heldComments": {"nodes": [{"id": first}]},
            "heldProposals": {"nodes": [{"number": number}]},
        }
        assert codes(await moderate(community, decision, subjectId=first)) == []
        is_through = decision == "approveContent"
        assert (await session.execute(written)).scalar_one() == is_through
    assert (await discussion(community))["commentCount"] == is_through
    assert codes(await moderate(community, decision, subjectId=first)) == ["NOT_HELD"]


async def test_what_is_held_is_not_decided(community: Community) -> None:
    new = await newcomer(community)
    proposal = await community.proposed(edit_skill(summary="See https://x.test"), token=new)
    assert codes(await community.accept(proposal)) == ["NOT_FOUND"]
    assert codes(await community.accept(proposal, token=await moderator(community))) == ["HELD"]
    await moderate(community, "approveContent", subjectId=proposal)
    assert codes(await community.accept(proposal)) == []


async def test_an_edit_brings_no_link_in(community: Community) -> None:
    new = await newcomer(community)
    first = await commented(community, "Hello.", token=new)
    await act(community, "editComment", {"commentId": first, "body": "Buy at www.x.test"}, new)
    assert (await discussion(community))["comments"]["totalCount"] == 0


async def test_newcomers_write_less_often(community: Community) -> None:
    new = await newcomer(community)
    for _ in range(10):
        await commented(community, token=new)
    community.product.clock.pass_time(minutes=59)
    payload = await comment(community, token=new)
    assert codes(payload) == ["RATE_LIMITED"]
    assert codes(await comment(community)) == []
    community.product.clock.pass_time(minutes=1)
    assert codes(await comment(community, token=new)) == []
    for number in range(10):
        assert codes(await community.propose(edit_skill(name=f"Name {number}"), token=new)) == []
    assert codes(await community.propose(edit_skill(name="Name"), token=new)) == ["RATE_LIMITED"]
    for _ in range(2):
        complaint = {"subjectId": await commented(community), "kind": "SPAM"}
        await reported(community, complaint)
        await reported(community, complaint)
    assert (await asked(community, REPORTS))["moderation"]["reports"]["totalCount"] == 2


async def test_the_log_refuses_to_be_changed(community: Community) -> None:
    await moderate(community, "lockDiscussion", subjectId=(await community.keys())["id"])
    for statement in ("UPDATE audit_entry SET reason = 'Another'", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="never changed"):
            async with community.product.database.transaction() as session:
                await session.execute(sa.text(statement))


PEOPLE = """query ($name: String) { moderation { people(name: $name) {
  totalCount nodes { name role isSuspended reviewDomains { slug } } } } }"""


async def test_moderators_find_people_by_name(community: Community) -> None:
    await limit_to_another_domain(community)
    found = (await community.product.run(PEOPLE, {"name": "REVIEW"}, token=await moderator(community)))[
        "moderation"
    ]
    assert found["people"] == {
        "totalCount": 1,
        "nodes": [
            {
                "name": "Reviewer",
                "role": "REVIEWER",
                "isSuspended": False,
                "reviewDomains": [{"slug": "other"}],
            }
        ],
    }
    everybody = await community.product.run(PEOPLE, token=await moderator(community))
    names = [one["name"] for one in everybody["moderation"]["people"]["nodes"]]
    assert names == ["Author", "Moderator", "Reviewer", "Watcher"]
    wildcard = await community.product.run(PEOPLE, {"name": "%"}, token=await moderator(community))
    assert wildcard["moderation"]["people"]["totalCount"] == 0
    answer = await community.product.send(PEOPLE, {"name": "x" * 101}, token=await moderator(community))
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_only_moderators_see_to_what_a_reviewer_is_limited(community: Community) -> None:
    await limit_to_another_domain(community)
    query = "{ viewer { person { reviewDomains { slug } } } }"
    seen = await community.product.run(query, token=community.reviewer)
    assert seen["viewer"]["person"]["reviewDomains"] is None


async def test_everybody_sees_that_a_discussion_is_locked(community: Community) -> None:
    proposal = await community.proposed(edit_skill(summary="Better."))
    query = """{ skill(slug: "progressive-delivery") { isDiscussionLocked }
      proposal(number: 1) { isDiscussionLocked } }"""

    async def locked() -> list[bool]:
        return [one["isDiscussionLocked"] for one in (await community.product.run(query)).values()]

    assert await locked() == [False, False]
    await moderate(community, "lockDiscussion", subjectId=proposal)
    assert await locked() == [False, True]
    await moderate(community, "lockDiscussion", subjectId=(await community.keys())["id"])
    await moderate(community, "unlockDiscussion", subjectId=proposal)
    assert await locked() == [True, False]
    log = "{ moderation { auditLog { nodes { action skill { slug } proposal { number } } } } }"
    entries = (await community.product.run(log, token=await moderator(community)))["moderation"]["auditLog"][
        "nodes"
    ]
    assert [one["action"] for one in entries] == [
        "DISCUSSION_UNLOCKED",
        "DISCUSSION_LOCKED",
        "DISCUSSION_LOCKED",
    ]
    assert all(one["skill"]["slug"] == "progressive-delivery" for one in entries)


async def test_what_an_edit_holds_is_told_to_nobody_else_any_more(community: Community) -> None:
    product = community.product
    let_reach_itself(community)
    skill: Json = {"subjectId": (await community.keys())["id"], "events": ["PROPOSED"], "frequency": "DAILY"}
    for token in (community.watcher, await moderator(community)):
        await product.run(documents.WATCH_SUBJECT, {"input": skill}, token=token)
    new, link = await newcomer(community), "See https://x.test"
    proposal = await community.proposed(edit_skill(summary="Fine."), title="Fine", token=new)
    await product.work()
    assert "Fine" in (await product.client.get("/feeds/all.atom")).text
    async with receiving() as receiver:
        webhook = await made_webhook(community, receiver.url)
        again = await community.proposed(edit_skill(summary="Finer."), title="Finer", token=new)
        for held in (proposal, again):
            assert codes(await community.edit(held, title=link, token=new)) == []
        await product.work()
        assert [call.document["data"]["proposal"] for call in receiver.calls] == [None]
        assert (await log_of(community, webhook))["deliveries"]["nodes"][0]["event"][
            "kind"
        ] == "PROPOSAL_CREATED"
    product.clock.pass_time(days=1)
    await product.work()
    assert "<entry>" not in (await product.client.get("/feeds/all.atom")).text
    news = '{ changesSince(cursor: "0000000000000000") { events { kind } } }'
    assert (await product.run(news))["changesSince"]["events"] == []
    inbox = "{ viewer { notifications { nodes { proposal { title } } } } }"
    seen = await product.run(inbox, token=community.watcher)
    assert seen["viewer"]["notifications"]["nodes"] == [{"proposal": None}]
    assert product.mail.to("watcher@skills.test") == []
    assert len(product.mail.to("moderator@skills.test")) == 1
