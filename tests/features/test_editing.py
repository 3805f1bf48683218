"""An author edits an open proposal: what it said before stays, and nobody overwrites what they have not read."""

import asyncio
from typing import Any

import pytest

from service.people.models import PersonRole
from tests.factories.community import REVIEWER, Community, codes, edit, edit_skill, row_of

PLACE = ("senior", "release-engineer")

VERSIONS = """query ($number: Int!) { proposal(number: $number) {
  title version baseRevision skill { slug } changes { kind fields { field after } } diff { field after }
  versions { number title reason writtenAt writtenBy { name }
    skills { baseRevision skill { slug } changes { kind fields { field before after } } } }
} }"""
TOUCHING = "query ($slug: String!) { skill(slug: $slug) { proposals { nodes { number title } } } }"


async def row(community: Community) -> dict[str, Any]:
    return row_of(await community.skill(), *PLACE)


async def shown(community: Community) -> dict[str, Any]:
    found: dict[str, Any] = (await community.product.run(VERSIONS, {"number": 1}))["proposal"]
    return found


async def new_text(community: Community, text: str = "Better.") -> dict[str, Any]:
    """The part of an edit that gives the one skill's row another text."""
    return await community.part(community.slug, edit(await row(community), description=text))


async def test_every_version_stays_readable(community: Community) -> None:
    proposal = await community.proposed(edit(await row(community), description="Mine."), reason="Vague.")
    community.product.clock.pass_time(hours=1)
    payload = await community.edit(proposal, title="Clearer", **await new_text(community))
    assert (codes(payload), payload["proposal"]["version"]) == ([], 2)
    found = await shown(community)
    assert (found["title"], found["version"]) == ("Clearer", 2)
    assert [change["fields"] for change in found["changes"]] == [
        [{"field": "description", "after": "Better."}]
    ]
    assert found["diff"] == [{"field": "description", "after": "Better."}]
    assert [
        (each["number"], each["title"], each["reason"], each["writtenAt"], each["writtenBy"]["name"])
        for each in found["versions"]
    ] == [
        (1, "Say it better", "Vague.", "2026-11-23T12:00:00Z", "Author"),
        (2, "Clearer", "Vague.", "2026-11-23T13:00:00Z", "Author"),
    ]
    (first,) = found["versions"][0]["skills"]
    assert first["changes"][0]["fields"][0]["after"] == "Mine."


async def test_accepting_applies_the_last_version_alone(community: Community) -> None:
    proposal = await community.proposed(
        edit(await row(community), description="Mine."), edit_skill(name="Mine")
    )
    await community.edit(proposal, **await new_text(community))
    assert codes(await community.accept(proposal)) == []
    after = await community.skill()
    assert (row_of(after, *PLACE)["description"], after["name"]) == ("Better.", "Progressive Delivery")


async def test_an_edit_may_touch_other_skills(community: Community) -> None:
    slug = await community.add_skill("Chaos Engineering")
    proposal = await community.proposed(edit_skill(name="First"))
    part = await community.part(slug, edit_skill(name="Second"))
    assert codes(await community.edit(proposal, skills=[part], title="Elsewhere")) == []
    assert (await shown(community))["skill"] == {"slug": slug}
    pages = [await community.product.run(TOUCHING, {"slug": each}) for each in (community.slug, slug)]
    assert [page["skill"]["proposals"]["nodes"] for page in pages] == [
        [],
        [{"number": 1, "title": "Elsewhere"}],
    ]


async def test_of_two_edits_of_one_version_one_is_kept(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    payloads = await asyncio.gather(*[community.edit(proposal, title=f"Title {n}") for n in range(5)])
    assert sorted(map(codes, payloads)) == [[]] + [["EDITED_MEANWHILE"]] * 4
    (kept,) = [payload["proposal"]["title"] for payload in payloads if not payload["userErrors"]]
    found = await shown(community)
    assert (found["title"], len(found["versions"])) == (kept, 2)


async def test_a_version_that_was_not_read_is_not_accepted(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.edit(proposal, title="Another")
    assert codes(await community.accept(proposal, version=1)) == ["EDITED_MEANWHILE"]
    assert codes(await community.accept(proposal, version=2)) == []


async def test_an_edit_that_changes_nothing_is_refused(community: Community) -> None:
    proposal = await community.proposed(edit(await row(community), description="Better."))
    same = await new_text(community)
    assert codes(await community.edit(proposal)) == ["NOTHING_CHANGES"]
    assert codes(await community.edit(proposal, title="Say it better", **same)) == ["NOTHING_CHANGES"]
    part = await community.part(community.slug, edit_skill(name="Progressive Delivery"))
    payload = await community.edit(proposal, **part)
    assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [
        ("NOTHING_CHANGES", ["changes"])
    ]
    assert (await shown(community))["version"] == 1


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"title": " "}, "title"),
        ({"reason": "x" * 5_001}, "reason"),
        ({"changes": []}, "skills"),
        ({"skills": []}, "skills"),
    ],
)
async def test_a_wrong_edit_is_refused(community: Community, more: dict[str, Any], path: str) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    payload = await community.edit(proposal, **more)
    assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [("INVALID_INPUT", [path])]


async def test_nobody_but_the_author_edits_and_only_while_it_is_open(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    admin = await community.person("admin@skills.test", PersonRole.ADMIN)
    assert codes(await community.edit(proposal, title="Yours", token=admin)) == ["NOT_THE_AUTHOR"]
    await community.decline(proposal)
    assert codes(await community.edit(proposal, title="Mine")) == ["PROPOSAL_ALREADY_DECIDED"]
    assert codes(await community.edit("x", title="Mine")) == ["NOT_FOUND"]


async def test_a_proposal_has_at_most_100_versions(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    for version in range(1, 100):
        await community.edit(proposal, version=version, title=f"Title {version}")
    assert codes(await community.edit(proposal, version=100, title="One more")) == ["TOO_MANY_VERSIONS"]


async def test_the_same_key_still_gives_a_proposal_that_has_been_edited(community: Community) -> None:
    wish = edit_skill(name="Mine")
    proposal = await community.proposed(wish, idempotencyKey="k")
    await community.edit(proposal, title="Clearer", **await new_text(community))
    assert await community.proposed(wish, idempotencyKey="k") == proposal


async def test_whoever_reviewed_it_hears_of_an_edit(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    community.product.clock.pass_time(hours=1)
    await community.review(proposal)
    await community.product.work()
    await community.edit(proposal, title="Clearer")
    await community.product.work()
    (mail,) = community.product.mail.to(REVIEWER)
    assert "Clearer (#1)" in mail["Subject"]
