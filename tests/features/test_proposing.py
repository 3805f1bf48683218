"""Proposals: what is stored, who may do what, what is refused."""

from typing import Any

import pytest
import sqlalchemy as sa

from service.people.models import PersonRole
from tests.factories import Product, make_frame, make_skill
from tests.factories.community import (
    Community,
    add,
    codes,
    edit,
    edit_skill,
    make_community,
    remove,
    row_of,
)

PLACE = ("senior", "release-engineer")
OLD = "Progressive Delivery: what a release-engineer does at senior."


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


async def row(community: Community) -> dict[str, Any]:
    return row_of(await community.skill(), *PLACE)


async def proposals(community: Community) -> int:
    async with community.product.database.read_session() as session:
        return int((await session.execute(sa.text("SELECT count(*) FROM proposal"))).scalar_one())


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


async def test_a_wish_for_what_is_already_so_is_refused(community: Community) -> None:
    place = await row(community)
    same = [
        edit(place, description=OLD),
        edit(place, necessity="MANDATORY"),
        edit(place, proficiency=None),
        edit(place, description=OLD, necessity="MANDATORY"),
        edit_skill(name="Progressive Delivery"),
        edit_skill(keywords=["canary", "rollback"]),
        edit_skill(slug="progressive-delivery"),
        edit_skill(status="PUBLISHED"),
    ]
    for wish in same:
        payload = await community.propose(wish)
        assert codes(payload) == ["NOTHING_CHANGES"], wish
        assert payload["proposal"] is None
    assert await proposals(community) == 0


async def test_an_edit_of_no_field_is_refused(community: Community) -> None:
    for wish in (edit(await row(community)), edit_skill()):
        (code,) = codes(await community.propose(wish))
        assert code in {"INVALID_INPUT", "NOTHING_CHANGES"}
    assert await proposals(community) == 0


async def test_adding_where_a_row_stands_is_refused(community: Community) -> None:
    assert codes(await community.propose(add("release-engineer", "senior"))) == ["REQUIREMENT_EXISTS"]


async def test_what_names_nothing_is_not_found(community: Community) -> None:
    wrong = [
        add("no-such-role", "senior"),
        add("release-engineer", "no-such-level"),
        edit({"id": "bm9uZQ=="}, description="x"),
        edit({"id": (await community.keys())["id"]}, description="x"),
        remove({"id": ""}),
        edit_skill(status="DEPRECATED", replacedBy="no-such-skill"),
    ]
    for wish in wrong:
        payload = await community.propose(wish)
        assert codes(payload) == ["NOT_FOUND"], wish
        assert payload["userErrors"][0]["__typename"] == "NotFoundError"
        assert payload["userErrors"][0]["path"][:2] == ["changes", "0"], wish
    assert await proposals(community) == 0


async def test_a_row_of_another_skill_is_not_found(community: Community) -> None:
    async with community.product.database.transaction() as session:
        await make_skill(session, community.frame, "Chaos Engineering")
    other = row_of(await community.skill("chaos-engineering"), *PLACE)
    assert codes(await community.propose(edit(other, description="x"))) == ["NOT_FOUND"]
    assert codes(await community.propose(remove(other))) == ["NOT_FOUND"]


async def test_a_role_or_level_of_another_framework_is_not_found(community: Community) -> None:
    async with community.product.database.transaction() as session:
        await make_frame(session, slug="other", roles=["Poet"], levels=["Novice"], is_default=False)
    assert codes(await community.propose(add("poet", "senior"))) == ["NOT_FOUND"]
    assert codes(await community.propose(add("site-reliability-engineer", "novice"))) == ["NOT_FOUND"]


UNKNOWN_IDS = ["", "x", "bm9uZQ==", "MTpTa2lsbDo5OTk5"]


async def test_an_unknown_skill_is_not_found(community: Community) -> None:
    for unknown in UNKNOWN_IDS:
        payload = await community.propose(edit_skill(name="x"), skillId=unknown, baseRevision=1)
        assert codes(payload) == ["NOT_FOUND"]


async def test_an_unknown_proposal_is_not_found(community: Community) -> None:
    wrong_type = (await community.keys())["id"]
    for unknown in (*UNKNOWN_IDS, wrong_type):
        for payload in (
            await community.accept(unknown),
            await community.decline(unknown),
            await community.withdraw(unknown),
        ):
            assert codes(payload) == ["NOT_FOUND"]
            assert payload["proposal"] is None


async def test_the_path_of_an_error_leads_to_the_id_at_fault(community: Community) -> None:
    unknown = await community.propose(edit_skill(name="x"), skillId="x", baseRevision=1)
    assert unknown["userErrors"][0]["path"] == ["skillId"]
    assert (await community.accept("x"))["userErrors"][0]["path"] == ["proposalId"]


async def test_texts_beyond_their_bounds_are_refused(community: Community) -> None:
    place = await row(community)
    wish = edit(place, description="Mine.")
    wrong: list[dict[str, Any]] = [
        {"title": ""},
        {"title": "  "},
        {"title": "x" * 201},
        {"reason": "x" * 5_001},
        {"idempotencyKey": "x" * 10_000},
        {"changes": []},
        {"changes": [edit(place, description="")]},
        {"changes": [edit(place, description="  \n")]},
        {"changes": [edit(place, description="x" * 10_001)]},
        {"changes": [edit_skill(name="")]},
        {"changes": [edit_skill(name="x" * 201)]},
        {"changes": [edit_skill(slug="Not A Slug")]},
        {"changes": [edit_skill(slug="")]},
        {"changes": [edit_skill(slug="x" * 101)]},
        {"changes": [edit_skill(keywords=[""])]},
        {"changes": [edit_skill(keywords=[f"word {number}" for number in range(51)])]},
        {"changes": [edit_skill(summary="x" * 2_001)]},
        {"changes": [add("site-reliability-engineer", "senior", description="")]},
    ]
    for more in wrong:
        payload = await community.propose(wish, **more)
        assert codes(payload) == ["INVALID_INPUT"], str(more)[:100]
        assert payload["userErrors"][0]["path"][0] in {"title", "reason", "idempotencyKey", "changes"}
    assert await proposals(community) == 0


async def test_a_skill_cannot_replace_itself(community: Community) -> None:
    payload = await community.propose(edit_skill(status="DEPRECATED", replacedBy="progressive-delivery"))
    assert codes(payload)[0] in {"INVALID_INPUT", "NOT_FOUND"}


async def test_texts_at_their_bounds_are_taken(community: Community) -> None:
    await community.proposed(
        edit(await row(community), description="🙂" * 10_000), title="x" * 200, reason="y" * 5_000
    )
    (change,) = (await community.proposal())["changes"]
    assert change["fields"][0]["after"] == "🙂" * 10_000


async def test_101_changes_are_too_many(community: Community) -> None:
    payload = await community.propose(*[add("site-reliability-engineer", "senior")] * 101)
    assert codes(payload) == ["INVALID_INPUT"]


async def test_two_changes_of_one_row_are_refused(community: Community) -> None:
    place = await row(community)
    for pair in (
        [edit(place, description="One."), edit(place, description="Two.")],
        [edit(place, description="One."), remove(place)],
        [remove(place), remove(place)],
        [add("site-reliability-engineer", "senior"), add("site-reliability-engineer", "senior", "MANDATORY")],
        [edit_skill(name="One"), edit_skill(name="Two")],
    ):
        assert codes(await community.propose(*pair))[0] in {
            "INVALID_INPUT",
            "REQUIREMENT_EXISTS",
            "NOT_FOUND",
        }, pair
    assert await proposals(community) == 0


async def test_a_change_is_exactly_one_of_its_kinds(community: Community) -> None:
    place = await row(community)
    for change in ({}, edit(place, description="x") | remove(place), {"editSkill": None}):
        given = {
            "skillId": (await community.keys())["id"],
            "baseRevision": 1,
            "title": "x",
            "changes": [change],
        }
        answer = await community.product.send(
            "mutation ($input: CreateProposalInput!) { createProposal(input: $input) { proposal { id } } }",
            {"input": given},
            token=community.author,
        )
        assert {error["extensions"]["code"] for error in answer["errors"]} <= {
            "BAD_USER_INPUT",
            "GRAPHQL_VALIDATION_FAILED",
        }
    assert await proposals(community) == 0


class TestIdempotencyKey:
    """The same key again gives the same proposal."""

    async def test_the_same_key_twice_is_one_proposal(self, community: Community) -> None:
        wish = edit(await row(community), description="Mine.")
        payloads = [await community.propose(wish, idempotencyKey="my key") for _ in range(2)]
        assert payloads[0] == payloads[1]
        assert await proposals(community) == 1

    async def test_without_a_key_there_are_two(self, community: Community) -> None:
        wish = edit(await row(community), description="Mine.")
        assert [(await community.propose(wish))["proposal"]["number"] for _ in range(2)] == [1, 2]

    @pytest.mark.parametrize("more", [{"title": "Another"}, {"reason": "Another"}, {"changes": "another"}])
    async def test_the_same_key_for_something_else_is_refused(
        self, community: Community, more: dict[str, Any]
    ) -> None:
        place = await row(community)
        if "changes" in more:
            more = {"changes": [edit(place, description="Another.")]}
        await community.proposed(edit(place, description="Mine."), idempotencyKey="k")
        payload = await community.propose(edit(place, description="Mine."), idempotencyKey="k", **more)
        assert codes(payload) == ["IDEMPOTENCY_KEY_REUSED"]
        assert await proposals(community) == 1

    async def test_a_key_is_its_persons_own(self, community: Community) -> None:
        wish = edit(await row(community), description="Mine.")
        other = await community.person("other@skills.test")
        payloads = [
            await community.propose(wish, idempotencyKey="k", token=t) for t in (community.author, other)
        ]
        assert [payload["proposal"]["number"] for payload in payloads] == [1, 2]

    async def test_the_key_still_gives_the_proposal_once_it_is_accepted(self, community: Community) -> None:
        wish = edit(await row(community), description="Mine.")
        proposal = await community.proposed(wish, idempotencyKey="k")
        await community.accept(proposal)
        again = await community.propose(wish, idempotencyKey="k", baseRevision=1)
        assert again["userErrors"] == []
        assert (again["proposal"]["id"], again["proposal"]["state"]) == (proposal, "ACCEPTED")

    async def test_a_refused_try_does_not_use_the_key_up(self, community: Community) -> None:
        place = await row(community)
        assert codes(await community.propose(edit(place, description=OLD), idempotencyKey="k")) == [
            "NOTHING_CHANGES"
        ]
        assert codes(await community.propose(edit(place, description="Mine."), idempotencyKey="k")) == []
