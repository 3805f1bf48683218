"""What a reader without a script sees, and what caches and search engines are told."""

import json
import re

import httpx
import pytest

from service.web.sending import page_policy
from tests.factories import Product
from tests.factories.community import Community, add, edit_skill


async def shown(product: Product, path: str, status: int = 200, headers: dict[str, str] | None = None) -> str:
    """The page's text without its tags."""
    page = await product.client.get(path, headers=headers)
    assert page.status_code == status, page.text
    body = re.sub(
        r"<style>.*?</style>|<script type=.application/json.*?</script>", "", page.text, flags=re.DOTALL
    )
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def first_of(page: httpx.Response) -> dict[str, object]:
    """What the page hands on to its script."""
    [block] = re.findall(r'<script type="application/json" id="first">(.*?)</script>', page.text, re.DOTALL)
    found: dict[str, object] = json.loads(block)
    return found


async def test_a_skill_is_whole_without_a_script(community: Community) -> None:
    text = await shown(
        community.product, "/skills/progressive-delivery", headers={"Accept-Language": "en-GB"}
    )
    for said in (
        "Domain Group Progressive Delivery",
        "Roles 2 where this skill appears",
        "Levels 5 structured growth path",
        "Mandatory requirements 10 the other 0 optional",
        "Last updated 17 March 2026 revision 1",
        "No proposals yet for Progressive Delivery",
    ):
        assert said in text
    rows = [row for step in (await community.skill())["levels"] for row in step["requirements"]]
    assert len(rows) == 10
    assert all(row["description"] in text for row in rows)


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("en-GB", "17 March 2026"),
        ("en-US", "March 17, 2026"),
        ("de", "17. März 2026"),
        ("fr", "March 17, 2026"),
    ],
)
async def test_dates_are_written_as_the_reader_writes_them(community: Community, tag: str, said: str) -> None:
    assert said in await shown(
        community.product, "/skills/progressive-delivery", headers={"Accept-Language": tag}
    )


async def test_what_comes_next_stands_in_the_address(community: Community) -> None:
    path = "/skills/progressive-delivery?role=platform-engineer&from=junior&to=senior"
    text = await shown(community.product, path)
    assert "Junior you are here" in text
    assert "Middle next Required Raised" in text
    top = await shown(community.product, "/skills/progressive-delivery?role=platform-engineer&from=principal")
    assert "This is the top of the ladder" in top


async def test_roles_are_compared_by_address(community: Community) -> None:
    path = "/skills/progressive-delivery?compare=platform-engineer&compare=release-engineer"
    assert "Only here" in await shown(community.product, path)
    assert "Only here" not in await shown(community.product, "/skills/progressive-delivery")


async def test_an_open_row_stands_in_the_address(community: Community) -> None:
    path = "/skills/progressive-delivery?row=junior.platform-engineer"
    assert "Last changed in revision 1." in await shown(community.product, path)


async def test_a_renamed_skill_redirects_with_its_query(community: Community) -> None:
    await community.apply(edit_skill(slug="gradual-delivery"))
    answer = await community.product.client.get("/skills/progressive-delivery?role=x")
    assert (answer.status_code, answer.headers["location"]) == (301, "/skills/gradual-delivery?role=x")


@pytest.mark.parametrize("path", ["/skills/none", "/roles/none", "/proposals/77", "/nowhere", "/proposals/x"])
async def test_an_address_of_nothing_has_a_search(product: Product, path: str) -> None:
    text = await shown(product, path, 404)
    assert "There is nothing here" in text
    assert 'name="search"' in (await product.client.get(path)).text


async def test_the_index_is_searched_and_narrowed(community: Community) -> None:
    product = community.product
    assert "1 skill " in await shown(product, "/?search=progressive&role=platform-engineer&level=junior")
    assert "Nothing found." in await shown(product, "/?search=nothing+of+the+kind")
    assert "<mark>canary</mark>" in (await product.client.get("/?search=canar")).text
    moved = await product.client.get("/skills?search=x")
    assert (moved.status_code, moved.headers["location"]) == (301, "/?search=x")


async def test_an_address_that_asks_for_what_cannot_be_says_so(product: Product) -> None:
    assert "200 characters" in await shown(product, f"/?search={'x' * 201}", 400)
    assert "This cannot be shown" in await shown(product, "/proposals?state=NONE", 400)


async def test_a_role_has_its_matrix_and_totals(community: Community) -> None:
    text = await shown(community.product, "/roles/platform-engineer")
    assert "Progressive Delivery Required Required Required Required Required" in text
    assert "Required 1 1 1 1 1 Optional 0 0 0 0 0" in text
    assert "Platform Engineer" in await shown(community.product, "/roles")


async def test_the_links_of_mails_lead_to_pages(community: Community) -> None:
    await community.proposed(add("site-reliability-engineer", "senior", description="Watches it."))
    product = community.product
    assert "Say it better" in await shown(product, "/proposals/1")
    assert "Watches it." in await shown(product, "/proposals/1")
    assert "Say it better" in await shown(product, "/proposals")
    assert "1 proposal " in await shown(product, "/proposals?skill=progressive-delivery&state=OPEN")
    assert "Say it better" in await shown(product, "/skills/progressive-delivery")


async def test_words_of_people_are_never_markup(community: Community) -> None:
    await community.apply(edit_skill(name="<script>alert(1)</script></title>", summary="</script><b>"))
    page = await community.product.client.get("/skills/progressive-delivery")
    assert "<script>alert" not in page.text
    assert "</script><b>" not in page.text
    skill = json.loads(json.dumps(first_of(page)))["answers"][0]["data"]["skill"]
    assert skill["summary"] == "</script><b>"


async def test_pages_take_nothing_from_elsewhere(community: Community) -> None:
    page = await community.product.client.get("/skills/progressive-delivery")
    assert page.headers["content-security-policy"] == page_policy()
    assert "unsafe" not in page_policy()
    assert "http" not in page_policy()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text.split("</head>")[0])
    assert [url for url in loaded if not url.startswith(("/assets/", "http://skills.test/"))] == []
    assert re.search(r"<script(?![^>]*(src=|application/json))|\son\w+=|style=", page.text) is None


async def test_a_page_is_kept_by_its_tag_and_a_persons_by_nobody(community: Community) -> None:
    client = community.product.client
    page = await client.get("/skills/progressive-delivery")
    again = await client.get("/skills/progressive-delivery", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304
    assert "Cookie" in page.headers["vary"]
    own = await client.get("/", headers={"Authorization": f"Bearer {community.author}"})
    assert own.headers["cache-control"] == "private, no-store"
    assert "etag" not in own.headers
    await community.apply(edit_skill(summary="Another."))
    fresh = await client.get("/skills/progressive-delivery", headers={"If-None-Match": page.headers["etag"]})
    assert "Another." in fresh.text


async def test_a_choice_of_language_is_kept_and_leads_back(product: Product) -> None:
    chosen = await product.client.get("/language/de?back=/roles?x=1")
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/roles?x=1")
    assert "language=de" in chosen.headers["set-cookie"]
    assert "Rollen" in await shown(product, "/roles", headers={"Cookie": "language=de"})


@pytest.mark.parametrize(
    "back", ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", ""]
)
async def test_a_choice_of_language_leads_nowhere_else(product: Product, back: str) -> None:
    chosen = await product.client.get("/language/xx", params={"back": back})
    assert chosen.headers["location"] == "/"
    assert "set-cookie" not in chosen.headers
