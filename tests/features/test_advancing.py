"""What to cover next, by the API."""

from typing import Any

import pytest

from tests.factories.community import Community, edit, remove, row_of

ADVANCE = """
query ($slug: String!, $role: String!, $from: String, $to: String, $toRole: String) { skill(slug: $slug) {
  advance(role: $role, from: $from, to: $to, toRole: $toRole) { state steps {
    role { slug } level { slug } requirement { id necessity } expectations { text change before } } } } }
"""


async def way(community: Community, **asked: Any) -> Any:
    """The steps that the platform engineer is told."""
    variables = {"slug": community.slug, "role": "platform-engineer"} | asked
    return (await community.product.run(ADVANCE, variables))["skill"]["advance"]


async def refusal(community: Community, **asked: Any) -> Any:
    variables = {"slug": community.slug, "role": "platform-engineer"} | asked
    [error] = (await community.product.send(ADVANCE, variables))["errors"]
    return error["extensions"]["code"]


async def test_the_next_level(community: Community) -> None:
    found = await way(community, **{"from": "junior"})
    assert found["state"] == "STEPS"
    [step] = found["steps"]
    assert (step["role"]["slug"], step["level"]["slug"]) == ("platform-engineer", "middle")
    row = row_of(await community.skill(), "middle", "platform-engineer")
    assert step["requirement"] == {"id": row["id"], "necessity": "MANDATORY"}


async def test_a_jump_lists_every_step_and_says_what_is_new(community: Community) -> None:
    skill = await community.skill()
    await community.apply(
        edit(row_of(skill, "junior", "platform-engineer"), description="Reads dashboards."),
        remove(row_of(skill, "middle", "platform-engineer")),
        edit(row_of(skill, "senior", "platform-engineer"), description="Reads dashboards. Writes alerts."),
    )
    found = await way(community, to="senior")
    assert found["state"] == "NOT_YET"
    assert [(step["level"]["slug"], step["requirement"] is None) for step in found["steps"]] == [
        ("junior", False),
        ("middle", True),
        ("senior", False),
    ]
    assert found["steps"][2]["expectations"] == [
        {"text": "Reads dashboards.", "change": "CARRIED", "before": "Reads dashboards."},
        {"text": "Writes alerts.", "change": "NEW", "before": None},
    ]


async def test_the_top_says_so(community: Community) -> None:
    assert await way(community, **{"from": "principal"}) == {"state": "TOP", "steps": []}


async def test_sideways_to_another_role(community: Community) -> None:
    found = await way(community, **{"from": "senior", "toRole": "release-engineer"})
    assert found["state"] == "SIDEWAYS"
    assert [step["role"]["slug"] for step in found["steps"]] == ["release-engineer"]


@pytest.mark.parametrize(
    "asked",
    [
        {"role": "nobody"},
        {"from": "nowhere"},
        {"from": "senior", "to": "junior"},
        {"toRole": "release-engineer"},
        {"from": "junior", "to": "senior", "toRole": "release-engineer"},
        {"from": "junior", "toRole": "nobody"},
    ],
)
async def test_what_leads_nowhere_is_refused(community: Community, asked: dict[str, str]) -> None:
    assert await refusal(community, **asked) == "BAD_USER_INPUT"
