"""Proposals that are refused, and why."""

from typing import Any

import sqlalchemy as sa

from tests.factories import make_frame, make_skill
from tests.factories.community import Community, add, codes, edit, edit_skill, remove, row_of

PLACE = ("senior", "release-engineer")
OLD = "Progressive Delivery: what a release-engineer does at senior."


async def row(community: Community) -> dict[str, Any]:
    return row_of(await community.skill(), *PLACE)


async def proposals(community: Community) -> int:
    async with community.product.database.read_session() as session:
        return int((await session.execute(sa.text("SELECT count(*) FROM proposal"))).scalar_one())


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
