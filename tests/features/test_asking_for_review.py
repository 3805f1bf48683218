"""Who is asked to review a proposal, who hears of it since they decided on it, and how each stops that."""

import re
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from service.api.node import encode_id
from service.catalogue.models import Domain, Group, Skill
from service.people.models import PersonRole
from tests.factories import documents
from tests.factories.comments import commented, limit_to_another_domain, moderate, moderator, person_id
from tests.factories.community import REVIEWER, Community, codes, edit_skill
from tests.factories.statements import recorded_statements
from tests.features.test_mail_links import post
from tests.features.test_mail_that_comes_back import WHY

Json = dict[str, Any]
OTHER = "other@skills.test"
INBOX = "{ viewer { notifications { nodes { kind reason } } } }"


@pytest.fixture
async def domain(community: Community) -> str:
    """The id of the skill's domain, which has been given to the reviewer, and no other."""
    found = str((await community.product.run("{ domains { id } }"))["domains"][0]["id"])
    await give(community, community.reviewer, found)
    return found


async def give(community: Community, token: str, *domains: str, role: str = "REVIEWER") -> None:
    """Let the person of the token review just these domains."""
    person = await person_id(community, token)
    given: Json = {"personId": person, "role": role, "domainIds": list(domains)}
    assert codes(await moderate(community, "setRole", **given)) == []


async def move(community: Community, slug: str) -> str:
    """Let the skill stand in a domain of its own; the domain's id."""
    own: Json = {"framework_id": community.frame.framework.id, "slug": "other", "name": "Other"}
    async with community.product.database.transaction() as session:
        other = Domain(**own)
        session.add(other)
        await session.flush()
        group = Group(**own, domain_id=other.id)
        session.add(group)
        await session.flush()
        await session.execute(sa.update(Skill).where(col(Skill.slug) == slug).values(group_id=group.id))
        return encode_id("Domain", (other.id,))


async def told(community: Community, token: str | None = None) -> list[tuple[str, str]]:
    """What the worker has told the reviewer or somebody else, and why: the newest first."""
    await community.product.work()
    found = await community.product.run(INBOX, token=token or community.reviewer)
    return [(one["kind"], one["reason"]) for one in found["viewer"]["notifications"]["nodes"]]


def reason_of(mail: EmailMessage) -> tuple[str, str]:
    """Why its reader gets the mail, as its header and its footer say it."""
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"because (.+?)\.\s", str(body.get_content()))
    assert found is not None
    return str(mail["X-Skill-Profile-Reason"]), found[1]


@pytest.mark.usefixtures("domain")
async def test_whoever_has_its_domain_to_review_is_asked_for_a_review(community: Community) -> None:
    await community.proposed(edit_skill(name="Mine"))
    assert await told(community) == [("PROPOSAL_CREATED", "REVIEW_REQUESTED")]
    (mail,) = community.product.mail.to(REVIEWER)
    assert reason_of(mail) == ("review requested", "you are asked to review this change")


async def test_nobody_else_is_asked(community: Community, domain: str) -> None:
    elsewhere = await community.person("elsewhere@skills.test", PersonRole.REVIEWER)
    everywhere = await community.person("everywhere@skills.test", PersonRole.REVIEWER)
    suspended = await community.person("suspended@skills.test", PersonRole.REVIEWER)
    await give(community, suspended, domain)
    given = {"personId": await person_id(community, suspended)}
    assert codes(await moderate(community, "suspendPerson", **given)) == []
    own = await community.proposed(edit_skill(name="Mine"), token=community.reviewer)
    assert codes(await community.edit(own, title="Clearer", token=community.reviewer)) == []
    for token in (community.reviewer, elsewhere, everywhere, suspended):
        assert await told(community, token) == []


async def test_whoever_may_not_decide_is_not_asked(community: Community) -> None:
    await limit_to_another_domain(community)
    await community.proposed(edit_skill(name="Mine"))
    assert await told(community) == []


async def test_of_several_skills_those_are_asked_to_whom_all_their_domains_are_given(
    community: Community, domain: str
) -> None:
    other = await move(community, await community.add_skill("Chaos Engineering"))
    both = await community.person("both@skills.test", PersonRole.REVIEWER)
    await give(community, both, domain, other)
    parts = [
        await community.part(slug, edit_skill(summary="Mine."))
        for slug in (community.slug, "chaos-engineering")
    ]
    assert codes(await community.propose_set(*parts)) == []
    assert await told(community) == []
    assert await told(community, both) == [("PROPOSAL_CREATED", "REVIEW_REQUESTED")]


@pytest.mark.usefixtures("domain")
async def test_whoever_also_watches_the_skill_gets_one_mail_for_the_stronger_reason(
    community: Community,
) -> None:
    skill = (await community.keys())["id"]
    given = {"input": {"subjectId": skill, "events": ["PROPOSED"]}}
    await community.product.run(documents.WATCH_SUBJECT, given, token=community.reviewer)
    await community.proposed(edit_skill(name="Mine"))
    assert await told(community) == [("PROPOSAL_CREATED", "REVIEW_REQUESTED")]
    assert len(community.product.mail.to(REVIEWER)) == 1
    person = await person_id(community, community.reviewer)
    data = await community.product.run(
        WHY, {"person": person, "subject": skill}, token=await moderator(community)
    )
    (trace,) = data["moderation"]["whyNotNotified"]
    assert (trace["kind"], trace["outcome"]) == ("PROPOSAL_CREATED", "SENT")


async def test_whoever_reviewed_what_it_said_before_is_asked_again(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.review(proposal, "REQUEST_CHANGES", "Say how far.")
    await community.product.work()
    await community.edit(proposal, title="Clearer")
    assert await told(community) == [("PROPOSAL_EDITED", "REVIEW_REQUESTED")]
    assert reason_of(community.product.mail.to(REVIEWER)[0])[0] == "review requested"
    await commented(community, "So?", subjectId=proposal)
    assert (await told(community))[0] == ("COMMENT_WRITTEN", "REVIEWER")


@pytest.mark.usefixtures("domain")
async def test_stopping_it_stops_that_proposal_alone(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.product.work()
    (mail,) = community.product.mail.to(REVIEWER)
    link = re.match(r"<(\S+)>", str(mail["List-Unsubscribe"]))
    assert link is not None
    assert (await post(community, link[1])).status_code == 200
    await community.edit(proposal, title="Clearer")
    assert await told(community) == [("PROPOSAL_CREATED", "REVIEW_REQUESTED")]
    await community.proposed(edit_skill(summary="Mine too."))
    assert len(await told(community)) == 2
    assert len(community.product.mail.to(REVIEWER)) == 2


async def test_however_many_are_asked_it_takes_as_many_statements(community: Community, domain: str) -> None:
    await community.proposed(edit_skill(summary="What the first of all reads is kept."))
    sent = []
    for number in (1, 5):
        others = [await community.person(f"{nth}@skills.test", PersonRole.REVIEWER) for nth in range(number)]
        for token in others:
            await give(community, token, domain)
        with recorded_statements() as statements:
            await community.proposed(edit_skill(summary=f"{number}."))
        sent.append(len(statements))
        for token in others:
            assert (await told(community, token))[0] == ("PROPOSAL_CREATED", "REVIEW_REQUESTED")
    assert sent[0] == sent[1]


async def test_whoever_comes_to_be_asked_hears_as_one_who_is(community: Community, domain: str) -> None:
    asked = {token: await community.person(token) for token in ("muted@skills.test", "watching@skills.test")}
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.product.work()
    for name, token in asked.items():
        given = {"input": {"subjectId": proposal, "isMuted": name.startswith("muted")}}
        await community.product.run(documents.WATCH_SUBJECT, given, token=token)
        await give(community, token, domain)
    await community.edit(proposal, title="Clearer")
    heard = [await told(community, token) for token in asked.values()]
    assert heard == [[], [("PROPOSAL_EDITED", "REVIEW_REQUESTED")]]


async def test_whoever_rebases_it_is_not_asked(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.apply(edit_skill(summary="Another."))
    domain = str((await community.product.run("{ domains { id } }"))["domains"][0]["id"])
    other = await community.person(OTHER, PersonRole.REVIEWER)
    for token in (community.reviewer, other):
        await give(community, token, domain)
    assert codes(await community.rebase(proposal, token=other)) == []
    assert await told(community, other) == []
    assert ("PROPOSAL_EDITED", "REVIEW_REQUESTED") in await told(community)
    watches = "{ viewer { watches { totalCount } } }"
    found = await community.product.run(watches, token=other)
    assert found["viewer"]["watches"]["totalCount"] == 0


@pytest.mark.parametrize("what", ["suspended", "reader", "other domain"])
@pytest.mark.parametrize("asked_by", ["the domain", "a review"])
async def test_whoever_may_review_no_more_is_asked_no_more(
    community: Community, domain: str, what: str, asked_by: str
) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    if asked_by == "a review":
        await community.review(proposal, "REQUEST_CHANGES", "Say how far.")
    before = await told(community)
    whom = await person_id(community, community.reviewer)
    if what == "suspended":
        assert codes(await moderate(community, "suspendPerson", personId=whom)) == []
    elif what == "reader":
        assert codes(await moderate(community, "setRole", personId=whom, role="READER")) == []
    else:
        other = await move(community, await community.add_skill("Chaos Engineering"))
        await give(community, community.reviewer, other)
    assert codes(await community.edit(proposal, title="Clearer")) == []
    await commented(community, "So?", subjectId=proposal)
    after = await told(community)
    assert [one for one in after if one[1] == "REVIEW_REQUESTED"] == before
    await give(community, community.reviewer, domain)
    if what != "suspended":
        assert codes(await community.edit(proposal, version=2, title="Clearer yet")) == []
        assert (await told(community))[0] == ("PROPOSAL_EDITED", "REVIEW_REQUESTED")


@pytest.mark.parametrize("act", ["accept", "decline"])
async def test_whoever_decided_hears_what_is_said_of_it_and_not_of_the_decision(
    community: Community, act: str
) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.review(proposal)
    assert codes(await getattr(community, act)(proposal)) == []
    assert await told(community) == []
    await commented(community, "Why so?", subjectId=proposal)
    assert await told(community) == [("COMMENT_WRITTEN", "DECIDED")]
    (mail,) = community.product.mail.to(REVIEWER)
    assert reason_of(mail) == ("decided", "you decided on this proposal")


async def test_another_reviewer_hears_of_the_decision(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.review(proposal)
    await community.decline(proposal, token=await community.person(OTHER, PersonRole.REVIEWER))
    assert await told(community) == [("PROPOSAL_DECLINED", "REVIEWER")]


@pytest.mark.usefixtures("domain")
async def test_of_what_waits_for_a_moderator_nobody_is_asked_before_it_is_let_through(
    community: Community,
) -> None:
    new = await community.product.token("new@skills.test", is_new=True)
    proposal = await community.proposed(edit_skill(summary="See https://x.test"), token=new)
    assert await told(community) == []
    assert codes(await moderate(community, "approveContent", subjectId=proposal)) == []
    assert await told(community) == [("PROPOSAL_CREATED", "REVIEW_REQUESTED")]
