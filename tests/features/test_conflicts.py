"""Two people wish for different things: nothing is overwritten in silence, and nothing is lost."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories.community import (
    AUTHOR,
    Community,
    add,
    codes,
    edit,
    edit_skill,
    page_numbers,
    remove,
    row_of,
)

PLACE = ("senior", "release-engineer")
OLD = "Progressive Delivery: what a release-engineer does at senior."


async def row(community: Community) -> dict[str, Any]:
    return row_of(await community.skill(), *PLACE)


def conflict(payload: dict[str, Any]) -> dict[str, Any]:
    """The one conflict of a payload."""
    (error,) = payload["userErrors"]
    assert (error["__typename"], error["code"]) == ("ConflictError", "CONFLICT")
    found: dict[str, Any] = error
    return found


async def revisions(community: Community) -> int:
    async with community.product.database.read_session() as session:
        return int((await session.execute(sa.text("SELECT count(*) FROM revision"))).scalar_one())


class TestOneField:
    """The second of two proposals on one field."""

    @pytest.fixture
    async def payload(self, community: Community) -> dict[str, Any]:
        place = await row(community)
        first = await community.proposed(edit(place, description="The first wish."))
        second = await community.proposed(edit(place, description="The second wish."))
        assert codes(await community.accept(first)) == []
        return await community.accept(second)

    async def test_it_is_a_conflict_with_base_current_and_proposed(self, payload: dict[str, Any]) -> None:
        error = conflict(payload)
        assert (error["base"], error["current"], error["proposed"]) == (
            OLD,
            "The first wish.",
            "The second wish.",
        )
        assert error["field"] == "description"

    async def test_it_says_where(self, payload: dict[str, Any]) -> None:
        place = conflict(payload)["place"]
        assert "Release Engineer" in place
        assert "Senior" in place

    async def test_it_overwrites_nothing(self, payload: dict[str, Any], community: Community) -> None:
        assert (await row(community))["description"] == "The first wish."
        assert (await community.keys())["revision"] == 2
        assert await revisions(community) == 2

    async def test_it_stays_open(self, payload: dict[str, Any], community: Community) -> None:
        proposal = await community.proposal(2)
        assert (proposal["state"], proposal["decidedAt"], proposal["appliedRevision"]) == ("OPEN", None, None)

    async def test_nobody_gets_a_mail_about_it(self, payload: dict[str, Any], community: Community) -> None:
        await community.product.work()
        assert len(community.product.mail.to(AUTHOR)) == 1

    async def test_it_is_the_same_conflict_when_tried_again(
        self, payload: dict[str, Any], community: Community
    ) -> None:
        again = await community.accept((await community.proposal(2))["id"])
        assert again["userErrors"] == payload["userErrors"]

    async def test_it_can_be_declined(self, payload: dict[str, Any], community: Community) -> None:
        declined = await community.decline((await community.proposal(2))["id"], "The first one says it.")
        assert declined["userErrors"] == []
        assert declined["proposal"]["state"] == "DECLINED"
        assert declined["proposal"]["decisionReason"] == "The first one says it."

    async def test_it_can_be_withdrawn(self, payload: dict[str, Any], community: Community) -> None:
        withdrawn = await community.withdraw((await community.proposal(2))["id"])
        assert withdrawn["proposal"]["state"] == "WITHDRAWN"


async def test_different_fields_of_one_row_both_apply(community: Community) -> None:
    place = await row(community)
    first = await community.proposed(edit(place, description="A new text."))
    second = await community.proposed(edit(place, necessity="OPTIONAL"))
    third = await community.proposed(edit(place, proficiency="EXPERT"))
    for proposal in (first, second, third):
        assert codes(await community.accept(proposal)) == []
    after = await row(community)
    assert (after["description"], after["necessity"], after["proficiency"]) == (
        "A new text.",
        "OPTIONAL",
        "EXPERT",
    )
    assert after["revision"] == 4
    assert page_numbers(await community.skill()) == [2, 5, 9, 1]


async def test_the_same_field_of_different_rows_both_apply(community: Community) -> None:
    skill = await community.skill()
    rows = [row_of(skill, "junior", "platform-engineer"), row_of(skill, "senior", "release-engineer")]
    proposals = [await community.proposed(edit(place, description="A new text.")) for place in rows]
    for proposal in proposals:
        assert codes(await community.accept(proposal)) == []
    after = await community.skill()
    assert [row_of(after, "junior", "platform-engineer")["revision"], row_of(after, *PLACE)["revision"]] == [
        2,
        3,
    ]


async def test_different_fields_of_the_skill_both_apply(community: Community) -> None:
    proposals = [
        await community.proposed(edit_skill(name="Gradual Delivery")),
        await community.proposed(edit_skill(summary="How to ship by degrees.")),
        await community.proposed(edit_skill(keywords=["ring"])),
    ]
    for proposal in proposals:
        assert codes(await community.accept(proposal)) == []
    after = await community.skill()
    assert (after["name"], after["summary"], after["keywords"]) == (
        "Gradual Delivery",
        "How to ship by degrees.",
        ["ring"],
    )


async def test_the_name_of_the_skill_can_be_in_conflict_too(community: Community) -> None:
    proposals = [await community.proposed(edit_skill(name=name)) for name in ("One", "Two")]
    await community.accept(proposals[0])
    error = conflict(await community.accept(proposals[1]))
    assert (error["place"], error["field"]) == ("Skill", "name")
    assert (error["base"], error["current"], error["proposed"]) == ("Progressive Delivery", "One", "Two")


async def test_keywords_can_be_in_conflict_too(community: Community) -> None:
    proposals = [await community.proposed(edit_skill(keywords=words)) for words in (["one"], ["two"])]
    await community.accept(proposals[0])
    error = conflict(await community.accept(proposals[1]))
    assert error["field"] == "keywords"
    assert "one" in error["current"]
    assert "two" in error["proposed"]


async def test_one_conflict_holds_all_changes_of_the_proposal_back(community: Community) -> None:
    skill = await community.skill()
    contested, free = row_of(skill, *PLACE), row_of(skill, "junior", "platform-engineer")
    second = await community.proposed(
        edit(free, description="Free."),
        edit(contested, description="Mine."),
        edit_skill(summary="Mine as well."),
    )
    await community.apply(edit(contested, description="Yours."))
    conflict(await community.accept(second))
    after = await community.skill()
    assert row_of(after, "junior", "platform-engineer")["description"] == free["description"]
    assert after["summary"] == skill["summary"]
    assert after["revision"] == 2


async def test_every_field_in_conflict_is_told(community: Community) -> None:
    skill = await community.skill()
    rows = [row_of(skill, "junior", "platform-engineer"), row_of(skill, *PLACE)]
    second = await community.proposed(
        *[edit(place, description="Mine.", necessity="OPTIONAL") for place in rows]
    )
    await community.apply(*[edit(place, description="Yours.") for place in rows])
    payload = await community.accept(second)
    assert [(error["code"], error["field"], error["current"]) for error in payload["userErrors"]] == [
        ("CONFLICT", "description", "Yours.")
    ] * 2
    assert len({error["place"] for error in payload["userErrors"]}) == 2


async def test_two_additions_in_one_place_are_a_conflict(community: Community) -> None:
    proposals = [
        await community.proposed(add("site-reliability-engineer", "senior", description=text))
        for text in ("The first.", "The second.")
    ]
    await community.accept(proposals[0])
    error = conflict(await community.accept(proposals[1]))
    assert (error["field"], error["base"], error["current"], error["proposed"]) == (
        "description",
        None,
        "The first.",
        "The second.",
    )
    assert page_numbers(await community.skill()) == [3, 5, 10, 1]


async def test_editing_what_has_been_removed_is_a_conflict(community: Community) -> None:
    place = await row(community)
    proposals = [
        await community.proposed(change) for change in (remove(place), edit(place, description="Mine."))
    ]
    await community.accept(proposals[0])
    error = conflict(await community.accept(proposals[1]))
    assert (error["field"], error["base"], error["current"], error["proposed"]) == (
        "description",
        OLD,
        None,
        "Mine.",
    )
    assert page_numbers(await community.skill()) == [2, 5, 9, 0]


async def test_removing_what_has_been_edited_is_a_conflict(community: Community) -> None:
    place = await row(community)
    proposals = [
        await community.proposed(change) for change in (edit(place, description="Mine."), remove(place))
    ]
    await community.accept(proposals[0])
    error = conflict(await community.accept(proposals[1]))
    assert (error["field"], error["base"], error["current"], error["proposed"]) == (
        "description",
        OLD,
        "Mine.",
        None,
    )
    assert (await row(community))["description"] == "Mine."


async def test_removing_what_has_gained_a_value_is_a_conflict(community: Community) -> None:
    place = await row(community)
    waiting = await community.proposed(remove(place))
    await community.apply(edit(place, proficiency="EXPERT"))
    error = conflict(await community.accept(waiting))
    assert (error["field"], error["base"], error["current"], error["proposed"]) == (
        "proficiency",
        None,
        "EXPERT",
        None,
    )
    assert (await row(community))["proficiency"] == "EXPERT"


async def test_editing_what_has_been_removed_and_added_anew_is_a_conflict(community: Community) -> None:
    place = await row(community)
    waiting = await community.proposed(edit(place, description="Mine."))
    await community.apply(remove(place))
    await community.apply(add("release-engineer", "senior", "MANDATORY", "Anew."))
    error = conflict(await community.accept(waiting))
    assert (error["base"], error["current"], error["proposed"]) == (OLD, "Anew.", "Mine.")


@pytest.mark.parametrize("kind", ["edit", "add", "remove", "skill"])
async def test_the_same_wish_a_second_time_is_already_in_place(community: Community, kind: str) -> None:
    place = await row(community)
    wish = {
        "edit": edit(place, description="The same."),
        "add": add("site-reliability-engineer", "senior", description="The same."),
        "remove": remove(place),
        "skill": edit_skill(name="The same"),
    }[kind]
    proposals = [await community.proposed(wish) for _ in range(2)]
    assert codes(await community.accept(proposals[0])) == []
    assert codes(await community.accept(proposals[1])) == ["ALREADY_IN_PLACE"]
    assert (await community.keys())["revision"] == 2
    assert (await community.proposal(2))["state"] == "OPEN"


async def test_a_wish_that_is_half_in_place_brings_the_other_half(community: Community) -> None:
    place = await row(community)
    whole = await community.proposed(edit(place, description="The same.", necessity="OPTIONAL"))
    await community.apply(edit(place, description="The same."))
    assert codes(await community.accept(whole)) == []
    after = await row(community)
    assert (after["description"], after["necessity"], after["revision"]) == ("The same.", "OPTIONAL", 3)


class TestStaleBase:
    """A proposal against a revision that is no longer the present one."""

    async def test_an_untouched_field_applies(self, community: Community) -> None:
        place = await row(community)
        await community.apply(edit_skill(name="Gradual Delivery"))
        proposal = await community.proposed(edit(place, description="Mine."), baseRevision=1)
        assert (await community.proposal(2))["baseRevision"] == 1
        assert codes(await community.accept(proposal)) == []
        assert (await row(community))["description"] == "Mine."

    async def test_a_field_that_has_moved_is_never_overwritten(self, community: Community) -> None:
        place = await row(community)
        await community.apply(edit(place, description="Yours."))
        payload = await community.propose(edit(place, description="Mine."), baseRevision=1)
        if not payload["userErrors"]:
            payload = await community.accept(payload["proposal"]["id"])
        error = conflict(payload)
        assert (error["base"], error["current"], error["proposed"]) == (OLD, "Yours.", "Mine.")
        assert (await row(community))["description"] == "Yours."

    async def test_going_back_to_the_old_text_from_the_present_revision_applies(
        self, community: Community
    ) -> None:
        place = await row(community)
        await community.apply(edit(place, description="Yours."))
        after = await community.apply(edit(place, description=OLD))
        assert (row_of(after, *PLACE)["description"], after["revision"]) == (OLD, 3)

    @pytest.mark.parametrize("base", [0, -1, 2, 99, 2_147_483_647])
    async def test_a_revision_that_is_not_there_is_refused(self, community: Community, base: int) -> None:
        payload = await community.propose(edit(await row(community), description="Mine."), baseRevision=base)
        assert codes(payload) == ["INVALID_INPUT"]
        assert payload["userErrors"][0]["path"][-1] == "baseRevision"
        assert payload["proposal"] is None
