"""The numbers of the skill page follow its requirements; “last updated” follows accepted content alone."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest

from tests.factories.community import Community, add, codes, edit, edit_skill, page_numbers, remove, row_of


def rows_at(skill: dict[str, Any], level: str) -> list[dict[str, Any]]:
    return [row for step in skill["levels"] if step["level"]["slug"] == level for row in step["requirements"]]


async def test_an_optional_row_for_a_third_role_counts_as_such(community: Community) -> None:
    after = await community.apply(add("site-reliability-engineer", "senior", "OPTIONAL"))
    assert page_numbers(after) == [3, 5, 10, 1]


async def test_the_numbers_hold_after_the_worker_has_recounted(community: Community) -> None:
    await community.apply(add("site-reliability-engineer", "senior", "OPTIONAL"))
    await community.product.work()
    assert page_numbers(await community.skill()) == [3, 5, 10, 1]


async def test_an_added_row_stands_in_role_order_at_its_level(community: Community) -> None:
    after = await community.apply(add("site-reliability-engineer", "senior", description="Keeps the budget."))
    rows = rows_at(after, "senior")
    assert [row["role"]["slug"] for row in rows] == [
        "platform-engineer",
        "release-engineer",
        "site-reliability-engineer",
    ]
    added = rows[2]
    assert (added["necessity"], added["description"], added["proficiency"], added["revision"]) == (
        "OPTIONAL",
        "Keeps the budget.",
        None,
        2,
    )


async def test_an_added_row_keeps_its_proficiency(community: Community) -> None:
    after = await community.apply(add("site-reliability-engineer", "senior", proficiency="ADVANCED"))
    assert row_of(after, "senior", "site-reliability-engineer")["proficiency"] == "ADVANCED"


async def test_removing_all_rows_of_a_level_drops_the_level(community: Community) -> None:
    after = await community.apply(*[remove(row) for row in rows_at(await community.skill(), "middle")])
    assert page_numbers(after) == [2, 4, 8, 0]
    assert [step["level"]["slug"] for step in after["levels"]] == [
        "junior",
        "senior",
        "lead-staff",
        "principal",
    ]


async def test_removing_one_row_of_a_level_keeps_the_level(community: Community) -> None:
    after = await community.apply(remove(rows_at(await community.skill(), "middle")[0]))
    assert page_numbers(after) == [2, 5, 9, 0]


async def test_removing_all_rows_of_a_role_drops_the_role(community: Community) -> None:
    skill = await community.skill()
    rows = [row_of(skill, step["level"]["slug"], "release-engineer") for step in skill["levels"]]
    assert page_numbers(await community.apply(*map(remove, rows))) == [1, 5, 5, 0]


async def test_a_skill_without_rows_shows_noughts(community: Community) -> None:
    skill = await community.skill()
    after = await community.apply(*[remove(row) for step in skill["levels"] for row in step["requirements"]])
    assert page_numbers(after) == [0, 0, 0, 0]
    assert after["levels"] == []


async def test_making_a_row_optional_moves_it_from_one_number_to_the_other(community: Community) -> None:
    row = row_of(await community.skill(), "senior", "release-engineer")
    assert page_numbers(await community.apply(edit(row, necessity="OPTIONAL"))) == [2, 5, 9, 1]


async def test_a_removed_row_can_be_added_again(community: Community) -> None:
    await community.apply(remove(row_of(await community.skill(), "senior", "release-engineer")))
    after = await community.apply(add("release-engineer", "senior", "MANDATORY", "Anew."))
    assert page_numbers(after) == [2, 5, 10, 0]
    assert row_of(after, "senior", "release-engineer")["description"] == "Anew."


async def test_an_id_of_a_row_holds_while_the_row_is_edited(community: Community) -> None:
    before = row_of(await community.skill(), "senior", "release-engineer")
    after = await community.apply(edit(before, description="Another text."))
    assert row_of(after, "senior", "release-engineer")["id"] == before["id"]


async def test_a_change_of_the_skill_itself_leaves_the_numbers(community: Community) -> None:
    after = await community.apply(edit_skill(name="Gradual Delivery", keywords=["ring", "canary"]))
    assert page_numbers(after) == [2, 5, 10, 0]
    assert (after["name"], after["keywords"], after["revision"]) == (
        "Gradual Delivery",
        ["ring", "canary"],
        2,
    )


async def test_keywords_may_go_and_the_slug_leads_on(community: Community) -> None:
    assert (await community.apply(edit_skill(keywords=[])))["keywords"] == []


async def propose(community: Community) -> None:
    await community.proposed(
        edit(row_of(await community.skill(), "senior", "release-engineer"), description="x")
    )


async def decline(community: Community) -> None:
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.decline(await community.proposed(edit(row, description="x")))


async def withdraw(community: Community) -> None:
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.withdraw(await community.proposed(edit(row, description="x")))


async def watch(community: Community) -> None:
    await community.watch()


async def unwatch(community: Community) -> None:
    await community.watch()
    await community.unwatch()


async def work(community: Community) -> None:
    await community.watch()
    await community.product.work()


async def fail_to_accept(community: Community) -> None:
    """The second of two proposals on one field."""
    row = row_of(await community.skill(), "senior", "release-engineer")
    proposals = [await community.proposed(edit(row, description=text)) for text in "ab"]
    await community.accept(proposals[0])
    at = community.product.clock.now
    community.product.clock.pass_time(days=1)
    assert codes(await community.accept(proposals[1])) == ["CONFLICT"]
    community.product.clock.now = at


@pytest.mark.parametrize("act", [propose, decline, withdraw, watch, unwatch, work])
async def test_what_changes_no_content_moves_neither_revision_nor_last_update(
    community: Community, act: Callable[[Community], Awaitable[None]]
) -> None:
    before = await community.skill()
    community.product.clock.pass_time(days=1)
    await act(community)
    after = await community.skill()
    assert (after["revision"], after["lastUpdatedAt"]) == (1, before["lastUpdatedAt"])
    assert after["lastUpdatedAt"] == "2026-03-17T00:00:00Z"


async def test_a_conflict_moves_neither_revision_nor_last_update(community: Community) -> None:
    await fail_to_accept(community)
    after = await community.skill()
    assert after["revision"] == 2
    assert datetime.fromisoformat(after["lastUpdatedAt"]) == community.product.clock.now


async def test_last_updated_by_names_whose_change_it_was(community: Community) -> None:
    assert (await community.skill())["lastUpdatedBy"] is None
    after = await community.apply(edit_skill(summary="How to ship by degrees."))
    assert after["lastUpdatedBy"] == {"name": "Author"}
