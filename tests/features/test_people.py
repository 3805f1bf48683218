"""Who else there is: a person's public profile, and the list in which one looks for somebody."""

import base64
import json
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from service.people.models import PersonRole
from service.people.trust import Gate
from service.proposals.models import Proposal
from tests.factories.comments import moderate, moderator, person_id
from tests.factories.community import Community, edit_skill

Json = dict[str, Any]
PROFILE = """query ($id: ID!) {
  person(id: $id) { __typename id name isRemoved acceptedProposalCount reviewedDomains { slug } role isSuspended }
  node(id: $id) { ... on Person { __typename id name isRemoved acceptedProposalCount reviewedDomains { slug } role
    isSuspended } }
}"""
DONE = """query ($id: ID!, $first: Int) { person(id: $id) {
  proposals(first: $first) { nodes { id title } }
  revisions(first: $first) { totalCount nodes { number skill { slug } } } } }"""
PEOPLE = """query ($filter: PersonFilter, $orderBy: PersonOrder, $first: Int, $after: String) {
  people(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { name } } }"""


async def profile(community: Community, token: str, *, seen_by: str | None = None) -> Json:
    """The profile of the token's person, which is the same by both ways to it."""
    found = await community.product.run(
        PROFILE, {"id": await person_id(community, token)}, token=seen_by or None
    )
    assert found["person"] == found["node"]
    return dict(found["person"])


async def names(community: Community, token: str | None = None, **given: Any) -> list[str]:
    """The names of a page of people, as the watcher sees it where nobody else is named."""
    data = await community.product.run(PEOPLE, given, token=token or community.watcher)
    return [person["name"] for person in data["people"]["nodes"]]


async def call(community: Community, token: str, name: str) -> None:
    document = "mutation ($name: String!) { updateProfile(input: {name: $name}) { userErrors { code } } }"
    await community.product.run(document, {"name": name}, token=token)


async def test_a_profile_says_what_the_person_has_done_for_the_catalogue(community: Community) -> None:
    await community.apply(edit_skill(name="Delivery anew"))
    await community.proposed(edit_skill(summary="Still open."))
    author, reviewer = (
        await profile(community, community.author),
        await profile(community, community.reviewer),
    )
    assert (author["acceptedProposalCount"], author["reviewedDomains"]) == (1, [])
    assert (reviewer["acceptedProposalCount"], reviewer["reviewedDomains"]) == (0, [{"slug": "test-domain"}])
    assert (author["role"], author["isSuspended"]) == (None, None), "for moderators alone"


async def test_a_profile_lists_what_the_person_proposed_and_changed(community: Community) -> None:
    other = await community.add_skill("Chaos Engineering")
    await community.apply(edit_skill(name="Delivery anew"))
    parts = [await community.part(slug, edit_skill(summary="Both.")) for slug in (other, community.slug)]
    both = (await community.propose_set(*parts, title="Both"))["proposal"]["id"]
    await community.accept(both)
    await community.proposed(edit_skill(summary="Of somebody else."), token=community.reviewer)
    waiting = await community.proposed(edit_skill(summary="Waits."), title="Waits")
    async with community.product.database.transaction() as session:
        await session.execute(
            sa.update(Proposal).where(col(Proposal.title) == "Waits").values(gate=Gate.HELD)
        )
    key = await person_id(community, community.author)

    async def found(token: str | None = None) -> Json:
        return dict((await community.product.run(DONE, {"id": key}, token=token))["person"])

    done = await found()
    assert [one["title"] for one in done["proposals"]["nodes"]] == ["Both", "Say it better"]
    assert done["revisions"]["totalCount"] == 3
    last = [(one["skill"]["slug"], one["number"]) for one in done["revisions"]["nodes"]]
    assert sorted(last[:2]) == [(other, 2), (community.slug, 3)]
    assert last[2] == (community.slug, 2)
    for token in (community.author, await moderator(community)):
        assert (await found(token))["proposals"]["nodes"][0]["id"] == waiting
    page = await community.product.run(DONE, {"id": key, "first": 1})
    assert len(page["person"]["revisions"]["nodes"]) == len(page["person"]["proposals"]["nodes"]) == 1


async def test_nobody_is_found_by_an_id_of_nothing(community: Community) -> None:
    skill = (await community.keys())["id"]
    for key in ("", "1", skill, "MTpQZXJzb246OTk5", "MTpQZXJzb246MA"):
        assert await community.product.run(PROFILE, {"id": key}) == {
            "person": None,
            "node": None if key != skill else {},
        }


async def test_a_person_is_found_by_the_beginning_of_any_word_of_the_name(community: Community) -> None:
    await call(community, community.author, "Ada  King-Lovelace")
    await call(community, community.reviewer, "Émile Ado_nis%")
    for begins, expected in (
        ("ad", ["Ada King-Lovelace", "Émile Ado_nis%"]),
        ("ADA K", ["Ada King-Lovelace"]),
        ("king", ["Ada King-Lovelace"]),
        ("éM", ["Émile Ado_nis%"]),
        ("ado_nis%", ["Émile Ado_nis%"]),
        ("ado%", []),
        ("da", []),
        ("lovelace", []),
    ):
        assert await names(community, filter={"nameStartsWith": begins}) == expected, begins
    assert await names(community, filter={"name": "LOVE"}) == ["Ada King-Lovelace"]
    assert await names(community, filter={"name": "a", "nameStartsWith": "é"}) == ["Émile Ado_nis%"]
    assert await names(community, filter={"name": "", "nameStartsWith": ""}) == await names(community)


async def test_a_name_to_look_for_is_a_text_and_bounded(community: Community) -> None:
    for name in ("name", "nameStartsWith"):
        for text in ("a" * 101, "\0"):
            answer = await community.product.send(PEOPLE, {"filter": {name: text}}, token=community.watcher)
            assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]


async def test_people_are_paged_and_ordered(community: Community) -> None:
    everybody = await names(community)
    assert everybody == sorted(everybody)
    assert len(everybody) > 2
    found: list[str] = []
    after = None
    while True:
        data = await community.product.run(PEOPLE, {"first": 1, "after": after}, token=community.watcher)
        page = data["people"]
        assert page["totalCount"] == len(everybody)
        found += [person["name"] for person in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        # Whoever joins behind what has been read comes too, and nothing comes twice.
        if len(found) == 1:
            await call(community, await community.person("z@skills.test"), "Zz Newest")
            everybody.append("Zz Newest")
    assert found == everybody
    newest = {"field": "JOINED", "direction": "DESC"}
    assert (await names(community, orderBy=newest))[0] == "Zz Newest"
    data = await community.product.run(PEOPLE, {"first": 1, "orderBy": newest}, token=community.watcher)
    cursor = base64.urlsafe_b64decode(data["people"]["pageInfo"]["endCursor"] + "==")
    assert len(json.loads(cursor)) == 2, "the order and the id: when somebody joined is not told"


async def test_nobody_who_is_not_signed_in_reads_the_list(community: Community) -> None:
    assert await community.product.run(PEOPLE) == {"people": None}


async def test_who_is_suspended_is_listed_for_moderators_alone_and_keeps_the_profile(
    community: Community,
) -> None:
    await call(community, community.author, "Eve")
    moderators = await moderator(community)
    await moderate(community, "suspendPerson", personId=await person_id(community, community.author))
    assert "Eve" not in await names(community)
    assert "Eve" in await names(community, moderators)
    assert "Eve" in str(
        await community.product.run("{ moderation { people { nodes { name } } } }", token=moderators)
    )
    author = await community.product.run(
        PROFILE, {"id": await person_id(community, community.reviewer)}, token=community.watcher
    )
    assert author["person"]["name"]


async def test_whose_account_is_gone_is_in_no_list_and_keeps_what_was_done(community: Community) -> None:
    await community.apply(edit_skill(name="Delivery anew"))
    await call(community, community.author, "Eve")
    key = await person_id(community, community.author)
    email = (await community.product.run("{ viewer { email } }", token=community.author))["viewer"]["email"]
    document = (
        "mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { userErrors { code } } }"
    )
    await community.product.run(document, {"input": {"email": email}}, token=community.author)
    for token in (community.watcher, await community.person("admin@skills.test", PersonRole.ADMIN)):
        assert "Eve" not in await names(community, token)
    found = (await community.product.run(PROFILE, {"id": key}))["person"]
    assert (found["isRemoved"], found["acceptedProposalCount"]) == (True, 1)
    assert "Eve" not in str(found)


async def test_no_way_to_a_person_tells_an_address(community: Community) -> None:
    kind = '{ __type(name: "Person") { fields { name } } }'
    fields = {found["name"] for found in (await community.product.run(kind))["__type"]["fields"]}
    assert not fields & {"email", "address", "sessions", "tokens"}
    # A name is first made of the address: whoever looks for its letters finds names alone.
    assert await names(community, filter={"name": "skills.test"}) == []
