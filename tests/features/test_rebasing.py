"""The catalogue moves on under an open proposal: it says so, field by field, and is written anew without loss."""

from typing import Any

import pytest

from service.people.models import PersonRole
from tests.factories.community import AUTHOR, Community, add, codes, edit, edit_skill, remove, row_of

PLACE = ("senior", "release-engineer")
OLD = "Progressive Delivery: what a release-engineer does at senior."

STANDING = """query ($number: Int!) { proposal(number: $number) {
  version isOutdated baseRevision author { name }
  conflicts { change { id kind role { slug } level { slug } } field base current proposed }
  skills { baseRevision skill { slug } changes { id kind fields { field before after } } }
  versions { number writtenBy { name } skills { changes { fields { after } } } }
} }"""
REVISION = """query ($slug: String!, $number: Int!) { revision(skill: $slug, number: $number) {
  changedBy { name } editedBy { name } proposal { author { name } decidedBy { name } } } }"""


async def row(community: Community) -> dict[str, Any]:
    return row_of(await community.skill(), *PLACE)


async def standing(community: Community, number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = (await community.product.run(STANDING, {"number": number}))["proposal"]
    return found


async def choices(community: Community, number: int = 1, **sides: Any) -> list[dict[str, Any]]:
    """A choice for each conflict of the proposal, by its field: MINE, THEIRS, or another text."""
    return [
        {"changeId": conflict["change"]["id"], "field": conflict["field"]}
        | (
            {"side": sides[conflict["field"]]}
            if sides[conflict["field"]] in {"MINE", "THEIRS"}
            else {"side": "TEXT", "text": sides[conflict["field"]]}
        )
        for conflict in (await standing(community, number))["conflicts"]
    ]


@pytest.fixture
async def proposal(community: Community) -> str:
    """The row's description and necessity, while somebody else's description has been applied."""
    place = await row(community)
    proposal = await community.proposed(edit(place, description="Mine.", necessity="OPTIONAL"))
    await community.apply(edit(place, description="Theirs."))
    return proposal


async def test_it_says_that_it_is_outdated_and_where(community: Community, proposal: str) -> None:
    found = await standing(community)
    assert found["isOutdated"]
    (conflict,) = found["conflicts"]
    assert conflict | {"change": None} == {
        "change": None,
        "field": "description",
        "base": OLD,
        "current": "Theirs.",
        "proposed": "Mine.",
    }
    assert conflict["change"]["role"] == {"slug": "release-engineer"}
    assert conflict["change"]["level"] == {"slug": "senior"}


async def test_whoever_is_not_outdated_or_is_decided_has_no_conflicts(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    found = await standing(community)
    assert (found["isOutdated"], found["conflicts"]) == (False, [])
    assert codes(await community.rebase(proposal)) == ["NOT_OUTDATED"]
    await community.apply(edit_skill(name="Theirs"))
    assert (await standing(community))["isOutdated"]
    await community.decline(proposal)
    found = await standing(community)
    assert (found["isOutdated"], found["conflicts"]) == (False, [])


@pytest.mark.parametrize(
    ("side", "text"), [("MINE", "Mine."), ("THEIRS", "Theirs."), ("Both of us.", "Both of us.")]
)
async def test_the_chosen_value_stands_in_the_end(
    community: Community, proposal: str, side: str, text: str
) -> None:
    payload = await community.rebase(proposal, *await choices(community, description=side))
    assert (codes(payload), payload["proposal"]["version"]) == ([], 2)
    found = await standing(community)
    assert (found["isOutdated"], found["conflicts"], found["baseRevision"]) == (False, [], 2)
    assert found["author"] == {"name": "Author"}
    assert codes(await community.accept(proposal)) == []
    after = await row(community)
    assert (after["description"], after["necessity"]) == (text, "OPTIONAL")


async def test_what_was_proposed_before_stays_readable(community: Community, proposal: str) -> None:
    await community.rebase(proposal, *await choices(community, description="THEIRS"))
    first, second = (await standing(community))["versions"]
    assert [edit["after"] for edit in first["skills"][0]["changes"][0]["fields"]] == ["OPTIONAL", "Mine."]
    assert [edit["after"] for edit in second["skills"][0]["changes"][0]["fields"]] == ["OPTIONAL"]


async def test_a_conflict_without_a_choice_is_told_and_nothing_is_written(
    community: Community, proposal: str
) -> None:
    payload = await community.rebase(proposal)
    assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
        ("CONFLICT", "description")
    ]
    assert (await standing(community))["version"] == 1


async def test_without_a_conflict_no_choice_is_needed(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.apply(edit_skill(summary="Theirs."))
    assert codes(await community.rebase(proposal)) == []
    assert (await standing(community))["baseRevision"] == 2


async def test_a_rebase_that_leaves_nothing_is_refused(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.apply(edit_skill(name="Theirs"))
    payload = await community.rebase(proposal, *await choices(community, name="THEIRS"))
    assert codes(payload) == ["NOTHING_CHANGES"]


class TestGone:
    """The row that a proposal edits has been removed."""

    @pytest.fixture
    async def proposal(self, community: Community) -> str:
        place = await row(community)
        proposal = await community.proposed(edit(place, description="Mine."), edit_skill(name="Mine"))
        await community.apply(remove(place))
        return proposal

    async def test_mine_brings_it_back_whole(self, community: Community, proposal: str) -> None:
        assert codes(await community.rebase(proposal, *await choices(community, description="MINE"))) == []
        await community.accept(proposal)
        after = await row(community)
        assert (after["description"], after["necessity"]) == ("Mine.", "MANDATORY")

    async def test_theirs_leaves_it_gone(self, community: Community, proposal: str) -> None:
        assert codes(await community.rebase(proposal, *await choices(community, description="THEIRS"))) == []
        await community.accept(proposal)
        after = await community.skill()
        assert (after["name"], after["mandatoryRequirementCount"]) == ("Mine", 9)


async def test_a_removal_of_what_was_edited_can_be_kept_or_given_up(community: Community) -> None:
    place = await row(community)
    proposal = await community.proposed(remove(place), edit_skill(name="Mine"))
    await community.apply(edit(place, description="Theirs."))
    assert codes(await community.rebase(proposal, *await choices(community, description="THEIRS"))) == []
    (touched,) = (await standing(community))["skills"]
    assert [change["kind"] for change in touched["changes"]] == ["EDIT_SKILL"]


async def test_an_addition_where_another_stands_becomes_an_edit(community: Community) -> None:
    wish = add("site-reliability-engineer", "senior", "OPTIONAL", "Mine.")
    proposal = await community.proposed(wish)
    await community.apply(add("site-reliability-engineer", "senior", "MANDATORY", "Theirs."))
    chosen = await choices(community, description="MINE", necessity="THEIRS")
    assert codes(await community.rebase(proposal, *chosen)) == []
    await community.accept(proposal)
    after = row_of(await community.skill(), "senior", "site-reliability-engineer")
    assert (after["description"], after["necessity"]) == ("Mine.", "MANDATORY")


async def test_in_a_set_a_skill_that_nothing_is_left_of_is_left_out(community: Community) -> None:
    slug = await community.add_skill("Chaos Engineering")
    parts = [await community.part(each, edit_skill(name=f"New {each}")) for each in (community.slug, slug)]
    proposal = (await community.propose_set(*parts))["proposal"]["id"]
    await community.apply(edit_skill(name="Theirs"))
    assert codes(await community.rebase(proposal, *await choices(community, name="THEIRS"))) == []
    assert [each["skill"]["slug"] for each in (await standing(community))["skills"]] == [slug]


async def test_a_reviewer_may_rebase_and_others_may_not(community: Community, proposal: str) -> None:
    other = await community.person("other@skills.test", PersonRole.CONTRIBUTOR)
    chosen = await choices(community, description="MINE")
    assert codes(await community.rebase(proposal, *chosen, token=other)) == ["NOT_THE_AUTHOR"]
    assert codes(await community.rebase(proposal, *chosen, version=2)) == ["EDITED_MEANWHILE"]
    assert codes(await community.rebase(proposal, *chosen, token=community.reviewer)) == []
    found = await standing(community)
    assert [each["writtenBy"]["name"] for each in found["versions"]] == ["Author", "Reviewer"]
    assert found["author"] == {"name": "Author"}


async def test_choices_about_nothing_and_wrong_values_are_refused(community: Community) -> None:
    place = await row(community)
    proposal = await community.proposed(
        edit(place, description="Mine.", proficiency="EXPERT"),
        edit_skill(status="DEPRECATED", keywords=["mine"], replacedBy=await community.add_skill("Successor")),
    )
    await community.apply(edit(place, description="Theirs."))
    (touched,) = (await standing(community))["skills"]
    skill, requirement = (change["id"] for change in touched["changes"])
    assert {"field": "replacedBy", "before": None, "after": "successor"} in touched["changes"][0]["fields"]
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"changeId": "x", "field": "description", "side": "MINE"}, "NOT_FOUND", "changeId"),
        ({"changeId": requirement, "field": "necessity", "side": "MINE"}, "INVALID_INPUT", "field"),
        ({"changeId": requirement, "field": "description", "side": "TEXT"}, "INVALID_INPUT", "text"),
        (
            {"changeId": requirement, "field": "description", "side": "MINE", "text": "x"},
            "INVALID_INPUT",
            "text",
        ),
        *(
            ({"changeId": change, "field": field, "side": "TEXT", "text": text}, "INVALID_INPUT", "text")
            for change, field, text in (
                (requirement, "description", " "),
                (requirement, "proficiency", "SOME"),
                (skill, "keywords", "twice\ntwice"),
                (skill, "status", "GONE"),
                (skill, "replacedBy", "1"),
            )
        ),
    ]
    for choice, code, path in wrong:
        payload = await community.rebase(proposal, choice)
        assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [
            (code, ["choices", "0", path])
        ], choice
    assert (await standing(community))["version"] == 1


class TestAcceptingWithEdits:
    """The reviewer changes the text and applies it at once."""

    async def edited(self, community: Community, text: str = "Ours.") -> tuple[str, dict[str, Any]]:
        proposal = await community.proposed(edit(await row(community), description="Mine."))
        ((change,),) = [each["changes"] for each in (await standing(community))["skills"]]
        choice = {"changeId": change["id"], "field": "description", "side": "TEXT", "text": text}
        return proposal, choice

    async def test_both_are_credited_and_both_texts_stay_readable(self, community: Community) -> None:
        proposal, choice = await self.edited(community)
        assert codes(await community.accept(proposal, edits=[choice])) == []
        assert (await row(community))["description"] == "Ours."
        found = await community.product.run(REVISION, {"slug": community.slug, "number": 2})
        assert found["revision"] == {
            "changedBy": {"name": "Author"},
            "editedBy": {"name": "Reviewer"},
            "proposal": {"author": {"name": "Author"}, "decidedBy": {"name": "Reviewer"}},
        }
        versions = (await standing(community))["versions"]
        assert [
            (each["writtenBy"]["name"], each["skills"][0]["changes"][0]["fields"][0]["after"])
            for each in versions
        ] == [("Author", "Mine."), ("Reviewer", "Ours.")]

    async def test_the_author_is_told_so(self, community: Community) -> None:
        proposal, choice = await self.edited(community)
        await community.accept(proposal, edits=[choice])
        await community.product.work()
        (mail,) = community.product.mail.to(AUTHOR)
        body = mail.get_body(("plain",))
        assert body is not None
        assert "The reviewer changed the text" in body.get_content()
        assert "Ours." in body.get_content()

    async def test_it_settles_a_conflict_too(self, community: Community, proposal: str) -> None:
        chosen = await choices(community, description="Both of us.")
        assert codes(await community.accept(proposal, edits=chosen)) == []
        assert (await row(community))["description"] == "Both of us."

    async def test_two_approvals_are_of_what_is_applied(self, community: Community) -> None:
        second = await community.person("second@skills.test", PersonRole.REVIEWER)
        await community.set_review_rule(2)
        proposal, choice = await self.edited(community)
        await community.review(proposal, token=second)
        assert codes(await community.accept(proposal, edits=[choice])) == ["APPROVALS_MISSING"]
        assert (await standing(community))["version"] == 1

    async def test_an_edit_that_leaves_nothing_is_refused(self, community: Community) -> None:
        proposal, choice = await self.edited(community, OLD)
        assert codes(await community.accept(proposal, edits=[choice])) == ["NOTHING_CHANGES"]
