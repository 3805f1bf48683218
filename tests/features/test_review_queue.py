"""What waits for a reviewer, and how a list of proposals is narrowed."""

from typing import Any

import pytest

from service.people.models import PersonRole
from tests.factories.comments import limit_to_another_domain
from tests.factories.community import Community, add, edit, edit_skill, remove, row_of

FIELDS = "number isOutdated hasConflicts isStale reviewDecision conflicts { field }"
QUEUE = f"""query ($filter: ProposalFilter) {{ viewer {{ reviewQueue(filter: $filter) {{
  totalCount nodes {{ {FIELDS} }} }} }} }}"""
LIST = f"""query ($filter: ProposalFilter) {{ proposals(filter: $filter) {{ totalCount nodes {{ {FIELDS} }} }} }}"""


async def queue(community: Community, token: str | None = None, **wanted: Any) -> list[int]:
    """The numbers of the proposals that wait for somebody, the reviewer where nobody is named."""
    data = await community.product.run(QUEUE, {"filter": wanted}, token=token or community.reviewer)
    found = data["viewer"]["reviewQueue"]
    assert found["totalCount"] == len(found["nodes"])
    return [one["number"] for one in found["nodes"]]


async def listed(community: Community, **wanted: Any) -> list[int]:
    """The numbers of the proposals of a filter, the newest first."""
    found = (await community.product.run(LIST, {"filter": wanted}))["proposals"]
    assert found["totalCount"] == len(found["nodes"])
    return [one["number"] for one in found["nodes"]]


async def test_what_others_propose_waits_the_oldest_first(community: Community) -> None:
    skill = await community.skill()
    await community.proposed(edit(row_of(skill, "junior", "platform-engineer"), description="One."))
    await community.proposed(edit(row_of(skill, "middle", "platform-engineer"), description="Two."))
    await community.proposed(edit_skill(summary="My own."), token=community.reviewer)
    declined = await community.proposed(edit_skill(summary="No."))
    await community.decline(declined)
    assert await queue(community) == [1, 2]
    assert await queue(community, await community.person("other@skills.test", PersonRole.ADMIN)) == [1, 2, 3]
    assert await queue(community, community.author) == []
    assert await queue(community, community.watcher) == []


async def test_a_limited_reviewer_has_what_stands_in_their_domains(community: Community) -> None:
    await community.proposed(edit_skill(summary="Better."))
    await limit_to_another_domain(community)
    assert await queue(community) == []
    maintainer = await community.person("maintainer@skills.test", PersonRole.MAINTAINER)
    assert await queue(community, maintainer) == [1]


async def test_what_waits_for_a_moderator_waits_for_no_reviewer(community: Community) -> None:
    newcomer = await community.product.token("new@skills.test", is_new=True)
    await community.proposed(edit_skill(summary="See https://elsewhere.example"), token=newcomer)
    assert await queue(community) == []


async def test_a_list_is_narrowed_by_what_reviews_and_the_catalogue_say(community: Community) -> None:
    skill = await community.skill()
    row = row_of(skill, "junior", "platform-engineer")
    moved = await community.proposed(edit(row, description="Mine."))
    await community.proposed(edit_skill(summary="Better."))
    await community.apply(edit(row, description="Theirs."))
    approved = await community.proposed(edit_skill(keywords=["one"]))
    await community.review(approved)
    await community.review(moved, "REQUEST_CHANGES", "Say both.")
    assert await queue(community, isOutdated=True) == [1, 2]
    assert await queue(community, hasConflicts=True) == [1]
    assert await queue(community, hasConflicts=False) == [2, 4]
    assert await queue(community, reviewDecision=["APPROVED", "CHANGES_REQUESTED"]) == [1, 4]
    assert await queue(community, domain=["test-domain"]) == [1, 2, 4]
    assert await queue(community, domain=["none"]) == []
    assert await queue(community, isStale=True) == []
    assert await listed(community, isOutdated=False) == [4, 3]
    assert await listed(community, createdBefore="2026-01-01T00:00:00Z") == []
    assert await listed(community, createdBefore="2027-01-01T00:00:00Z", state=["OPEN"]) == [4, 2, 1]


@pytest.mark.parametrize(
    ("mine", "theirs", "is_moved"),
    [
        ("edit", "edit", True),
        ("edit", "same", False),
        ("edit", "necessity", False),
        ("edit", "remove", True),
        ("remove", "edit", True),
        ("remove", "proficiency", True),
        ("remove", "remove", False),
        ("add", "add", True),
        ("add", "skill", False),
        ("skill", "skill", True),
        ("skill", "edit", False),
    ],
)
async def test_a_list_knows_of_conflicts_what_a_proposal_says_of_them(
    community: Community, mine: str, theirs: str, is_moved: bool
) -> None:
    """One is worked out in the database and the other field by field."""
    row = row_of(await community.skill(), "junior", "platform-engineer")
    wishes = {
        "edit": edit(row, description="Mine."),
        "same": edit(row, description="Mine."),
        "necessity": edit(row, necessity="OPTIONAL"),
        "proficiency": edit(row, proficiency="EXPERT"),
        "remove": remove(row),
        "add": add("site-reliability-engineer", "senior", description="Mine."),
        "skill": edit_skill(
            keywords=["mine"], status="DEPRECATED", replacedBy=await community.add_skill("Successor")
        ),
    }
    others = {
        "edit": edit(row, description="Theirs."),
        "add": add("site-reliability-engineer", "senior", description="Theirs."),
        "skill": edit_skill(keywords=["theirs", "too"]),
    }
    await community.proposed(wishes[mine])
    await community.apply(others.get(theirs, wishes[theirs]))
    data = await community.product.run(LIST, {"filter": {"state": ["OPEN"]}})
    [found] = data["proposals"]["nodes"]
    assert (found["hasConflicts"], bool(found["conflicts"])) == (is_moved, is_moved)
    assert await listed(community, hasConflicts=True) == [1] * is_moved


async def test_too_many_domains_are_refused(community: Community) -> None:
    answer = await community.product.send(LIST, {"filter": {"domain": ["x"] * 101}})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
