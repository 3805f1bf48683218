"""Reviews: what reviewers say of a version, what it comes to, and how many must stand behind a change."""

from email.message import EmailMessage
from typing import Any

import pytest

from service.people.models import PersonRole
from tests.factories.community import AUTHOR, Community, codes, edit_skill

REVIEWS = """query ($number: Int!) { proposal(number: $number) {
  reviewDecision approvalCount approvalsNeeded
  reviews { totalCount nodes { verdict text version reviewedAt reviewer { name } } }
} }"""
RULES = """query ($slug: String!) { skill(slug: $slug) {
  id approvalsNeeded group { id domain { id } } proposals { nodes { reviewDecision approvalsNeeded } } } }"""


@pytest.fixture
async def proposal(community: Community) -> str:
    return await community.proposed(edit_skill(name="Mine"))


@pytest.fixture
async def second(community: Community) -> str:
    return await community.person("second@skills.test", PersonRole.REVIEWER)


async def shown(community: Community) -> dict[str, Any]:
    found: dict[str, Any] = (await community.product.run(REVIEWS, {"number": 1}))["proposal"]
    return found


async def decision(community: Community) -> tuple[str, int]:
    found = await shown(community)
    return found["reviewDecision"], found["approvalCount"]


async def ruled(community: Community, slug: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = (await community.product.run(RULES, {"slug": slug or community.slug}))["skill"]
    return found


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def test_a_review_is_kept_with_who_when_and_of_what(community: Community, proposal: str) -> None:
    assert await decision(community) == ("REVIEW_REQUIRED", 0)
    await community.review(proposal, "REQUEST_CHANGES", " Say how far. ")
    await community.review(proposal)
    assert (await shown(community))["reviews"] == {
        "totalCount": 2,
        "nodes": [
            {
                "verdict": verdict,
                "text": text,
                "version": 1,
                "reviewedAt": "2026-11-23T12:00:00Z",
                "reviewer": {"name": "Reviewer"},
            }
            for verdict, text in (("APPROVE", ""), ("REQUEST_CHANGES", "Say how far."))
        ],
    }


async def test_the_last_word_of_each_reviewer_counts(
    community: Community, proposal: str, second: str
) -> None:
    await community.review(proposal)
    assert await decision(community) == ("APPROVED", 1)
    await community.review(proposal, "REQUEST_CHANGES", "No.", token=second)
    assert await decision(community) == ("CHANGES_REQUESTED", 1)
    await community.review(proposal, token=second)
    assert await decision(community) == ("APPROVED", 2)
    await community.review(proposal, "REQUEST_CHANGES", "No.")
    assert await decision(community) == ("CHANGES_REQUESTED", 1)


async def test_an_edit_makes_reviews_void(community: Community, proposal: str) -> None:
    await community.review(proposal)
    await community.edit(proposal, title="Clearer")
    assert await decision(community) == ("REVIEW_REQUIRED", 0)
    assert codes(await community.review(proposal, version=1)) == ["EDITED_MEANWHILE"]
    assert codes(await community.review(proposal, version=2)) == []
    assert await decision(community) == ("APPROVED", 1)


async def test_requesting_changes_needs_words(community: Community, proposal: str) -> None:
    for verdict, text in (("REQUEST_CHANGES", " "), ("APPROVE", "x" * 5_001)):
        payload = await community.review(proposal, verdict, text)
        assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [
            ("INVALID_INPUT", ["text"])
        ]


async def test_nobody_reviews_their_own_nor_what_is_decided(community: Community, proposal: str) -> None:
    own = await community.person("own@skills.test", PersonRole.REVIEWER)
    mine = await community.proposed(edit_skill(name="My own"), token=own)
    assert codes(await community.review(mine, token=own)) == ["OWN_PROPOSAL"]
    await community.decline(proposal)
    assert codes(await community.review(proposal)) == ["PROPOSAL_ALREADY_DECIDED"]
    assert codes(await community.review("x")) == ["NOT_FOUND"]


async def test_the_author_hears_of_a_review_with_its_words(community: Community, proposal: str) -> None:
    await community.review(proposal, "REQUEST_CHANGES", "Say how far.")
    await community.product.work()
    (mail,) = community.product.mail.to(AUTHOR)
    assert "Changes requested. Say how far." in text_of(mail)


class TestTwoApprovals:
    """A rule asks for two people besides the author."""

    @pytest.fixture(autouse=True)
    async def rule(self, community: Community) -> None:
        assert codes(await community.set_review_rule(2)) == []

    async def test_one_is_not_enough_and_changes_nothing(self, community: Community, proposal: str) -> None:
        assert codes(await community.accept(proposal)) == ["APPROVALS_MISSING"]
        assert (await community.keys())["revision"] == 1
        await community.review(proposal)
        assert await decision(community) == ("REVIEW_REQUIRED", 1)
        assert codes(await community.accept(proposal)) == ["APPROVALS_MISSING"]

    async def test_another_one_who_accepts_is_the_second(
        self, community: Community, proposal: str, second: str
    ) -> None:
        await community.review(proposal)
        assert codes(await community.accept(proposal, token=second)) == []

    async def test_an_approval_of_an_earlier_version_does_not_count(
        self, community: Community, proposal: str, second: str
    ) -> None:
        await community.review(proposal)
        await community.edit(proposal, title="Clearer")
        assert codes(await community.accept(proposal, token=second)) == ["APPROVALS_MISSING"]

    async def test_an_approval_that_was_taken_back_does_not_count(
        self, community: Community, proposal: str, second: str
    ) -> None:
        await community.review(proposal)
        await community.review(proposal, "REQUEST_CHANGES", "On second thoughts.")
        assert codes(await community.accept(proposal, token=second)) == ["APPROVALS_MISSING"]

    async def test_a_set_asks_for_as_many_as_its_most_careful_skill(self, community: Community) -> None:
        slug = await community.add_skill("Chaos Engineering")
        parts = [
            await community.part(each, edit_skill(name=f"New {each}")) for each in (slug, community.slug)
        ]
        payload = await community.propose_set(*parts)
        assert (await shown(community))["approvalsNeeded"] == 2
        assert codes(await community.accept(payload["proposal"]["id"])) == ["APPROVALS_MISSING"]


async def test_the_nearest_rule_holds(community: Community, proposal: str) -> None:
    """Cached answers included: each is asked for again after the rule has changed."""
    found = await ruled(community)
    rules: list[tuple[dict[str, str], int | None, int]] = [
        ({"domainId": found["group"]["domain"]["id"]}, 4, 4),
        ({"groupId": found["group"]["id"]}, 3, 3),
        ({"skillId": found["id"]}, 2, 2),
        ({"skillId": found["id"]}, 1, 1),
        ({"skillId": found["id"]}, None, 3),
        ({"groupId": found["group"]["id"]}, None, 4),
    ]
    for subject, approvals, effective in rules:
        payload = await community.set_review_rule(approvals, **subject)
        assert (codes(payload), payload["approvals"]) == ([], approvals)
        found = await ruled(community)
        assert found["approvalsNeeded"] == effective
        assert found["proposals"]["nodes"][0]["approvalsNeeded"] == effective


@pytest.mark.parametrize("approvals", [0, -1, 6, 2_147_483_647])
async def test_a_rule_asks_for_one_to_five(community: Community, approvals: int) -> None:
    assert codes(await community.set_review_rule(approvals)) == ["INVALID_INPUT"]


async def test_a_rule_is_of_exactly_one_known_subject(community: Community) -> None:
    found = await ruled(community)
    both = {"skillId": found["id"], "groupId": found["group"]["id"]}
    assert codes(await community.set_review_rule(2, **both)) == ["INVALID_INPUT"]
    assert codes(await community.set_review_rule(2, groupId=found["id"])) == ["NOT_FOUND"]


async def test_declining_says_why_in_a_word(community: Community, proposal: str) -> None:
    await community.decline(proposal, "See #1.", why="DUPLICATE")
    found = await community.product.run("{ proposal(number: 1) { declineReason decisionReason } }")
    assert found["proposal"] == {"declineReason": "DUPLICATE", "decisionReason": "See #1."}
