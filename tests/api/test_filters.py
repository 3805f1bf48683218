"""Which skills and proposals a list shows, and in which order."""

from typing import Any

import pytest
import sqlalchemy as sa

from service.catalogue.models import Necessity
from tests.factories import Product, make_frame, make_skill
from tests.factories.community import Community, edit_skill, make_community

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


class TestFilters:
    """Every field given narrows the list."""

    @pytest.fixture
    async def product(self, product: Product) -> Product:
        async with product.database.transaction() as session:
            own = await make_frame(session)
            other = await make_frame(
                session, slug="other", roles=["Poet"], levels=["Junior"], is_default=False
            )
            at = [
                ("release-engineer", "senior", Necessity.MANDATORY),
                ("platform-engineer", "junior", Necessity.OPTIONAL),
            ]
            await make_skill(session, own, "Alpha", requirements=at)
            await make_skill(session, own, "Beta", requirements=at[:1])
            await make_skill(session, own, "Gamma 100%_sure", requirements=[])
            await make_skill(session, other, "Metre", requirements=[("poet", "junior", Necessity.MANDATORY)])
        return product

    async def test_nothing_given_shows_all_by_name(self, product: Product) -> None:
        assert await slugs(product) == ["alpha", "beta", "gamma-100-sure", "metre"]

    async def test_by_framework(self, product: Product) -> None:
        assert await slugs(product, framework="other") == ["metre"]
        assert await slugs(product, framework="test") == ["alpha", "beta", "gamma-100-sure"]

    async def test_by_domain_and_group(self, product: Product) -> None:
        assert await slugs(product, domain="other-domain") == ["metre"]
        assert await slugs(product, group="other-group") == ["metre"]

    async def test_by_role(self, product: Product) -> None:
        assert await slugs(product, role="release-engineer") == ["alpha", "beta"]
        assert await slugs(product, role="platform-engineer") == ["alpha"]

    async def test_by_level(self, product: Product) -> None:
        assert await slugs(product, level="senior") == ["alpha", "beta"]
        assert await slugs(product, level="junior") == ["alpha", "metre"]
        assert await slugs(product, level="junior", framework="test") == ["alpha"]

    async def test_role_and_level_are_of_one_requirement(self, product: Product) -> None:
        assert await slugs(product, role="release-engineer", level="senior") == ["alpha", "beta"]
        assert await slugs(product, role="release-engineer", level="junior") == []
        assert await slugs(product, role="platform-engineer", level="junior") == ["alpha"]

    async def test_every_field_narrows(self, product: Product) -> None:
        assert await slugs(product, framework="other", role="release-engineer") == []
        assert await slugs(product, text="alpha", group="test-group", level="senior") == ["alpha"]
        assert await slugs(product, text="beta", role="platform-engineer") == []

    async def test_unknown_names_match_nothing(self, product: Product) -> None:
        for name in ("framework", "domain", "group", "role", "level"):
            narrowed: Json = {name: "no-such-thing"}
            assert await slugs(product, **narrowed) == []

    async def test_a_text_of_200_characters_is_the_longest(self, product: Product) -> None:
        assert await slugs(product, text="x" * 200) == []
        answer = await product.send(SLUGS, {"filter": {"text": "x" * 201}})
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]

    async def test_nulls_narrow_nothing(self, product: Product) -> None:
        nulls = dict.fromkeys(("text", "framework", "domain", "group", "role", "level", "status"))
        assert len(await slugs(product, **nulls)) == 4

    async def test_orders(self, product: Product) -> None:
        by_name = ["alpha", "beta", "gamma-100-sure", "metre"]
        assert await slugs(product, {"field": "NAME"}) == by_name
        assert await slugs(product, {"field": "NAME", "direction": "DESC"}) == by_name[::-1]
        async with product.database.transaction() as session:
            for day, slug in enumerate(["beta", "metre", "alpha", "gamma-100-sure"]):
                statement = (
                    "UPDATE skill SET last_updated_at = make_date(2026, 1, 1 + :day) WHERE slug = :slug"
                )
                await session.execute(sa.text(statement), {"day": day, "slug": slug})
        by_date = ["beta", "metre", "alpha", "gamma-100-sure"]
        assert await slugs(product, {"field": "LAST_UPDATED"}) == by_date
        assert await slugs(product, {"field": "LAST_UPDATED", "direction": "DESC"}) == by_date[::-1]

    async def test_the_lists_of_a_framework(self, product: Product) -> None:
        data = await product.run(
            """{ frameworks { slug isDefault } roles { slug } levels { slug } domains { slug }
            theirs: roles(framework: "other") { slug } ladder: levels(framework: "other") { slug rank }
            none: domains(framework: "no-such-thing") { slug }
            group(slug: "other-group") { domain { framework { slug } } } }"""
        )
        assert data["frameworks"] == [
            {"slug": "test", "isDefault": True},
            {"slug": "other", "isDefault": False},
        ]
        assert [role["slug"] for role in data["roles"]] == ["platform-engineer", "release-engineer", "poet"]
        assert len(data["levels"]) == 5
        assert [domain["slug"] for domain in data["domains"]] == ["test-domain", "other-domain"]
        assert (data["theirs"], data["ladder"]) == ([{"slug": "poet"}], [{"slug": "junior", "rank": 1}])
        assert data["none"] == []
        assert data["group"]["domain"]["framework"]["slug"] == "other"


PROPOSALS = """query ($filter: ProposalFilter, $state: [ProposalState!]) {
  proposals(filter: $filter) { totalCount nodes { number } }
  skill(slug: "progressive-delivery") { proposals(state: $state) { totalCount nodes { number } } }
}"""


class TestProposals:
    """The lists of proposals: 1 open, 2 accepted, 3 declined, 4 withdrawn, 5 open for another skill."""

    @pytest.fixture
    async def full(self, community: Community) -> Community:
        await community.proposed(edit_skill(summary="One."))
        await community.accept(await community.proposed(edit_skill(name="Two")))
        await community.decline(await community.proposed(edit_skill(summary="Three.")))
        await community.withdraw(await community.proposed(edit_skill(summary="Four.")))
        async with community.product.database.transaction() as session:
            await make_skill(session, community.frame, "Chaos Engineering")
        community.slug = "chaos-engineering"
        await community.proposed(edit_skill(summary="Five."))
        return community

    async def numbers(self, community: Community, **variables: Any) -> tuple[list[int], list[int]]:
        """Of all proposals, and of those of the first skill."""
        data = await community.product.run(PROPOSALS, variables)
        everywhere, here = data["proposals"], data["skill"]["proposals"]
        for found in (everywhere, here):
            assert found["totalCount"] == len(found["nodes"])
        return [node["number"] for node in everywhere["nodes"]], [node["number"] for node in here["nodes"]]

    async def test_nothing_given_shows_all_the_newest_first(self, full: Community) -> None:
        assert await self.numbers(full) == ([5, 4, 3, 2, 1], [4, 3, 2, 1])

    async def test_by_state(self, full: Community) -> None:
        for states, all_skills, this_skill in (
            (["OPEN"], [5, 1], [1]),
            (["ACCEPTED"], [2], [2]),
            (["DECLINED", "WITHDRAWN"], [4, 3], [4, 3]),
            (["OPEN", "ACCEPTED", "DECLINED", "WITHDRAWN"], [5, 4, 3, 2, 1], [4, 3, 2, 1]),
        ):
            found = await self.numbers(full, filter={"state": states}, state=states)
            assert found == (all_skills, this_skill), states

    async def test_by_skill_and_by_both(self, full: Community) -> None:
        assert (await self.numbers(full, filter={"skill": "chaos-engineering"}))[0] == [5]
        narrowed = {"skill": "progressive-delivery", "state": ["OPEN"]}
        assert (await self.numbers(full, filter=narrowed))[0] == [1]
        assert (await self.numbers(full, filter={"skill": "no-such-skill"}))[0] == []
