"""Reading the catalogue: slugs, lifecycle, filters, orders, roles and their totals."""

from typing import Any

import pytest
import sqlalchemy as sa

from service.catalogue.models import Necessity
from service.people.models import PersonRole
from tests.factories import Product, make_frame, make_skill
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
        assert await slugs(product, search="alpha", group="test-group", level="senior") == ["alpha"]
        assert await slugs(product, search="beta", role="platform-engineer") == []

    async def test_by_a_part_of_the_name_the_summary_or_a_keyword(self, product: Product) -> None:
        assert await slugs(product, search="lph") == ["alpha"]
        assert await slugs(product, search="What Beta is") == ["beta"]
        assert await slugs(product, search="rollb") == ["alpha", "beta", "gamma-100-sure", "metre"]

    async def test_search_does_not_mind_capital_letters(self, product: Product) -> None:
        assert await slugs(product, search="ALPHA") == ["alpha"]

    async def test_search_takes_every_sign_as_itself(self, product: Product) -> None:
        assert await slugs(product, search="100%_") == ["gamma-100-sure"]
        for sign in ("%%", "__", "\\", "%a", "'", '"', "lph%a"):
            assert await slugs(product, search=sign) == [], sign

    async def test_unknown_names_match_nothing(self, product: Product) -> None:
        for name in ("framework", "domain", "group", "role", "level"):
            narrowed: Json = {name: "no-such-thing"}
            assert await slugs(product, **narrowed) == []

    async def test_a_search_of_200_characters_is_the_longest(self, product: Product) -> None:
        assert await slugs(product, search="x" * 200) == []
        answer = await product.send(SLUGS, {"filter": {"search": "x" * 201}})
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]

    async def test_nulls_narrow_nothing(self, product: Product) -> None:
        nulls = dict.fromkeys(("search", "framework", "domain", "group", "role", "level", "status"))
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


ROLE = """query ($slug: String!) { role(slug: $slug) {
  slug name skillCount mandatoryRequirementCount optionalRequirementCount
  levels { level { slug } skillCount mandatoryRequirementCount optionalRequirementCount }
  skills { totalCount nodes { skill { slug } requirements { level { slug } necessity role { slug } } } }
} }"""


class TestRole:
    """A role's matrix and its totals."""

    @pytest.fixture
    async def role(self, product: Product) -> Json:
        async with product.database.transaction() as session:
            frame = await make_frame(session)
            mine = "release-engineer"
            await make_skill(
                session,
                frame,
                "Beta",
                requirements=[
                    (mine, "senior", Necessity.MANDATORY),
                    (mine, "junior", Necessity.OPTIONAL),
                    (mine, "principal", Necessity.MANDATORY),
                    ("platform-engineer", "middle", Necessity.MANDATORY),
                ],
            )
            await make_skill(session, frame, "Alpha", requirements=[(mine, "senior", Necessity.OPTIONAL)])
            await make_skill(
                session, frame, "Gamma", requirements=[("platform-engineer", "junior", Necessity.MANDATORY)]
            )
        found: Json = (await product.run(ROLE, {"slug": mine}))["role"]
        return found

    async def test_the_totals(self, role: Json) -> None:
        assert (role["skillCount"], role["mandatoryRequirementCount"], role["optionalRequirementCount"]) == (
            2,
            2,
            2,
        )

    async def test_the_totals_of_each_level_in_order(self, role: Json) -> None:
        assert [
            (
                step["level"]["slug"],
                step["skillCount"],
                step["mandatoryRequirementCount"],
                step["optionalRequirementCount"],
            )
            for step in role["levels"]
        ] == [("junior", 1, 0, 1), ("senior", 2, 1, 1), ("principal", 1, 1, 0)]

    async def test_the_rows_are_skills_by_name_with_the_roles_own_requirements_in_order(
        self, role: Json
    ) -> None:
        rows = [
            (
                row["skill"]["slug"],
                [(each["level"]["slug"], each["necessity"]) for each in row["requirements"]],
            )
            for row in role["skills"]["nodes"]
        ]
        assert rows == [
            ("alpha", [("senior", "OPTIONAL")]),
            ("beta", [("junior", "OPTIONAL"), ("senior", "MANDATORY"), ("principal", "MANDATORY")]),
        ]
        assert role["skills"]["totalCount"] == 2
        assert {each["role"]["slug"] for row in role["skills"]["nodes"] for each in row["requirements"]} == {
            "release-engineer"
        }


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


VIEWER = (
    '{ viewer { email role person { name } } skill(slug: "progressive-delivery") { viewerWatch { reason } } }'
)


class TestViewer:
    """Who is signed in."""

    async def test_nobody(self, community: Community) -> None:
        assert await community.product.run(VIEWER) == {"viewer": None, "skill": {"viewerWatch": None}}

    @pytest.mark.parametrize("role", list(PersonRole))
    async def test_somebody_of_each_role(self, community: Community, role: PersonRole) -> None:
        token = await community.person("somebody@skills.test", role)
        assert (await community.product.run(VIEWER, token=token))["viewer"] == {
            "email": "somebody@skills.test",
            "role": role.name,
            "person": {"name": "Somebody"},
        }

    async def test_a_watch_is_the_viewers_own(self, community: Community) -> None:
        await community.watch()
        watching = {
            token: await community.product.run(VIEWER, token=token) for token in (community.watcher, None)
        }
        assert watching[community.watcher]["skill"] == {"viewerWatch": {"reason": "WATCHING"}}
        assert watching[None]["skill"] == {"viewerWatch": None}
        other = await community.product.run(VIEWER, token=community.author)
        assert other["skill"] == {"viewerWatch": None}

    async def test_no_address_is_public(self, community: Community) -> None:
        await community.apply(edit_skill(name="Gradual Delivery"))
        answer = await community.product.client.post(
            "/graphql",
            json={
                "query": """{ skill(slug: "progressive-delivery") { lastUpdatedBy { id name } }
                proposals { nodes { author { id name } decidedBy { id name } } } }"""
            },
        )
        assert "@" not in answer.text
