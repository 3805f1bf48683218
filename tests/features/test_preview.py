"""What a proposal would come to, before it is made: nothing is written."""

from typing import Any

import pytest
import sqlalchemy as sa

from service.people.models import PersonRole
from tests.factories import make_skill
from tests.factories.community import Community, add, codes, edit, edit_skill, remove, row_of
from tests.factories.contents import everything
from tests.factories.documents import WATCH_SUBJECT
from tests.factories.statements import recorded_statements

Json = dict[str, Any]

NUMBERS = "roleCount levelCount mandatoryRequirementCount optionalRequirementCount"
PREVIEW = f"""mutation ($input: PreviewProposalInput!) {{ previewProposal(input: $input) {{
  preview {{ watcherCount
    skills {{ skill {{ slug }} before {{ {NUMBERS} }} after {{ {NUMBERS} }} isOutdated
      changes {{ field before after segments {{ kind text }} }}
      lint {{ kind at {{ skill {{ slug }} role {{ slug }} level {{ slug }} }}
        other {{ skill {{ slug }} role {{ slug }} level {{ slug }} }} }} }}
    similarProposals {{ proposal {{ number }} sharedFieldCount isSame }} }}
  userErrors {{ code message path }} }} }}"""
SIMILAR = """query ($number: Int!) { proposal(number: $number) {
  similarProposals { proposal { number } sharedFieldCount isSame } } }"""
SUBJECTS = """query ($slug: String!) { skill(slug: $slug) { group { id domain { id } } }
  roles { id slug } levels { id slug } }"""
PLACE = ("senior", "release-engineer")


async def preview(community: Community, *changes: Json, **more: Any) -> Json:
    """The payload of the author's preview."""
    given: Json = {}
    if not more:
        present = await community.keys()
        given = {
            "skillId": present["id"],
            "baseRevision": present["revision"],
            "changes": list(changes),
        }
    data = await community.product.run(PREVIEW, {"input": given | more}, token=community.author)
    payload: Json = data["previewProposal"]
    return payload


async def previewed(community: Community, *changes: Json, **more: Any) -> Json:
    """The one skill's preview."""
    payload = await preview(community, *changes, **more)
    assert payload["userErrors"] == []
    (skill,) = payload["preview"]["skills"]
    found: Json = skill
    return found


async def lint(community: Community, *changes: Json) -> list[tuple[str, ...]]:
    """What the rules found: the kind, and the skill, role and level of the place and of the other one."""
    found = (await previewed(community, *changes))["lint"]
    return [
        (
            one["kind"],
            *(
                place[name]["slug"]
                for place in (one["at"], one["other"])
                if place is not None
                for name in ("skill", "role", "level")
            ),
        )
        for one in found
    ]


async def test_it_shows_numbers_and_words_before_and_after_and_writes_nothing(community: Community) -> None:
    await community.watch()
    skill = await community.skill()
    before = await everything(community.product.database)
    found = await previewed(
        community,
        add("site-reliability-engineer", "senior", description="Sets the error budget."),
        edit(row_of(skill, *PLACE), description="Progressive Delivery: what is decided at senior."),
        remove(row_of(skill, "junior", "platform-engineer")),
    )
    assert await everything(community.product.database) == before
    assert list(found["before"].values()) == [2, 5, 10, 0]
    assert list(found["after"].values()) == [3, 5, 9, 1]
    assert found["isOutdated"] is False
    assert [change["field"] for change in found["changes"]] == [
        "necessity",
        "description",
        "description",
        "necessity",
        "description",
    ]
    assert {"kind": "INSERT", "text": "is decided"} in found["changes"][2]["segments"]


async def test_after_is_what_accepting_brings(community: Community) -> None:
    change = add("site-reliability-engineer", "senior", description="Sets the error budget.")
    found = await previewed(community, change)
    after = await community.apply(change)
    assert {name: after[name] for name in NUMBERS.split()} == found["after"]


async def test_whoever_watches_would_be_told_but_for_the_author(community: Community) -> None:
    change = edit_skill(name="Gradual Delivery")
    assert (await preview(community, change))["preview"]["watcherCount"] == 0
    await community.watch()
    await community.watch(token=community.author)
    assert (await preview(community, change))["preview"]["watcherCount"] == 1
    await community.unwatch()
    assert (await preview(community, change))["preview"]["watcherCount"] == 0


async def test_as_many_are_counted_as_hear_of_it_by_whatever_they_watch(community: Community) -> None:
    product, skill = community.product, await community.skill()
    proposal = await community.proposed(edit(row_of(skill, *PLACE), description="What is decided at senior."))
    found = await product.run(SUBJECTS, {"slug": community.slug})
    group, roles, levels = (found["skill"]["group"], *(_ids(found[name]) for name in ("roles", "levels")))
    own = {"subjectId": skill["id"], "ownRoleId": roles["release-engineer"], "onlyOwnLevels": True}
    begun: list[tuple[Json, ...]] = [
        ({"subjectId": group["id"]},),
        ({"subjectId": group["domain"]["id"]},),
        ({"subjectId": roles["release-engineer"]},),
        ({"subjectId": proposal},),
        ({**own, "ownLevelId": levels["senior"]},),
        ({**own, "ownLevelId": levels["middle"]},),
        ({"subjectId": skill["id"]}, {"subjectId": group["id"]}),
        # From here on nobody hears of it.
        ({"subjectId": roles["platform-engineer"]},),
        ({**own, "ownLevelId": levels["junior"]},),
        ({"subjectId": skill["id"], "events": ["COMMENTED"]},),
        ({"subjectId": skill["id"]}, {"subjectId": group["id"], "isMuted": True}),
        ({"subjectId": skill["id"], "expiresAt": "2026-11-23T12:30:00Z"},),
    ]
    for number, watches in enumerate(begun):
        token = await community.person(f"person-{number}@skills.test", PersonRole.READER)
        for given in watches:
            assert codes((await product.run(WATCH_SUBJECT, {"input": given}, token=token))["watch"]) == []
    product.clock.pass_time(hours=1)
    payload = await preview(community, proposalId=proposal)
    assert payload["preview"]["watcherCount"] == 7
    await community.accept(proposal)
    await product.work()
    async with product.database.read_session() as session:
        told = sa.text(
            "SELECT count(*) FROM notification JOIN event ON event.id = event_id JOIN person ON person.id = person_id"
            " WHERE kind = 'PROPOSAL_ACCEPTED' AND email LIKE 'person-%'"
        )
        assert (await session.execute(told)).scalar_one() == 7


def _ids(rows: list[Json]) -> dict[str, str]:
    return {row["slug"]: row["id"] for row in rows}


async def test_open_proposals_on_the_same_fields_are_named(community: Community) -> None:
    row = row_of(await community.skill(), *PLACE)
    other = await community.person("other@skills.test")
    same = edit(row, description="Stops a rollout by the numbers.")
    await community.proposed(edit(row, necessity="OPTIONAL"), token=other)
    await community.proposed(edit(row, description="Another wish."), token=other)
    await community.proposed(same, token=other)
    gone = await community.proposed(edit(row, description="Withdrawn."), token=other)
    await community.withdraw(gone, token=other)
    payload = await preview(community, same, edit_skill(name="Gradual Delivery"))
    assert payload["preview"]["similarProposals"] == [
        {"proposal": {"number": 3}, "sharedFieldCount": 1, "isSame": False},
        {"proposal": {"number": 2}, "sharedFieldCount": 1, "isSame": False},
    ]
    (duplicate, _) = (await preview(community, same))["preview"]["similarProposals"]
    assert duplicate == {"proposal": {"number": 3}, "sharedFieldCount": 1, "isSame": True}


async def test_a_new_proposal_shows_the_similar_ones(community: Community) -> None:
    row = row_of(await community.skill(), *PLACE)
    for description in ("One wish.", "Another wish."):
        await community.proposed(edit(row, description=description))
    for number, other in ((1, 2), (2, 1)):
        found = (await community.product.run(SIMILAR, {"number": number}))["proposal"]
        assert found["similarProposals"] == [
            {"proposal": {"number": other}, "sharedFieldCount": 1, "isSame": False}
        ]


async def test_a_proposal_that_was_made_is_previewed_as_things_stand(community: Community) -> None:
    row = row_of(await community.skill(), *PLACE)
    proposal = await community.proposed(edit(row, description="Stops a rollout by the numbers."))
    assert (await previewed(community, proposalId=proposal))["isOutdated"] is False
    await community.apply(edit(row, description="Another text of some length."))
    assert (await previewed(community, proposalId=proposal))["isOutdated"] is True
    await community.decline(proposal)
    assert codes(await preview(community, proposalId=proposal)) == ["PROPOSAL_ALREADY_DECIDED"]


class TestLint:
    """What deserves a second look, in the API's words; the rules themselves are in `tests/proposals`."""

    async def test_the_text_of_another_role(self, community: Community) -> None:
        text = "Progressive Delivery: what a site-reliability-engineer does at senior."
        found = await lint(community, add("site-reliability-engineer", "senior", description=text))
        assert (
            "SAME_TEXT",
            community.slug,
            "site-reliability-engineer",
            "senior",
            community.slug,
            "platform-engineer",
            "junior",
        ) in found

    async def test_the_text_of_another_skill(self, community: Community) -> None:
        async with community.product.database.transaction() as session:
            await make_skill(session, community.frame, "Feature Flags")
        row = row_of(await community.skill("feature-flags"), *PLACE)
        await community.apply(
            edit(row_of(await community.skill(), *PLACE), description="Says when progressive delivery ends.")
        )
        community.slug = "feature-flags"
        found = await lint(community, edit(row, description="Says when feature flags ends."))
        assert found == [
            ("SAME_TEXT", "feature-flags", PLACE[1], PLACE[0], "progressive-delivery", PLACE[1], PLACE[0])
        ]

    async def test_the_same_at_another_level(self, community: Community) -> None:
        row = row_of(await community.skill(), *PLACE)
        text = "Progressive Delivery: what a release-engineer does at junior."
        found = await lint(community, edit(row, description=text))
        assert ("DUPLICATE", community.slug, PLACE[1], PLACE[0]) == found[0][:4]

    async def test_a_level_between_two(self, community: Community) -> None:
        found = await lint(community, remove(row_of(await community.skill(), *PLACE)))
        assert found == [("LEVEL_GAP", community.slug, PLACE[1], PLACE[0])]

    async def test_next_to_nothing(self, community: Community) -> None:
        found = await lint(community, edit(row_of(await community.skill(), *PLACE), description="Knows it."))
        assert found == [("SPARSE_TEXT", community.slug, PLACE[1], PLACE[0])]

    async def test_nothing_to_say(self, community: Community) -> None:
        row = row_of(await community.skill(), *PLACE)
        assert await lint(community, edit(row, description="Stops a rollout by the numbers.")) == []

    async def test_signs_of_a_pattern_are_letters_like_others(self, community: Community) -> None:
        row = row_of(await community.skill(), *PLACE)
        assert await lint(community, edit(row, description="%_ %% stops \\ rollouts _ by numbers %")) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"baseRevision": 9}, "INVALID_INPUT"),
        ({"changes": []}, "INVALID_INPUT"),
        ({"changes": [edit_skill(name="Progressive Delivery")]}, "NOTHING_CHANGES"),
        ({"changes": [edit_skill(slug="Not A Slug")]}, "INVALID_INPUT"),
        ({"skillId": "nothing"}, "NOT_FOUND"),
        ({"skills": []}, "INVALID_INPUT"),
    ],
)
async def test_what_cannot_be_proposed_cannot_be_previewed(
    community: Community, more: Json, expected: str
) -> None:
    present = await community.keys()
    wish = {"skillId": present["id"], "baseRevision": 1, "changes": [edit_skill(name="Gradual Delivery")]}
    payload = await preview(community, **(wish | more))
    assert (payload["preview"], codes(payload)) == (None, [expected])


async def test_an_id_of_no_proposal_is_not_found(community: Community) -> None:
    assert codes(await preview(community, proposalId="nothing")) == ["NOT_FOUND"]


async def test_it_takes_as_many_statements_among_many_proposals(community: Community) -> None:
    row = row_of(await community.skill(), *PLACE)
    wish = edit(row, description="Stops a rollout by the numbers.")

    async def counted() -> int:
        await preview(community, wish)
        with recorded_statements() as statements:
            await preview(community, wish)
        return len(statements)

    await community.proposed(edit(row, description="One wish."))
    few = await counted()
    for number in range(15):
        await community.proposed(edit(row, description=f"Wish number {number}."))
    assert await counted() == few
