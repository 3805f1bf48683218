"""A role's matrix and totals; what the viewer sees as their own."""

from typing import Any

import pytest

from service.catalogue.models import Necessity
from service.people.models import PersonRole
from tests.factories import Product, make_frame, make_skill
from tests.factories.community import Community, edit_skill, make_community

Json = dict[str, Any]


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


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
