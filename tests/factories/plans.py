"""What people tick, and what they aim for."""

from typing import Any

from service.catalogue.expectations import expectations_of
from tests.factories.community import Community

Json = dict[str, Any]

_ROWS = """
query ($slug: String!) { skill(slug: $slug) {
  id levels { requirements { id description revision level { id slug } role { id slug } } }
} }
"""

SET_PLAN = """
mutation ($input: SetPlanInput!) { setPlan(input: $input) {
  plan { role { slug } level { slug } goal { slug } } userErrors { message code path }
} }
"""

_TICKED = """requirements { description viewerTicks { text revision isChangedSince } }
  userErrors { __typename message code path }"""

TICK = f"mutation ($input: TickExpectationsInput!) {{ tickExpectations(input: $input) {{ {_TICKED} }} }}"
UNTICK = (
    f"mutation ($input: UntickExpectationsInput!) {{ untickExpectations(input: $input) {{ {_TICKED} }} }}"
)

PLAN = """
query ($role: String!, $from: String, $to: String, $changed: Boolean) {
  viewer {
    plan { id role { slug } level { slug } goal { slug } }
    ticks(changedSince: $changed) { totalCount nodes {
      id text revision isChangedSince skill { slug } level { slug } requirement { description }
    } }
  }
  role(slug: $role) { viewerProgress(from: $from, to: $to) {
    skillCount coveredSkillCount expectationCount tickedCount changedCount
  } }
}
"""


async def place_of(community: Community, level: str = "junior", role: str = "platform-engineer") -> Json:
    """Where a requirement of the skill stands, in the words of the API, and the requirement itself."""
    skill = (await community.product.run(_ROWS, {"slug": community.slug}))["skill"]
    rows = [row for step in skill["levels"] for row in step["requirements"]]
    [row] = [row for row in rows if (row["level"]["slug"], row["role"]["slug"]) == (level, role)]
    place = {"skillId": skill["id"], "roleId": row["role"]["id"], "levelId": row["level"]["id"]}
    return {**place, "requirement": row}


async def expectation_of(community: Community, level: str = "junior", number: int = 0) -> Json:
    """An expectation of a Platform Engineer, as an input names it."""
    place = await place_of(community, level)
    text = expectations_of(place.pop("requirement")["description"])[number]
    return {**place, "text": text}
