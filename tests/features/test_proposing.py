"""Proposals: what is stored, and who may do what with them."""

from typing import Any

import pytest

from service.people.models import PersonRole
from tests.factories.community import Community, add, codes, edit, edit_skill, remove, row_of

PLACE = ("senior", "release-engineer")
OLD = "Progressive Delivery: what a release-engineer does at senior."


async def row(community: Community) -> dict[str, Any]:
    return row_of(await community.skill(), *PLACE)


async def test_a_proposal_keeps_its_base_and_the_old_value_of_each_field(community: Community) -> None:
    place = await row(community)
    await community.proposed(
        edit(place, description="Mine.", proficiency="EXPERT"), title="Say how far", reason="It was vague."
    )
    proposal = await community.proposal()
    assert (proposal["number"], proposal["state"], proposal["baseRevision"]) == (1, "OPEN", 1)
    assert (proposal["title"], proposal["reason"]) == ("Say how far", "It was vague.")
    assert (proposal["author"], proposal["skill"]) == ({"name": "Author"}, {"slug": "progressive-delivery"})
    (change,) = proposal["changes"]
    assert (change["kind"], change["role"]["slug"], change["level"]["slug"]) == (
        "EDIT_REQUIREMENT",
        "release-engineer",
        "senior",
    )
    assert sorted(change["fields"], key=lambda field: str(field["field"])) == [
        {"field": "description", "before": OLD, "after": "Mine."},
        {"field": "proficiency", "before": None, "after": "EXPERT"},
    ]


async def test_the_old_value_stays_that_of_the_base_when_the_skill_moves_on(community: Community) -> None:
    place = await row(community)
    await community.proposed(edit(place, description="Mine."))
    await community.apply(edit(place, description="Yours."))
    (change,) = (await community.proposal(1))["changes"]
    assert change["fields"] == [{"field": "description", "before": OLD, "after": "Mine."}]


async def test_each_kind_of_change_is_told_by_its_name(community: Community) -> None:
    skill = await community.skill()
    await community.proposed(
        edit_skill(name="Gradual Delivery"),
        add("site-reliability-engineer", "senior"),
        edit(row_of(skill, *PLACE), necessity="OPTIONAL"),
        remove(row_of(skill, "junior", "platform-engineer")),
    )
    kinds = {change["kind"] for change in (await community.proposal())["changes"]}
    assert kinds == {"EDIT_SKILL", "ADD_REQUIREMENT", "EDIT_REQUIREMENT", "REMOVE_REQUIREMENT"}


async def test_proposing_changes_nothing_in_the_skill(community: Community) -> None:
    before = await community.skill()
    await community.proposed(edit(await row(community), description="Mine."))
    assert await community.skill() == before


async def test_accepting_tells_who_when_and_which_revision(community: Community) -> None:
    proposal = await community.proposed(edit(await row(community), description="Mine."))
    community.product.clock.pass_time(hours=1)
    payload = await community.accept(proposal)
    assert payload["proposal"]["appliedRevision"] == 2
    after = await community.proposal()
    assert (after["state"], after["createdAt"], after["decidedAt"]) == (
        "ACCEPTED",
        "2026-11-23T12:00:00Z",
        "2026-11-23T13:00:00Z",
    )
    assert after["decidedBy"] == {"name": "Reviewer"}


async def test_declining_keeps_the_reason(community: Community) -> None:
    proposal = await community.proposed(edit(await row(community), description="Mine."))
    payload = await community.decline(proposal, "Too vague.")
    assert payload["userErrors"] == []
    after = await community.proposal()
    assert (after["state"], after["decisionReason"]) == ("DECLINED", "Too vague.")
    assert (await community.keys())["revision"] == 1


@pytest.mark.parametrize("reason", ["", "   ", "\n\t", "x" * 5_001])
async def test_declining_needs_a_reason(community: Community, reason: str) -> None:
    proposal = await community.proposed(edit(await row(community), description="Mine."))
    payload = await community.decline(proposal, reason)
    assert codes(payload) == ["INVALID_INPUT"]
    assert payload["userErrors"][0]["path"][-1] == "reason"
    assert (await community.proposal())["state"] == "OPEN"


async def test_the_author_withdraws(community: Community) -> None:
    proposal = await community.proposed(edit(await row(community), description="Mine."))
    assert (await community.withdraw(proposal))["proposal"]["state"] == "WITHDRAWN"
    assert codes(await community.accept(proposal)) == ["PROPOSAL_ALREADY_DECIDED"]


@pytest.mark.parametrize("role", [PersonRole.CONTRIBUTOR, PersonRole.REVIEWER, PersonRole.ADMIN])
async def test_nobody_but_the_author_withdraws(community: Community, role: PersonRole) -> None:
    proposal = await community.proposed(edit(await row(community), description="Mine."))
    other = await community.person("other@skills.test", role)
    payload = await community.withdraw(proposal, token=other)
    assert codes(payload) == ["NOT_THE_AUTHOR"]
    assert payload["userErrors"][0]["__typename"] == "NotAllowedError"
    assert (await community.proposal())["state"] == "OPEN"


@pytest.mark.parametrize("role", [PersonRole.REVIEWER, PersonRole.MAINTAINER, PersonRole.ADMIN])
async def test_nobody_accepts_their_own_proposal(community: Community, role: PersonRole) -> None:
    own = await community.person("own@skills.test", role)
    proposal = await community.proposed(edit(await row(community), description="Mine."), token=own)
    payload = await community.accept(proposal, token=own)
    assert codes(payload) == ["OWN_PROPOSAL"]
    assert payload["userErrors"][0]["__typename"] == "NotAllowedError"
    assert (await community.proposal())["state"] == "OPEN"
    assert (await community.keys())["revision"] == 1


async def test_another_reviewer_accepts_a_reviewers_proposal(community: Community) -> None:
    own = await community.person("own@skills.test", PersonRole.REVIEWER)
    proposal = await community.proposed(edit(await row(community), description="Mine."), token=own)
    assert codes(await community.accept(proposal)) == []


@pytest.mark.parametrize("end", ["accept", "decline", "withdraw"])
@pytest.mark.parametrize("act", ["accept", "decline", "withdraw"])
async def test_a_decided_proposal_is_final(community: Community, end: str, act: str) -> None:
    proposal = await community.proposed(edit(await row(community), description="Mine."))
    await getattr(community, end)(proposal)
    before = await community.proposal()
    assert codes(await getattr(community, act)(proposal)) == ["PROPOSAL_ALREADY_DECIDED"]
    assert await community.proposal() == before
