"""Who changed what, when and why; what a skill was, and what differs between two of its revisions."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.factories.community import Community, add, edit, edit_skill, remove, row_of
from tests.factories.statements import recorded_statements

Json = dict[str, Any]

DIFFERENCE = "kind field before after role { slug } level { slug } segments { kind text }"
REVISION = f"""number changedAt changedBy {{ name }} reason proposal {{ number reason }} reverts {{ number }}
  skill {{ slug }} changes {{ {DIFFERENCE} }}"""
REVISIONS = f"""query ($slug: String!, $first: Int) {{ skill(slug: $slug) {{ revisions(first: $first) {{
  totalCount pageInfo {{ hasNextPage }} nodes {{ {REVISION} }} }} }} }}"""
ONE = f"""query ($slug: String!, $number: Int!) {{
  revision(skill: $slug, number: $number) {{ {REVISION} }} }}"""
COMPARE = f"""query ($slug: String!, $from: Int!, $to: Int!) {{
  compareRevisions(skill: $slug, from: $from, to: $to) {{
    from {{ number }} to {{ number }} changes {{ {DIFFERENCE} }} }} }}"""
PAGE = """slug name summary keywords status revision lastUpdatedAt lastUpdatedBy { name }
  replacedBy { slug } group { slug }
  roleCount levelCount mandatoryRequirementCount optionalRequirementCount
  levels { level { slug } requirements {
    necessity proficiency description revision role { slug } level { slug } } }"""
NOW = f"query ($slug: String!) {{ skill(slug: $slug) {{ {PAGE} }} }}"
AS_OF = f"""query ($slug: String!, $at: DateTime, $revision: Int) {{ skill(slug: $slug) {{
  asOf(at: $at, revision: $revision) {{ {PAGE} skill {{ name }} }} }} }}"""
DIFF = f"query ($number: Int!) {{ proposal(number: $number) {{ diff {{ {DIFFERENCE} skill {{ slug }} }} }} }}"


async def ask(community: Community, document: str, **given: Any) -> Any:
    """The one root field of a document about the skill."""
    data = await community.product.run(document, {"slug": community.slug} | given)
    return next(iter(data.values()))


async def as_of(community: Community, **given: Any) -> Json | None:
    """The skill as it was, without its present name."""
    found: Json | None = (await ask(community, AS_OF, **given))["asOf"]
    if found is not None:
        found.pop("skill")
    return found


async def lived(community: Community) -> list[Json]:
    """Six revisions, an hour apart; the page after each of them."""
    pages = [await ask(community, NOW)]
    skill = await community.skill()
    senior, junior = (row_of(skill, level, "release-engineer") for level in ("senior", "junior"))
    for change in (
        [edit(senior, description="Stops a rollout by the numbers.", proficiency="EXPERT")],
        [add("site-reliability-engineer", "senior", description="Sets the budget."), remove(junior)],
        [edit_skill(slug="gradual-delivery", name="Gradual Delivery", keywords=["ring", "canary"])],
        [edit(senior, necessity="OPTIONAL", proficiency=None)],
        [add("release-engineer", "junior", description="Reads the runbook.")],
    ):
        community.product.clock.pass_time(hours=1)
        await community.apply(*change)
        pages.append(await ask(community, NOW))
    return pages


async def test_each_revision_says_who_when_why_and_what(community: Community) -> None:
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.accept(
        await community.proposed(
            edit(row, description="Progressive Delivery: what a release-engineer decides at senior."),
            title="Seniors decide",
            reason="They hold the pager.",
        )
    )
    found = (await ask(community, REVISIONS))["revisions"]
    assert found["totalCount"] == 2
    newest, first = found["nodes"]
    assert newest["number"] == 2
    assert newest["changedAt"] == (await community.skill())["lastUpdatedAt"]
    assert newest["changedBy"] == {"name": "Author"}
    assert newest["reason"] == "Seniors decide"
    assert newest["proposal"] == {"number": 1, "reason": "They hold the pager."}
    assert newest["reverts"] is None
    assert newest["changes"] == [
        {
            "kind": "EDIT_REQUIREMENT",
            "field": "description",
            "before": row["description"],
            "after": "Progressive Delivery: what a release-engineer decides at senior.",
            "role": {"slug": "release-engineer"},
            "level": {"slug": "senior"},
            "segments": [
                {"kind": "EQUAL", "text": "Progressive Delivery: what a release-engineer "},
                {"kind": "DELETE", "text": "does"},
                {"kind": "INSERT", "text": "decides"},
                {"kind": "EQUAL", "text": " at senior."},
            ],
        }
    ]
    assert (first["number"], first["changedBy"], first["proposal"]) == (1, None, None)
    assert {change["before"] for change in first["changes"]} == {None}
    assert len([change for change in first["changes"] if change["kind"] == "ADD_REQUIREMENT"]) == 20


async def test_a_reference_is_told_by_its_slug(community: Community) -> None:
    first = await ask(community, ONE, number=1)
    assert {"field": "group", "after": "test-group"}.items() <= next(
        change for change in first["changes"] if change["field"] == "group"
    ).items()


async def test_revisions_are_paged_from_the_newest(community: Community) -> None:
    await lived(community)
    found = (await ask(community, REVISIONS, slug="gradual-delivery", first=2))["revisions"]
    assert [node["number"] for node in found["nodes"]] == [6, 5]
    assert (found["totalCount"], found["pageInfo"]["hasNextPage"]) == (6, True)


async def test_a_page_of_numbers_alone_is_the_same(community: Community) -> None:
    await lived(community)
    document = """query ($slug: String!) { skill(slug: $slug) { revisions(first: 2) {
      edges { cursor node { number } } pageInfo { endCursor } } } }"""
    found = (await ask(community, document))["revisions"]
    assert [edge["node"]["number"] for edge in found["edges"]] == [6, 5]
    assert found["pageInfo"]["endCursor"] == found["edges"][1]["cursor"]


@pytest.mark.parametrize("slug", ["progressive-delivery", "gradual-delivery"])
async def test_a_revision_is_found_by_its_number_under_any_slug(community: Community, slug: str) -> None:
    await lived(community)
    found = await ask(community, ONE, slug=slug, number=3)
    assert [(change["kind"], change["field"]) for change in found["changes"]] == [
        ("REMOVE_REQUIREMENT", "necessity"),
        ("REMOVE_REQUIREMENT", "description"),
        ("ADD_REQUIREMENT", "necessity"),
        ("ADD_REQUIREMENT", "description"),
    ]


@pytest.mark.parametrize("number", [0, -1, 7, 2_147_483_647])
async def test_a_revision_that_is_not_there_is_null(community: Community, number: int) -> None:
    assert await ask(community, ONE, number=number) is None
    assert await as_of(community, revision=number) is None
    assert await ask(community, COMPARE, **{"from": 1, "to": number}) is None


async def test_a_skill_that_is_not_there_has_no_history(community: Community) -> None:
    assert await ask(community, ONE, slug="nothing", number=1) is None
    assert await ask(community, COMPARE, slug="nothing", **{"from": 1, "to": 1}) is None


async def test_the_skill_as_of_each_revision_is_the_page_of_that_time(community: Community) -> None:
    pages = await lived(community)
    for number, page in enumerate(pages, start=1):
        assert await as_of(community, revision=number) == page


async def test_the_skill_as_of_a_moment_is_the_page_of_that_time(community: Community) -> None:
    pages = await lived(community)
    assert await as_of(community, at="2000-01-01T00:00:00Z") is None
    for page, later in zip(pages, [*pages[1:], None], strict=True):
        assert await as_of(community, at=page["lastUpdatedAt"]) == page
        if later is None:
            assert await as_of(community, at="2100-01-01T00:00:00Z") == page


@pytest.mark.parametrize("given", [{}, {"revision": 1, "at": "2026-01-01T00:00:00Z"}])
async def test_as_of_takes_a_moment_or_a_revision(community: Community, given: Json) -> None:
    answer = await community.product.send(AS_OF, {"slug": community.slug} | given)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


async def test_what_was_taken_out_of_the_catalogue_since_is_null(community: Community) -> None:
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.apply(add("site-reliability-engineer", "senior", description="Sets the budget."))
    added = row_of(await community.skill(), "senior", "site-reliability-engineer")
    await community.apply(remove(added))
    async with community.product.database.transaction() as session:
        await session.execute(sa.text("DELETE FROM proposal_change"))
        await session.execute(sa.text("DELETE FROM role WHERE slug = 'site-reliability-engineer'"))
    found = await as_of(community, revision=2)
    assert found is not None
    (senior,) = [step for step in found["levels"] if step["level"]["slug"] == "senior"]
    assert [(one["role"] or {}).get("slug") for one in senior["requirements"]] == [
        "platform-engineer",
        "release-engineer",
        None,
    ]
    assert senior["requirements"][1]["description"] == row["description"]


async def test_two_revisions_are_compared_in_either_direction(community: Community) -> None:
    await lived(community)
    forth = await ask(community, COMPARE, **{"from": 2, "to": 5})
    back = await ask(community, COMPARE, **{"from": 5, "to": 2})
    assert (forth["from"]["number"], forth["to"]["number"]) == (2, 5)
    assert {change["field"] for change in forth["changes"] if change["role"] is None} == {
        "slug",
        "name",
        "keywords",
    }
    assert [(one["field"], one["before"], one["after"]) for one in forth["changes"]] == [
        (one["field"], one["after"], one["before"]) for one in back["changes"]
    ]
    for change in forth["changes"]:
        parts = change["segments"]
        assert "".join(one["text"] for one in parts if one["kind"] != "INSERT") == (change["before"] or "")
        assert "".join(one["text"] for one in parts if one["kind"] != "DELETE") == (change["after"] or "")


async def test_what_was_taken_back_in_between_does_not_show(community: Community) -> None:
    await community.apply(edit_skill(name="Gradual Delivery"))
    await community.apply(edit_skill(name="Progressive Delivery"))
    assert (await ask(community, COMPARE, **{"from": 1, "to": 3}))["changes"] == []


async def test_a_proposal_shows_the_words_that_differ(community: Community) -> None:
    await community.proposed(edit_skill(summary="What Progressive Delivery really is.", keywords=["canary"]))
    found = (await ask(community, DIFF, number=1))["diff"]
    assert [(one["field"], one["before"], one["after"], one["skill"]["slug"]) for one in found] == [
        (
            "summary",
            "What Progressive Delivery is.",
            "What Progressive Delivery really is.",
            community.slug,
        ),
        ("keywords", "canary\nrollback", "canary", community.slug),
    ]
    assert [(part["kind"], part["text"]) for part in found[0]["segments"]] == [
        ("EQUAL", "What Progressive Delivery "),
        ("INSERT", "really "),
        ("EQUAL", "is."),
    ]


async def test_an_answer_compares_only_so_many_characters(community: Community) -> None:
    skill = await community.skill()
    rows = [row for step in skill["levels"] for row in step["requirements"]]
    for letter in "ab":
        await community.apply(*[edit(row, description=letter * 10_000) for row in rows])
    document = """query ($slug: String!) { skill(slug: $slug) { revisions { nodes {
      number changes { field segments { kind } } } } } }"""
    answer = await community.product.send(
        document.replace("revisions {", "revisions(first: 1) {"), {"slug": community.slug}
    )
    assert "errors" not in answer
    aliased = " ".join(
        f'r{number}: revision(skill: "{community.slug}", number: 3) {{ changes {{ segments {{ kind }} }} }}'
        for number in range(4)
    )
    answer = await community.product.send(f"{{ {aliased} }}")
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"COST_EXCEEDED"}


async def test_history_takes_as_many_statements_after_twenty_revisions_as_after_two(
    community: Community,
) -> None:
    async def counted() -> list[int]:
        numbers = []
        for document, given in (
            (REVISIONS, {}),
            (AS_OF, {"revision": 2}),
            (COMPARE, {"from": 1, "to": 2}),
        ):
            await ask(community, document, **given)
            with recorded_statements() as statements:
                await ask(community, document, **given)
            numbers.append(len(statements))
        return numbers

    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.apply(edit(row, description="Version 0."))
    few = await counted()
    for number in range(1, 19):
        row = row_of(await community.skill(), "senior", "release-engineer")
        await community.apply(edit(row, description=f"Version {number}."))
    assert await counted() == few
