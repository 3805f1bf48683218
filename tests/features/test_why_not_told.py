"""Whoever wonders why they were not told asks for themselves, and for nobody else."""

from typing import Any

from tests.factories.comments import commented, moderate, moderator, person_id
from tests.factories.community import Community, edit_skill
from tests.web.test_pages import shown

WHY = """query ($subject: ID!, $first: Int! = 20) {
  viewer { whyNotNotified(subjectId: $subject, first: $first) { kind outcome notifiedAt sentAt dueAt error } } }"""
OF_ANOTHER = """query ($person: ID!, $subject: ID!) { moderation {
  whyNotNotified(personId: $person, subjectId: $subject) { kind outcome notifiedAt sentAt dueAt error } } }"""


async def traces(community: Community, token: str, subject: str | None = None) -> list[dict[str, Any]]:
    """What came of each event about the skill, or another subject, for the person of the token; the newest first."""
    given = {"subject": subject or (await community.keys())["id"]}
    found = await community.product.run(WHY, given, token=token)
    return list(found["viewer"]["whyNotNotified"])


async def test_each_hears_what_came_of_it_for_themselves(community: Community) -> None:
    await community.apply(edit_skill(name="One"))
    await community.product.work()
    await community.watch()
    proposal = await community.proposed(edit_skill(name="Two"))
    await community.accept(proposal)
    await community.product.work()
    accepted = [
        [one["outcome"] for one in await traces(community, token) if one["kind"] == "PROPOSAL_ACCEPTED"]
        for token in (community.watcher, community.author, community.reviewer)
    ]
    assert accepted == [["SENT", "NOT_WATCHED"], ["SENT", "SENT"], ["ACTOR", "ACTOR"]]
    of_proposal = await traces(community, community.author, proposal)
    assert [one["kind"] for one in of_proposal] == ["PROPOSAL_ACCEPTED", "PROPOSAL_CREATED"]
    given = {
        "person": await person_id(community, community.watcher),
        "subject": (await community.keys())["id"],
    }
    seen = await community.product.run(OF_ANOTHER, given, token=await moderator(community))
    assert seen["moderation"]["whyNotNotified"] == await traces(community, community.watcher)


async def test_nobody_learns_of_what_not_everybody_may_see(community: Community) -> None:
    new = await community.product.token("new@skills.test", is_new=True)
    link = "See https://advertising.example"
    waiting = await community.proposed(edit_skill(summary=link), title=link, token=new)
    said = await commented(community, link, token=new)
    assert await traces(community, community.reviewer) == []
    for subject in (waiting, said):
        await moderate(community, "approveContent", subjectId=subject, reason="It is fine.")
    seen = await traces(community, community.reviewer)
    assert {one["kind"] for one in seen} == {"PROPOSAL_CREATED", "COMMENT_WRITTEN"}


async def test_what_is_held_since_is_told_of_no_more(community: Community) -> None:
    new = await community.product.token("new@skills.test", is_new=True)
    proposal = await community.proposed(edit_skill(summary="Fine."), token=new)
    assert len(await traces(community, community.reviewer, proposal)) == 1
    await community.edit(proposal, token=new, title="See https://advertising.example")
    for subject in (proposal, None):
        assert await traces(community, community.reviewer, subject) == []
        for token in (new, await moderator(community)):
            kinds = [one["kind"] for one in await traces(community, token, subject)]
            assert kinds == ["PROPOSAL_CREATED"]


async def test_it_is_bounded_and_empty_for_what_is_none(community: Community) -> None:
    for subject in ("", await person_id(community, community.author), "MTpTa2lsbDo5OTk"):
        assert await traces(community, community.watcher, subject) == []
    given = {"subject": (await community.keys())["id"], "first": 101}
    answer = await community.product.send(WHY, given, token=community.watcher)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert (await community.product.run(WHY, {"subject": given["subject"]})) == {"viewer": None}


async def test_the_page_says_it_without_a_script(community: Community) -> None:
    await community.apply(edit_skill(summary="Another."))
    await community.product.work()
    product, watcher = community.product, {"Authorization": f"Bearer {community.watcher}"}
    path = f"/inbox/why?subject={(await community.keys())['id']}"
    assert "Why was I not told?" in await shown(product, "/inbox", headers=watcher)
    assert "A proposal was accepted: You did not watch it" in await shown(product, path, headers=watcher)
    german = await shown(product, path, headers=watcher | {"Accept-Language": "de"})
    assert "Sie haben es nicht beobachtet" in german
    assert "Sign in to see what you have been told." in await shown(product, path)


async def test_the_page_is_there_whatever_the_address_names(community: Community) -> None:
    watcher = {"Authorization": f"Bearer {community.watcher}"}
    for subject in (await person_id(community, community.author), await commented(community), "abc", ""):
        page = await shown(community.product, f"/inbox/why?subject={subject}", headers=watcher)
        assert "Skill or proposal" in page
        assert "selected" not in page
