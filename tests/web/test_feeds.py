"""Atom feeds, as a feed reader reads them."""

from xml.etree import ElementTree

import pytest

from service.activity.models import PublicEventKind
from service.web.feeds import _SAID
from tests.factories import Product, make_frame, make_skill
from tests.factories.community import Community, edit_skill, make_community

ATOM = "{http://www.w3.org/2005/Atom}"
OWN = ["all", "skills/progressive-delivery", "roles/release-engineer", "domains/test-domain"]
OTHERS = ["skills/other-skill", "roles/cook", "domains/other-domain"]


@pytest.fixture
async def community(product: Product) -> Community:
    made = await make_community(product)
    async with product.database.transaction() as session:
        other = await make_frame(session, slug="other", roles=("Cook",), is_default=False)
        await make_skill(session, other, name="Other Skill")
    await made.apply(edit_skill(name="<b>Gradual</b> & \x01slow"))
    await product.work()
    return made


async def feed(product: Product, name: str) -> ElementTree.Element:
    response = await product.client.get(f"/feeds/{name}.atom")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)


def texts(of: ElementTree.Element, path: str) -> list[str | None]:
    return [found.text for found in of.findall("/".join(ATOM + step for step in path.split("/")))]


@pytest.mark.parametrize("name", OWN)
async def test_a_feed_tells_what_happened_the_newest_first(community: Community, name: str) -> None:
    found = await feed(community.product, name)
    assert texts(found, "entry/title") == [
        "<b>Gradual</b> & \ufffdslow: changed (#1 Say it better)",
        "<b>Gradual</b> & \ufffdslow: proposed (#1 Say it better)",
    ]
    assert texts(found, "entry/author/name") == ["Reviewer", "Author"]
    assert texts(found, "entry/id") == ["tag:skills.test,2026:event/6", "tag:skills.test,2026:event/5"]
    assert texts(found, "updated") == texts(found, "entry/updated")[:1] == ["2026-11-23T12:00:00Z"]
    links = [link.get("href") for link in found.findall(f"{ATOM}entry/{ATOM}link")]
    assert links == ["http://skills.test/proposals/1"] * 2


@pytest.mark.parametrize("name", OTHERS)
async def test_a_feed_leaves_out_what_is_not_about_its_subject(community: Community, name: str) -> None:
    found = await feed(community.product, name)
    assert texts(found, "entry/id") == []
    assert texts(found, "id") == [f"tag:skills.test,2026:/feeds/{name}.atom"]


async def test_whoever_has_it_gets_no_more_than_that(community: Community) -> None:
    client = community.product.client
    etag = (await client.get("/feeds/all.atom")).headers["etag"]
    again = await client.get("/feeds/all.atom", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    await community.proposed(edit_skill(summary="Slowly."))
    await community.product.work()
    assert (await client.get("/feeds/all.atom", headers={"If-None-Match": etag})).status_code == 200


@pytest.mark.parametrize("kind", ["skills", "roles", "domains"])
async def test_there_is_no_feed_of_nothing(product: Product, kind: str) -> None:
    assert (await product.client.get(f"/feeds/{kind}/nothing.atom")).status_code == 404


def test_every_public_event_has_its_words() -> None:
    assert {kind.value for kind in _SAID} == {kind.value for kind in PublicEventKind}
