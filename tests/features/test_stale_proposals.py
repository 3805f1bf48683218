"""Proposals that nobody goes on with: marked after 30 days, closed after 90, and the author is told."""

from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from typing import Any

import pytest

from service.people.models import PersonRole
from service.people.trust import Gate
from service.proposals.queries import get_proposal
from tests.factories.comments import commented
from tests.factories.community import AUTHOR, REVIEWER, Community, codes, edit_skill

SHOWN = """query { proposal(number: 1) {
  state isStale staleAt declineReason decisionReason decidedAt decidedBy { name } } }"""


@pytest.fixture
async def proposal(community: Community) -> str:
    return await community.proposed(edit_skill(name="Mine"))


async def shown(community: Community) -> dict[str, Any]:
    found: dict[str, Any] = (await community.product.run(SHOWN))["proposal"]
    return found


async def days_later(community: Community, days: int, **less: int) -> dict[str, Any]:
    """The proposal after so many days, when the worker has been at it; each sweep twice, as by two workers."""
    community.product.clock.pass_time(days=days, **less)
    await community.product.work()
    community.product.clock.pass_time(minutes=2)
    await community.product.work()
    return await shown(community)


def openings(mails: list[EmailMessage]) -> list[str]:
    return [str(mail.get_body(("plain",)).get_content()).splitlines()[0] for mail in mails]  # type: ignore[union-attr]


async def test_it_is_marked_and_then_closed_with_notice(community: Community, proposal: str) -> None:
    assert not (await days_later(community, 30, minutes=-3))["isStale"]
    marked = await days_later(community, 0, minutes=1)
    assert (marked["state"], marked["isStale"], marked["staleAt"]) == ("OPEN", True, "2026-12-23T12:00:00Z")
    assert (await days_later(community, 60, minutes=-5))["state"] == "OPEN"
    assert await days_later(community, 0, minutes=1) == {
        "state": "DECLINED",
        "isStale": False,
        "staleAt": "2026-12-23T12:00:00Z",
        "declineReason": "STALE",
        "decisionReason": "Nobody has gone on with it for 90 days.",
        "decidedAt": "2027-02-21T12:00:00Z",
        "decidedBy": None,
    }
    notice, end = openings(community.product.mail.to(AUTHOR))
    assert notice.startswith(
        "Nobody has gone on with your proposal to change Progressive Delivery for 30 days. "
    )
    assert end.startswith("Your proposal was closed, since nobody had gone on with it for 90 days: ")
    assert community.product.mail.to(REVIEWER) == []
    assert codes(await community.accept(proposal)) == ["PROPOSAL_ALREADY_DECIDED"]


async def review(community: Community, proposal: str) -> None:
    assert codes(await community.review(proposal)) == []


async def edit(community: Community, proposal: str) -> None:
    assert codes(await community.edit(proposal, title="Clearer")) == []


async def rebase(community: Community, proposal: str) -> None:
    other = await community.proposed(edit_skill(summary="Another."), token=community.reviewer)
    reviewer = await community.person("second@skills.test", PersonRole.REVIEWER)
    assert codes(await community.accept(other, token=reviewer)) == []
    assert (await shown(community))["isStale"], "what happens to the skill is not about the proposal"
    assert codes(await community.rebase(proposal)) == []


async def comment(community: Community, proposal: str) -> None:
    await commented(community, subjectId=proposal)


@pytest.mark.parametrize("act", [review, edit, rebase, comment])
async def test_whoever_goes_on_with_it_takes_the_mark_away(
    community: Community, proposal: str, act: Callable[[Community, str], Awaitable[None]]
) -> None:
    assert (await days_later(community, 31))["isStale"]
    await act(community, proposal)
    found = await shown(community)
    assert (found["isStale"], found["staleAt"]) == (False, None)
    assert not (await days_later(community, 29))["isStale"]
    again = await days_later(community, 60)
    assert (again["state"], again["isStale"]) == ("OPEN", True)


async def test_what_waits_for_a_moderator_does_not_age(community: Community, proposal: str) -> None:
    async with community.product.database.transaction() as session:
        (await get_proposal(session, 1)).gate = Gate.HELD
    await days_later(community, 100)
    async with community.product.database.transaction() as session:
        held = await get_proposal(session, 1)
        assert (held.stale_at, held.decided_at) == (None, None)
        held.gate = Gate.OPEN
    found = await days_later(community, 1)
    assert (found["state"], found["isStale"]) == ("OPEN", True), "nobody's is closed without the notice"


async def test_what_is_decided_does_not_age(community: Community, proposal: str) -> None:
    assert (await days_later(community, 31))["isStale"]
    await community.withdraw(proposal)
    found = await days_later(community, 100)
    assert (found["state"], found["isStale"], found["staleAt"]) == ("WITHDRAWN", False, None)
