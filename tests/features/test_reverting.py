"""A reviewer takes a revision back: a new revision, which overwrites nothing that came after."""

from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories import make_skill
from tests.factories.community import (
    AUTHOR,
    REVIEWER,
    WATCHER,
    Community,
    add,
    codes,
    edit,
    edit_skill,
    page_numbers,
    remove,
    row_of,
)

Json = dict[str, Any]

REVERT = """mutation ($input: RevertRevisionInput!) { revertRevision(input: $input) {
  revisions { number reason changedBy { name } reverts { number } proposal { number } skill { slug revision }
    changes { kind field before after } }
  userErrors { __typename message code path ... on ConflictError { skill place field base current proposed } } } }"""
REVISION = "query ($slug: String!, $number: Int!) { revision(skill: $slug, number: $number) { id } }"
PLACE = ("senior", "release-engineer")
OLD = "Progressive Delivery: what a release-engineer does at senior."


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def row(community: Community) -> Json:
    return row_of(await community.skill(), *PLACE)


async def revert(
    community: Community, number: int, reason: str = "It was better before.", *, slug: str | None = None
) -> Json:
    """The payload of taking back the revision of the number, by the reviewer."""
    found = await community.product.run(REVISION, {"slug": slug or community.slug, "number": number})
    given = {"revisionId": found["revision"]["id"], "reason": reason}
    data = await community.product.run(REVERT, {"input": given}, token=community.reviewer)
    payload: Json = data["revertRevision"]
    return payload


async def test_the_old_values_come_back_as_a_new_revision(community: Community) -> None:
    before = await community.skill()
    await community.apply(
        edit(row_of(before, *PLACE), description="Worse.", proficiency="EXPERT"),
        edit_skill(name="Gradual Delivery", keywords=["ring"]),
    )
    community.product.clock.pass_time(hours=1)
    payload = await revert(community, 2)
    assert payload["userErrors"] == []
    (revision,) = payload["revisions"]
    assert (revision["number"], revision["reason"], revision["changedBy"], revision["reverts"]) == (
        3,
        "It was better before.",
        {"name": "Reviewer"},
        {"number": 2},
    )
    assert revision["proposal"] is None
    assert {(one["field"], one["after"]) for one in revision["changes"]} == {
        ("name", "Progressive Delivery"),
        ("keywords", "canary\nrollback"),
        ("description", OLD),
        ("proficiency", None),
    }
    after = await community.skill()
    assert {**after, "revision": 1, "lastUpdatedAt": before["lastUpdatedAt"], "lastUpdatedBy": None} == {
        **before,
        "levels": after["levels"],
    }
    assert row_of(after, *PLACE) == row_of(before, *PLACE) | {"revision": 3}
    assert after["lastUpdatedBy"] == {"name": "Reviewer"}
    assert after["lastUpdatedAt"] > before["lastUpdatedAt"]


async def test_a_requirement_that_was_removed_stands_there_again(community: Community) -> None:
    await community.apply(remove(await row(community)))
    await revert(community, 2)
    assert (await row(community))["description"] == OLD
    assert page_numbers(await community.skill()) == [2, 5, 10, 0]


async def test_a_requirement_that_was_added_goes_again(community: Community) -> None:
    await community.apply(add("site-reliability-engineer", "senior", description="Sets the budget."))
    await revert(community, 2)
    assert page_numbers(await community.skill()) == [2, 5, 10, 0]


async def test_a_name_goes_back_and_both_slugs_lead_to_the_skill(community: Community) -> None:
    await community.apply(edit_skill(slug="gradual-delivery"))
    assert codes(await revert(community, 2)) == []
    assert (await community.skill("gradual-delivery"))["slug"] == "progressive-delivery"


async def test_what_changed_elsewhere_since_stays(community: Community) -> None:
    await community.apply(edit(await row(community), description="Worse."))
    await community.apply(edit(await row(community), necessity="OPTIONAL"))
    await revert(community, 2)
    found = await row(community)
    assert (found["description"], found["necessity"]) == (OLD, "OPTIONAL")


async def test_a_field_that_a_later_change_touched_is_a_conflict(community: Community) -> None:
    await community.apply(edit(await row(community), description="Worse.", proficiency="EXPERT"))
    await community.apply(edit(await row(community), description="Better."))
    payload = await revert(community, 2)
    assert payload["revisions"] == []
    (error,) = payload["userErrors"]
    assert (error["__typename"], error["code"], error["path"]) == (
        "ConflictError",
        "CONFLICT",
        ["revisionId"],
    )
    assert (error["field"], error["base"], error["current"], error["proposed"]) == (
        "description",
        "Worse.",
        "Better.",
        OLD,
    )
    assert "Release Engineer" in error["place"]
    found = await row(community)
    assert (found["description"], found["proficiency"], found["revision"]) == ("Better.", "EXPERT", 3)


async def test_an_added_requirement_that_has_gained_a_value_is_not_removed(community: Community) -> None:
    await community.apply(add("site-reliability-engineer", "senior", description="Sets the budget."))
    added = row_of(await community.skill(), "senior", "site-reliability-engineer")
    await community.apply(edit(added, proficiency="EXPERT"))
    payload = await revert(community, 2)
    assert [(error["field"], error["current"]) for error in payload["userErrors"]] == [
        ("proficiency", "EXPERT")
    ]


async def test_a_revert_can_be_taken_back_too(community: Community) -> None:
    await community.apply(edit(await row(community), description="Worse."))
    await revert(community, 2)
    payload = await revert(community, 3, "It was better after all.")
    assert [one["reverts"] for one in payload["revisions"]] == [{"number": 3}]
    assert (await row(community))["description"] == "Worse."


async def test_twice_is_once(community: Community) -> None:
    await community.apply(edit(await row(community), description="Worse."))
    assert codes(await revert(community, 2)) == []
    assert codes(await revert(community, 2)) == ["ALREADY_IN_PLACE"]
    assert (await community.keys())["revision"] == 3


async def test_the_first_revision_stays(community: Community) -> None:
    assert codes(await revert(community, 1)) == ["FIRST_REVISION"]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 5_001])
async def test_a_reason_must_say_something(community: Community, reason: str) -> None:
    await community.apply(edit(await row(community), description="Worse."))
    payload = await revert(community, 2, reason)
    assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [
        ("INVALID_INPUT", ["reason"])
    ]


@pytest.mark.parametrize("given", ["", "nothing", "MTpSZXZpc2lvbjo5OQ", "MTpTa2lsbDox"])
async def test_an_id_of_no_revision_is_not_found(community: Community, given: str) -> None:
    answer = await community.product.run(
        REVERT, {"input": {"revisionId": given, "reason": "So."}}, token=community.reviewer
    )
    assert codes(answer["revertRevision"]) == ["NOT_FOUND"]


async def test_what_refers_to_a_role_that_is_no_more_stays_removed(community: Community) -> None:
    await community.apply(add("site-reliability-engineer", "senior", description="Sets the budget."))
    await community.apply(remove(row_of(await community.skill(), "senior", "site-reliability-engineer")))
    async with community.product.database.transaction() as session:
        await session.execute(sa.text("DELETE FROM proposal_change"))
        await session.execute(sa.text("DELETE FROM role WHERE slug = 'site-reliability-engineer'"))
    assert codes(await revert(community, 3)) == ["REFERENCE_GONE"]


class TestChangeSet:
    """Two skills changed by one proposal."""

    @pytest.fixture
    async def community(self, community: Community) -> Community:
        async with community.product.database.transaction() as session:
            await make_skill(session, community.frame, "Feature Flags")
        skills = [
            {
                "skillId": skill["id"],
                "baseRevision": 1,
                "changes": [edit_skill(summary=f"Anew: {skill['name']}.")],
            }
            for skill in [await community.skill(), await community.skill("feature-flags")]
        ]
        proposal = await community.proposed(skillId=None, baseRevision=None, changes=None, skills=skills)
        assert codes(await community.accept(proposal)) == []
        return community

    async def test_it_is_taken_back_as_one(self, community: Community) -> None:
        payload = await revert(community, 2)
        assert [(one["skill"]["slug"], one["number"]) for one in payload["revisions"]] == [
            ("progressive-delivery", 3),
            ("feature-flags", 3),
        ]
        for slug, name in (
            ("progressive-delivery", "Progressive Delivery"),
            ("feature-flags", "Feature Flags"),
        ):
            assert (await community.skill(slug))["summary"] == f"What {name} is."

    async def test_a_conflict_in_one_skill_holds_all_back(self, community: Community) -> None:
        community.slug = "feature-flags"
        await community.apply(edit_skill(summary="Anew again."))
        payload = await revert(community, 2, slug="progressive-delivery")
        assert [(error["skill"], error["current"]) for error in payload["userErrors"]] == [
            ("feature-flags", "Anew again.")
        ]
        assert (await community.skill("progressive-delivery"))["summary"] == "Anew: Progressive Delivery."

    async def test_a_watcher_of_both_hears_once(self, community: Community) -> None:
        await community.watch()
        community.slug = "feature-flags"
        await community.watch()
        await community.product.work()
        sent = len(community.product.mail.to(WATCHER))
        await revert(community, 2)
        await community.product.work()
        assert len(community.product.mail.to(WATCHER)) == sent + 1


async def test_watchers_and_the_author_hear_of_it_with_the_reason(community: Community) -> None:
    await community.watch()
    await community.apply(edit(await row(community), description="Worse."))
    await community.product.work()
    await revert(community, 2, "It was better before.")
    await community.product.work()
    for address in (WATCHER, AUTHOR):
        mail = text_of(community.product.mail.to(address)[-1])
        assert "Reviewer took back" in mail
        assert "> It was better before." in mail
        assert f"+ {OLD}" in mail
    assert community.product.mail.to(REVIEWER) == []


async def test_a_revert_of_what_no_proposal_is_behind_is_told_too(community: Community) -> None:
    await community.watch()
    await community.apply(edit(await row(community), description="Worse."))
    await revert(community, 2)
    await community.product.work()
    await revert(community, 3, "After all.")
    await community.product.work()
    last = community.product.mail.to(WATCHER)[-1]
    assert "Revision 3" in str(last["Subject"])
    assert "/proposals/" not in text_of(last)
