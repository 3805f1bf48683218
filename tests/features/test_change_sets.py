"""One proposal that touches several skills: all of it applies, or nothing."""

from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories.community import AUTHOR, WATCHER, Community, add, codes, edit, edit_skill, row_of

PLACE = ("senior", "release-engineer")
FIRST, SECOND = "progressive-delivery", "chaos-engineering"

SETS = """query ($number: Int!) { proposal(number: $number) {
  state baseRevision appliedRevision skill { slug }
  skills { baseRevision appliedRevision skill { slug } changes { kind skill { slug } fields { field after } } }
  changes { skill { slug } kind }
} }"""
TOUCHING = """query ($slug: String!) { skill(slug: $slug) {
  revision name proposals { totalCount nodes { number state } } } }"""
FILTERED = "query ($slug: String!) { proposals(filter: {skill: $slug}) { nodes { number } } }"


@pytest.fixture
async def two(community: Community) -> Community:
    assert await community.add_skill("Chaos Engineering") == SECOND
    return community


async def renamed(community: Community, **more: Any) -> dict[str, Any]:
    """The payload of a set that gives both skills new names."""
    return await community.propose_set(
        await community.part(SECOND, edit_skill(name="Second")),
        await community.part(FIRST, edit_skill(name="First")),
        **more,
    )


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def shown(community: Community, number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = (await community.product.run(SETS, {"number": number}))["proposal"]
    return found


async def touching(community: Community, slug: str) -> dict[str, Any]:
    found: dict[str, Any] = (await community.product.run(TOUCHING, {"slug": slug}))["skill"]
    return found


async def test_it_keeps_each_skill_with_its_base_and_its_changes_in_the_order_given(two: Community) -> None:
    await two.apply(edit_skill(summary="Moved on."))
    assert codes(await renamed(two)) == []
    proposal = await shown(two, 2)
    assert proposal["skill"] == {"slug": SECOND}
    assert proposal["baseRevision"] == 1
    assert proposal["skills"] == [
        {
            "skill": {"slug": slug},
            "baseRevision": base,
            "appliedRevision": None,
            "changes": [
                {
                    "kind": "EDIT_SKILL",
                    "skill": {"slug": slug},
                    "fields": [{"field": "name", "after": name}],
                }
            ],
        }
        for slug, base, name in ((SECOND, 1, "Second"), (FIRST, 2, "First"))
    ]
    assert [change["skill"]["slug"] for change in proposal["changes"]] == [SECOND, FIRST]


async def test_accepting_revises_every_skill_once(two: Community) -> None:
    await two.apply(edit_skill(summary="Moved on."))
    payload = await two.accept((await renamed(two))["proposal"]["id"])
    assert codes(payload) == []
    proposal = await shown(two, 2)
    assert proposal["state"] == "ACCEPTED"
    assert [each["appliedRevision"] for each in proposal["skills"]] == [2, 3]
    assert proposal["appliedRevision"] == 2
    assert [(await touching(two, slug))["name"] for slug in (FIRST, SECOND)] == ["First", "Second"]
    async with two.product.database.read_session() as session:
        events = await session.execute(
            sa.text(
                "SELECT skill.slug, proposal_id, jsonb_array_length(payload -> 'changes') FROM event"
                " JOIN skill ON skill.id = skill_id WHERE kind = 'PROPOSAL_ACCEPTED' ORDER BY event.id"
            )
        )
    assert [tuple(row) for row in events] == [(FIRST, 1, 1), (SECOND, 2, 1), (FIRST, 2, 1)]


async def test_a_conflict_in_one_skill_holds_all_of_it_back(two: Community) -> None:
    proposal = (await renamed(two))["proposal"]["id"]
    await two.apply(edit_skill(name="Another"))
    payload = await two.accept(proposal)
    assert [(error["code"], error["skill"], error["proposed"]) for error in payload["userErrors"]] == [
        ("CONFLICT", FIRST, "First")
    ]
    assert (await touching(two, SECOND))["revision"] == 1
    assert (await shown(two))["state"] == "OPEN"


async def test_a_part_that_is_in_place_already_is_passed_by(two: Community) -> None:
    proposal = (await renamed(two))["proposal"]["id"]
    await two.apply(edit_skill(name="First"))
    assert codes(await two.accept(proposal)) == []
    assert [each["appliedRevision"] for each in (await shown(two))["skills"]] == [2, None]
    assert (await touching(two, FIRST))["revision"] == 2


async def test_both_skills_show_it(two: Community) -> None:
    """Cached answers included: they are asked for before and after."""
    for slug in (FIRST, SECOND):
        assert (await touching(two, slug))["proposals"]["nodes"] == []
    proposal = (await renamed(two))["proposal"]["id"]
    for slug in (FIRST, SECOND):
        assert (await touching(two, slug))["proposals"] == {
            "totalCount": 1,
            "nodes": [{"number": 1, "state": "OPEN"}],
        }
        assert (await two.product.run(FILTERED, {"slug": slug}))["proposals"]["nodes"] == [{"number": 1}]
    await two.decline(proposal)
    for slug in (FIRST, SECOND):
        assert (await touching(two, slug))["proposals"]["nodes"] == [{"number": 1, "state": "DECLINED"}]


async def test_whoever_watches_both_and_the_author_get_one_mail_each(two: Community) -> None:
    for slug in (FIRST, SECOND):
        await two.watch(slug=slug)
        await two.watch(slug=slug, token=two.author)
    await two.accept((await renamed(two))["proposal"]["id"])
    await two.product.work()
    assert [len(two.product.mail.to(person)) for person in (AUTHOR, WATCHER)] == [1, 1]
    for person in (AUTHOR, WATCHER):
        text = text_of(two.product.mail.to(person)[0])
        assert "Chaos Engineering" in text
        assert "First" in text
        assert "Second" in text


async def test_whoever_watches_the_second_skill_alone_hears_of_it(two: Community) -> None:
    await two.watch(slug=FIRST)
    await two.accept((await renamed(two))["proposal"]["id"])
    await two.product.work()
    (mail,) = two.product.mail.to(WATCHER)
    assert "First" in mail["Subject"]


async def test_one_idempotency_key_makes_one_set(two: Community) -> None:
    payloads = [await renamed(two, idempotencyKey="k") for _ in range(2)]
    assert [payload["proposal"]["number"] for payload in payloads] == [1, 1]
    other = await two.propose_set(await two.part(SECOND, edit_skill(name="Second")), idempotencyKey="k")
    assert codes(other) == ["IDEMPOTENCY_KEY_REUSED"] or codes(other) == ["INVALID_INPUT"]


async def test_the_path_of_an_error_leads_through_the_skills(two: Community) -> None:
    other = row_of(await two.skill(SECOND), *PLACE)
    payload = await two.propose_set(
        await two.part(SECOND, edit_skill(name="Second")),
        await two.part(FIRST, add("no-such-role", "senior"), edit(other, description="x")),
    )
    assert [(error["code"], error["path"]) for error in payload["userErrors"]] == [
        ("NOT_FOUND", ["skills", "1", "changes", "0", "addRequirement", "role"]),
        ("NOT_FOUND", ["skills", "1", "changes", "1", "editRequirement", "requirementId"]),
    ]


async def test_a_part_that_changes_nothing_is_refused(two: Community) -> None:
    payload = await two.propose_set(
        await two.part(SECOND, edit_skill(name="Second")),
        await two.part(FIRST, edit_skill(name="Progressive Delivery")),
    )
    (error,) = payload["userErrors"]
    assert (error["code"], error["path"]) == ("NOTHING_CHANGES", ["skills", "1", "changes"])


@pytest.mark.parametrize("given", ["both", "neither", "half", "none", "twice", "many skills", "many changes"])
async def test_what_is_no_set_is_refused(two: Community, given: str) -> None:
    part = await two.part(FIRST, edit_skill(name="First"))
    rows = [add("site-reliability-engineer", "senior")] * 51
    wish: dict[str, Any] = {
        "both": part | {"skills": [part]},
        "neither": {},
        "half": {"skillId": part["skillId"], "changes": part["changes"]},
        "none": {"skills": []},
        "twice": {"skills": [part, part]},
        "many skills": {"skills": [part] * 21},
        "many changes": {"skills": [part | {"changes": rows}, await two.part(SECOND, *rows)]},
    }[given]
    payload = await two.propose_set(**({"skills": None} | wish))
    assert codes(payload) == ["INVALID_INPUT"]
    assert payload["proposal"] is None


async def test_an_unknown_skill_in_a_set_is_not_found(two: Community) -> None:
    part = await two.part(FIRST, edit_skill(name="First"))
    payload = await two.propose_set(part, part | {"skillId": "bm9uZQ=="})
    (error,) = payload["userErrors"]
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["skills", "1", "skillId"])
