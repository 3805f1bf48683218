"""A person's page, and the names that lead there."""

import re

from tests.factories.comments import moderator, person_id
from tests.factories.community import AUTHOR, Community, edit_skill
from tests.web.test_pages import shown

SKILL = "/skills/progressive-delivery"
DELETE = "mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { isDeleted } }"


async def place_of(community: Community, token: str) -> str:
    """The address of the page of the token's person."""
    return f"/people/{await person_id(community, token)}"


async def test_a_person_has_a_page_with_what_they_did_and_nothing_that_is_their_own(
    community: Community,
) -> None:
    await community.apply(edit_skill(summary="Another."))
    await community.watch(token=community.author)
    product = community.product
    text = await shown(product, await place_of(community, community.author))
    for said in (
        "Author 1 accepted proposal Last changes",
        "Progressive Delivery revision 2 ·",
        "1 proposal Accepted #1 · Progressive Delivery Say it better",
    ):
        assert said in text
    reviewer = await shown(product, await place_of(community, community.reviewer))
    assert "Reviewer 0 accepted proposals Reviews proposals in Domain" in reviewer
    assert "No change of theirs has been applied yet." in reviewer
    page = await product.client.get(await place_of(community, community.author))
    assert AUTHOR not in page.text
    assert "watch" not in re.sub(r"<style>.*?</style>", "", page.text, flags=re.DOTALL).lower()


async def test_what_somebody_may_do_is_shown_to_moderators_alone(community: Community) -> None:
    path, client = await place_of(community, community.reviewer), community.product.client
    for token, is_shown in ((await moderator(community), True), (community.author, False)):
        page = await client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert ('<span class="badge depth">Reviewer</span>' in page.text) is is_shown


async def test_names_lead_there_wherever_they_stand(community: Community) -> None:
    await community.apply(edit_skill(summary="Another."))
    await community.proposed(edit_skill(summary="Still open."))
    client = community.product.client
    author, reviewer = [
        f'<a href="{await place_of(community, token)}">' for token in (community.author, community.reviewer)
    ]
    for path, links in (
        (SKILL, {author}),
        (f"{SKILL}/history", {author}),
        ("/proposals", {author}),
        ("/proposals/1", {author, reviewer}),
    ):
        page = (await client.get(path)).text
        assert {link for link in (author, reviewer) if link in page} == links, path


async def test_whose_account_is_gone_has_none_and_no_name_leads_there(community: Community) -> None:
    await community.apply(edit_skill(summary="Another."))
    path = await place_of(community, community.author)
    await community.product.run(DELETE, {"input": {"email": AUTHOR}}, token=community.author)
    assert "There is nothing here" in await shown(community.product, path, 404)
    for where in (SKILL, f"{SKILL}/history", "/proposals", "/proposals/1"):
        page = await community.product.client.get(where)
        assert path not in page.text.split("<footer")[0], where
    assert "a former member" in await shown(community.product, "/proposals/1")
    german = await shown(community.product, "/proposals/1", headers={"Accept-Language": "de"})
    assert "ein ehemaliges Mitglied" in german


async def test_nobody_is_there_by_an_id_of_nothing(community: Community) -> None:
    skill = (await community.keys())["id"]
    for key in ("1", skill, "MTpQZXJzb246OTk5"):
        assert "There is nothing here" in await shown(community.product, f"/people/{key}", 404)
