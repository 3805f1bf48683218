"""A private plan: a role and levels, ticks that stay, and how far it is."""

from typing import Any

import pytest

from service.plans import rules
from tests.factories.community import Community, codes, edit, edit_skill, remove, row_of
from tests.factories.contents import everything
from tests.factories.plans import PLAN, SET_PLAN, TICK, UNTICK, expectation_of, place_of

Json = dict[str, Any]
ROLE = "platform-engineer"
LONGER = "Reads maps. Draws maps."


async def done(community: Community, document: str, token: str | None = None, **given: Any) -> Json:
    """The payload of a mutation, by the watcher where nobody is named."""
    data = await community.product.run(document, {"input": given}, token=token or community.watcher)
    payload: Json = next(iter(data.values()))
    return payload


async def tick(community: Community, *expectations: Json) -> Json:
    """The payload, where nothing was wrong."""
    payload = await done(community, TICK, expectations=list(expectations))
    assert payload["userErrors"] == []
    return payload


async def seen(community: Community, token: str | None = None, **asked: Any) -> Json:
    """The plan, the ticks and the progress of the watcher or somebody else."""
    return await community.product.run(PLAN, {"role": ROLE, **asked}, token=token or community.watcher)


async def test_a_role_and_levels_are_chosen_changed_and_given_up(community: Community) -> None:
    place, goal = await place_of(community), await place_of(community, "senior")
    given = {"roleId": place["roleId"], "levelId": place["levelId"], "goalId": goal["levelId"]}
    chosen = {"role": {"slug": ROLE}, "level": {"slug": "junior"}, "goal": {"slug": "senior"}}
    assert (await done(community, SET_PLAN, **given)) == {"plan": chosen, "userErrors": []}
    again = await done(community, SET_PLAN, roleId=place["roleId"], goalId=place["levelId"])
    assert again["plan"] == {"role": {"slug": ROLE}, "level": None, "goal": {"slug": "junior"}}
    assert (await seen(community))["viewer"]["plan"].pop("id")
    await tick(community, await expectation_of(community))
    assert (await done(community, SET_PLAN, roleId=None)) == {"plan": None, "userErrors": []}
    assert (await seen(community))["viewer"]["ticks"]["totalCount"] == 1


async def test_what_is_no_plan_changes_nothing(community: Community) -> None:
    place, below = await place_of(community, "senior"), await place_of(community, "middle")
    before = await everything(community.product.database)
    for given, path in (
        ({"roleId": place["skillId"]}, "roleId"),
        ({"roleId": place["roleId"], "levelId": place["roleId"]}, "levelId"),
        ({"roleId": place["roleId"], "levelId": place["levelId"], "goalId": below["levelId"]}, "goalId"),
        ({"roleId": place["roleId"], "levelId": place["levelId"], "goalId": place["levelId"]}, "goalId"),
    ):
        [error] = (await done(community, SET_PLAN, **given))["userErrors"]
        assert (error["code"], error["path"]) == ("INVALID_INPUT", [path])
    assert await everything(community.product.database) == before


async def test_a_tick_counts_and_is_taken_away(community: Community) -> None:
    expectation = await expectation_of(community)
    for _ in range(2):
        [row] = (await tick(community, expectation))["requirements"]
    assert row["viewerTicks"] == [{"text": expectation["text"], "revision": 1, "isChangedSince": False}]
    assert (await seen(community, to="middle"))["role"]["viewerProgress"] == {
        "skillCount": 1,
        "coveredSkillCount": 0,
        "expectationCount": 2,
        "tickedCount": 1,
        "changedCount": 0,
    }
    assert (await seen(community))["role"]["viewerProgress"]["coveredSkillCount"] == 1
    for _ in range(2):
        payload = await done(community, UNTICK, expectations=[expectation])
        assert payload["requirements"][0]["viewerTicks"] == []
    assert (await seen(community))["role"]["viewerProgress"]["tickedCount"] == 0


async def test_an_accepted_change_marks_a_tick_and_keeps_it(community: Community) -> None:
    expectation = await expectation_of(community)
    await tick(community, expectation)
    row = row_of(await community.skill(), "junior", ROLE)
    await community.apply(edit(row, description=f"{expectation['text']} Draws maps."))
    found = await seen(community)
    [ticked] = found["viewer"]["ticks"]["nodes"]
    assert (ticked["text"], ticked["revision"], ticked["isChangedSince"]) == (expectation["text"], 1, True)
    assert found["role"]["viewerProgress"]["tickedCount"] == 1
    assert found["role"]["viewerProgress"]["changedCount"] == 1

    await tick(community, expectation)
    [ticked] = (await seen(community))["viewer"]["ticks"]["nodes"]
    assert (ticked["revision"], ticked["isChangedSince"]) == (2, False)


async def test_a_change_elsewhere_marks_nothing(community: Community) -> None:
    await tick(community, await expectation_of(community))
    await community.apply(edit_skill(summary="Another."))
    await community.apply(edit(row_of(await community.skill(), "middle", ROLE), description="Another."))
    assert (await seen(community, changed=True))["viewer"]["ticks"]["totalCount"] == 0


async def test_a_tick_outlives_its_words_and_its_requirement(community: Community) -> None:
    expectation = await expectation_of(community)
    await tick(community, expectation)
    row = row_of(await community.skill(), "junior", ROLE)
    await community.apply(edit(row, description=LONGER))
    assert (await seen(community))["role"]["viewerProgress"]["tickedCount"] == 0
    await community.apply(remove(row))
    [ticked] = (await seen(community, changed=True))["viewer"]["ticks"]["nodes"]
    assert (ticked["text"], ticked["requirement"]) == (expectation["text"], None)
    assert ticked["skill"] == {"slug": "progressive-delivery"}
    await done(community, UNTICK, expectations=[expectation])
    assert (await seen(community))["viewer"]["ticks"]["totalCount"] == 0


async def test_what_was_ticked_without_signing_in_is_kept_with_its_revision(community: Community) -> None:
    earlier = await expectation_of(community)
    row = row_of(await community.skill(), "junior", ROLE)
    await community.apply(edit(row, description=LONGER))
    [row] = (await tick(community, {**earlier, "revision": 1}))["requirements"]
    assert row["viewerTicks"] == [{"text": earlier["text"], "revision": 1, "isChangedSince": True}]
    present = {**earlier, "text": "Draws maps."}
    await tick(community, present)
    [row] = (await tick(community, {**present, "revision": 1}))["requirements"]
    assert row["viewerTicks"][1]["revision"] == 2


async def test_what_cannot_be_ticked_ticks_nothing_else(community: Community) -> None:
    right = await expectation_of(community)
    before = await everything(community.product.database)
    for wrong, code, path in (
        ({"text": "Said by nobody."}, "INVALID_INPUT", ["expectations", "1", "text"]),
        ({"revision": 2}, "INVALID_INPUT", ["expectations", "1", "revision"]),
        ({"roleId": right["levelId"]}, "NOT_FOUND", ["expectations", "1"]),
        ({"skillId": "x"}, "NOT_FOUND", ["expectations", "1"]),
    ):
        [error] = (await done(community, TICK, expectations=[right, right | wrong]))["userErrors"]
        assert (error["code"], error["path"]) == (code, path)
    for expectations in ([], [right] * 101):
        for document in (TICK, UNTICK):
            payload = await done(community, document, expectations=expectations)
            assert (codes(payload), payload["userErrors"][0]["path"]) == (["INVALID_INPUT"], ["expectations"])
    assert await everything(community.product.database) == before


async def test_there_is_an_end_to_ticks(community: Community, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "TICKS_MAX", 1)
    first, second = await expectation_of(community), await expectation_of(community, "middle")
    await tick(community, first)
    assert codes(await done(community, TICK, expectations=[second])) == ["TOO_MANY_TICKS"]
    await tick(community, first)
    assert (await seen(community))["viewer"]["ticks"]["totalCount"] == 1


async def test_nobody_else_sees_a_plan(community: Community) -> None:
    expectation = await expectation_of(community)
    await tick(community, expectation)
    await done(community, SET_PLAN, roleId=expectation["roleId"])
    own = (await seen(community))["viewer"]
    ids = [own["plan"]["id"], own["ticks"]["nodes"][0]["id"]]
    document = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }"
    types = {"nodes": [{"__typename": "Plan"}, {"__typename": "Tick"}]}
    assert await community.product.run(document, {"ids": ids}, token=community.watcher) == types
    for token in (community.reviewer, None):
        assert await community.product.run(document, {"ids": ids}, token=token) == {"nodes": [None, None]}
    other = await seen(community, community.reviewer)
    assert (other["viewer"]["plan"], other["viewer"]["ticks"]["totalCount"]) == (None, 0)
    nobody = await community.product.run(PLAN, {"role": ROLE})
    assert nobody == {"viewer": None, "role": {"viewerProgress": None}}
    skill = '{ skill(slug: "progressive-delivery") { levels { requirements { viewerTicks { text } } } } }'
    rows = (await community.product.run(skill))["skill"]["levels"][0]["requirements"]
    assert rows[0] == {"viewerTicks": None}


async def test_a_level_of_nothing_is_a_fault_of_the_request(community: Community) -> None:
    for asked in ({"from": "none"}, {"to": "none"}, {"from": "senior", "to": "junior"}):
        answer = await community.product.send(PLAN, {"role": ROLE, **asked}, token=community.watcher)
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
