"""A slug leads to its skill for ever; a skill is a draft, published or deprecated."""

from typing import Any

import pytest

from tests.factories import Product, make_skill
from tests.factories.community import Community, codes, edit_skill, make_community

Json = dict[str, Any]
SLUGS = (
    "query ($filter: SkillFilter, $orderBy: SkillOrder) { skills(filter: $filter, orderBy: $orderBy, first: 50) {\
 totalCount nodes { slug } } }"
)


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


async def slugs(product: Product, orderBy: Json | None = None, **narrowed: Any) -> list[str]:  # noqa: N803
    """The skills of a list, which must count as many as it shows."""
    found = (await product.run(SLUGS, {"filter": narrowed or None, "orderBy": orderBy}))["skills"]
    assert found["totalCount"] == len(found["nodes"])
    return [node["slug"] for node in found["nodes"]]


class TestSlugs:
    """A slug leads to its skill for ever."""

    async def test_what_bears_no_such_slug_is_null(self, community: Community) -> None:
        data = await community.product.run(
            '{ skill(slug: "nothing") { id } group(slug: "nothing") { id } role(slug: "nothing") { id } }'
        )
        assert data == {"skill": None, "group": None, "role": None}

    async def test_no_proposal_bears_these_numbers(self, community: Community) -> None:
        await community.proposed(edit_skill(name="Mine"))
        for number in (0, -1, 2, 2_147_483_647, -2_147_483_648):
            data = await community.product.run(f"{{ proposal(number: {number}) {{ id }} }}")
            assert data == {"proposal": None}

    async def test_a_former_slug_leads_to_the_skill_and_tells_the_new_one(self, community: Community) -> None:
        before = await community.keys()
        proposal = await community.proposed(edit_skill(slug="gradual-delivery"))
        await community.accept(proposal)
        for slug in ("progressive-delivery", "gradual-delivery"):
            found = await community.skill(slug)
            assert (found["id"], found["slug"]) == (before["id"], "gradual-delivery")

    async def test_every_former_slug_leads_on(self, community: Community) -> None:
        for slug in ("second", "third", "fourth"):
            await community.accept(await community.proposed(edit_skill(slug=slug)))
            community.slug = slug
        for slug in ("progressive-delivery", "second", "third", "fourth"):
            assert (await community.skill(slug))["slug"] == "fourth"

    async def test_a_skill_may_take_its_former_slug_back(self, community: Community) -> None:
        for slug in ("gradual-delivery", "progressive-delivery"):
            await community.accept(await community.proposed(edit_skill(slug=slug)))
            community.slug = slug
        for slug in ("gradual-delivery", "progressive-delivery"):
            assert (await community.skill(slug))["slug"] == "progressive-delivery"

    async def test_a_slug_or_former_slug_of_another_skill_is_taken(self, community: Community) -> None:
        async with community.product.database.transaction() as session:
            await make_skill(session, community.frame, "Chaos Engineering")
        await community.accept(await community.proposed(edit_skill(slug="gradual-delivery")))
        community.slug = "chaos-engineering"
        for slug in ("gradual-delivery", "progressive-delivery"):
            assert codes(await community.propose(edit_skill(slug=slug))) == ["SLUG_TAKEN"]

    async def test_a_slug_taken_while_the_proposal_waited_is_told_at_its_acceptance(
        self, community: Community
    ) -> None:
        proposal = await community.proposed(edit_skill(slug="chaos-engineering"))
        async with community.product.database.transaction() as session:
            await make_skill(session, community.frame, "Chaos Engineering")
        assert codes(await community.accept(proposal)) == ["SLUG_TAKEN"]
        assert (await community.skill())["revision"] == 1
        assert (await community.proposal())["state"] == "OPEN"


REPLACED = '{ skill(slug: "progressive-delivery") { status replacedBy { slug } } }'


class TestLifecycle:
    """Draft, published, deprecated."""

    @pytest.fixture
    async def other(self, community: Community) -> Community:
        async with community.product.database.transaction() as session:
            await make_skill(session, community.frame, "Chaos Engineering")
        return community

    async def test_a_deprecated_skill_names_its_successor(self, other: Community) -> None:
        await other.apply(edit_skill(status="DEPRECATED", replacedBy="chaos-engineering"))
        data = await other.product.run(REPLACED)
        assert data["skill"] == {"status": "DEPRECATED", "replacedBy": {"slug": "chaos-engineering"}}

    async def test_a_deprecated_skill_may_have_no_successor(self, other: Community) -> None:
        await other.apply(edit_skill(status="DEPRECATED"))
        data = await other.product.run(REPLACED)
        assert data["skill"] == {"status": "DEPRECATED", "replacedBy": None}

    async def test_a_skill_in_force_has_no_successor(self, other: Community) -> None:
        payload = await other.propose(edit_skill(replacedBy="chaos-engineering"))
        assert codes(payload) == ["INVALID_INPUT"]

    async def test_a_skill_back_in_force_loses_its_successor(self, other: Community) -> None:
        await other.apply(edit_skill(status="DEPRECATED", replacedBy="chaos-engineering"))
        await other.apply(edit_skill(status="PUBLISHED", replacedBy=None))
        assert (await other.product.run(REPLACED))["skill"] == {"status": "PUBLISHED", "replacedBy": None}

    async def test_deprecated_skills_stay_in_lists_and_can_be_told_apart(self, other: Community) -> None:
        await other.apply(edit_skill(status="DEPRECATED", replacedBy="chaos-engineering"))
        assert await slugs(other.product) == ["chaos-engineering", "progressive-delivery"]
        assert await slugs(other.product, status=["DEPRECATED"]) == ["progressive-delivery"]
        assert await slugs(other.product, status=["PUBLISHED"]) == ["chaos-engineering"]

    async def test_a_draft_is_shown_by_its_slug_and_in_lists_that_ask_for_it(self, other: Community) -> None:
        await other.apply(edit_skill(status="DRAFT"))
        assert (await other.skill())["status"] == "DRAFT"
        assert await slugs(other.product) == ["chaos-engineering"]
        assert await slugs(other.product, status=["DRAFT"]) == ["progressive-delivery"]
        both = ["chaos-engineering", "progressive-delivery"]
        assert await slugs(other.product, status=["DRAFT", "PUBLISHED"]) == both

    async def test_counts_leave_drafts_out(self, other: Community) -> None:
        await other.apply(edit_skill(status="DRAFT"))
        data = await other.product.run(
            """{ domains { skillCount groups { skillCount skills { totalCount nodes { slug } } } }
            role(slug: "release-engineer") { skillCount skills { totalCount nodes { skill { slug } } } } }"""
        )
        (domain,) = data["domains"]
        (group,) = domain["groups"]
        assert (domain["skillCount"], group["skillCount"], data["role"]["skillCount"]) == (1, 1, 1)
        assert group["skills"] == {"totalCount": 1, "nodes": [{"slug": "chaos-engineering"}]}
        assert data["role"]["skills"] == {
            "totalCount": 1,
            "nodes": [{"skill": {"slug": "chaos-engineering"}}],
        }
