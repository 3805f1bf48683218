"""A browser sends its cookie with whatever page asks: what another site's page sends is refused, and writes nothing."""

from typing import Any

import httpx
import pytest

from service.settings import Settings
from tests.factories import Product
from tests.factories.browser import COOKIE, OWN, SITE, Browser
from tests.factories.community import WATCHER, Community, make_community
from tests.factories.contents import everything
from tests.factories.documents import VIEWER, WATCH
from tests.features.sign_in.conftest import LISTED

Json = dict[str, Any]
FOREIGN = {
    "another site": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    "a neighbour below the same domain": {"Origin": "https://x.skills.test", "Sec-Fetch-Site": "same-site"},
    "an old browser at another site": {"Origin": "https://evil.example"},
    "our name at another port": {"Origin": f"{SITE}:8443"},
    "our name without TLS": {"Origin": "http://skills.test", "Sec-Fetch-Site": "cross-site"},
    "our name as a part": {"Origin": f"{SITE}.evil.example"},
    "a page in a sandbox": {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    "nobody says": {},
    "no page at all": {"Sec-Fetch-Site": "none"},
    "the foreign page's own words": {"Referer": SITE, "X-Requested-With": "XMLHttpRequest"},
}
OURS = {
    "a page of ours": OWN,
    "a page that sends no referrer": {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    "a page of ours in an old browser": {"Origin": SITE},
    "a page of a listed origin": {"Origin": LISTED, "Sec-Fetch-Site": "same-site"},
}


@pytest.fixture
async def community(product: Product) -> Community:
    return await make_community(product)


async def watch(browser: Browser, community: Community, headers: dict[str, str]) -> httpx.Response:
    given = {"input": {"skillId": (await community.keys())["id"]}}
    return await browser.send(WATCH, given, headers=headers)


async def test_a_foreign_page_is_refused_and_writes_nothing(browser: Browser, community: Community) -> None:
    await browser.enter(WATCHER)
    before = await everything(browser.product.database)
    for whence, headers in FOREIGN.items():
        answer = await watch(browser, community, headers)
        assert answer.status_code == 403, whence
        assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["FORBIDDEN"]
        assert "data" not in answer.json()
    assert await everything(browser.product.database) == before


async def test_pages_are_opened_from_anywhere_by_whoever_is_signed_in(
    browser: Browser, community: Community
) -> None:
    await browser.enter(WATCHER)
    for whence, headers in FOREIGN.items():
        page = await browser.client.get("/skills/progressive-delivery", headers=headers)
        assert (page.status_code, "Sign out" in page.text) == (200, True), whence
        asked = {"query": VIEWER}
        assert (await browser.client.get("/graphql", params=asked, headers=headers)).status_code == 403


async def test_a_page_of_ours_is_served(browser: Browser, community: Community) -> None:
    await browser.enter(WATCHER)
    for whence, headers in OURS.items():
        answer = await watch(browser, community, headers)
        assert answer.json()["data"]["watchSkill"]["userErrors"] == [], whence


async def test_a_program_with_a_token_is_served_wherever_it_is(community: Community) -> None:
    key = (await community.keys())["id"]
    body = {"query": WATCH, "variables": {"input": {"skillId": key}}}
    for whence, said in FOREIGN.items():
        headers = said | {"Authorization": f"Bearer {community.watcher}"}
        answer = await community.product.client.post("/graphql", json=body, headers=headers)
        assert answer.json()["data"]["watchSkill"]["userErrors"] == [], whence


async def test_a_token_goes_before_a_cookie(browser: Browser, community: Community) -> None:
    await browser.enter("ada@skills.test")
    headers = {"Authorization": f"Bearer {community.watcher}"}
    assert (await browser.send(VIEWER, headers=headers)).json()["data"]["viewer"]["email"] == WATCHER


@pytest.mark.parametrize(
    "media_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
)
async def test_what_a_form_can_send_is_refused(
    browser: Browser, community: Community, media_type: str
) -> None:
    await browser.enter(WATCHER)
    key = (await community.keys())["id"]
    before = await everything(browser.product.database)
    body = f'{{"query": "mutation {{ watchSkill(input: {{skillId: \\"{key}\\"}}) {{ skill {{ id }} }} }}"}}'
    for headers in (OWN, FOREIGN["another site"]):
        answer = await browser.client.post(
            "/graphql", content=body, headers=headers | {"Content-Type": media_type}
        )
        assert answer.status_code == 415
    assert await everything(browser.product.database) == before


async def test_a_mutation_by_get_is_refused_with_a_cookie_too(browser: Browser, community: Community) -> None:
    await browser.enter(WATCHER)
    key = (await community.keys())["id"]
    query = f'mutation {{ watchSkill(input: {{skillId: "{key}"}}) {{ skill {{ id }} }} }}'
    before = await everything(browser.product.database)
    assert (await browser.client.get("/graphql", params={"query": query}, headers=OWN)).status_code == 405
    assert await everything(browser.product.database) == before


async def test_an_answer_to_a_cookie_is_kept_by_nobody(browser: Browser) -> None:
    await browser.enter(WATCHER)
    answer = await browser.client.get("/graphql", params={"query": VIEWER}, headers=OWN)
    assert answer.json()["data"]["viewer"] == {"email": WATCHER}
    assert answer.headers["cache-control"] == "private, no-store"


PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization, content-type",
}


async def test_a_listed_origin_may_ask_with_credentials_and_read_our_headers(browser: Browser) -> None:
    asked = await browser.client.options("/graphql", headers=PREFLIGHT | {"Origin": LISTED})
    assert asked.status_code == 200
    answer = await browser.client.post("/graphql", json={"query": VIEWER}, headers={"Origin": LISTED})
    for response in (asked, answer):
        assert response.headers["access-control-allow-origin"] == LISTED
        assert response.headers["access-control-allow-credentials"] == "true"
    exposed = answer.headers["access-control-expose-headers"].lower()
    assert {"etag", "x-request-id", "retry-after"} <= set(exposed.split(", "))


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{LISTED}.evil.example", SITE])
async def test_no_other_origin_is_let_in_nor_reflected(browser: Browser, origin: str) -> None:
    asked = await browser.client.options("/graphql", headers=PREFLIGHT | {"Origin": origin})
    assert asked.status_code == 400
    answer = await browser.client.post("/graphql", json={"query": VIEWER}, headers={"Origin": origin})
    for response in (asked, answer):
        assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize(
    "origins", ["*", "null", "https://*.skills.test", "https://docs.skills.test/path", "x"]
)
def test_the_list_holds_exact_origins_alone(settings: Settings, origins: str) -> None:
    with pytest.raises(ValueError, match="is no origin"):
        Settings(**settings.model_dump() | {"cors_origins": origins})


def test_the_cookies_names_are_exact() -> None:
    assert COOKIE == "__Host-skillprofile-session"
