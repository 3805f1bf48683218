"""GET: reads that browsers, proxies and content delivery networks may keep."""

import pytest

from service.api.limits import Limits
from tests.api.asking import GRAPHQL, JSON, Shop, codes

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.fixture
def shop() -> Shop:
    return Shop()


async def test_a_query_by_get_takes_variables_and_a_name(shop: Shop) -> None:
    response = await shop.get(
        query="query A($name: String) { hello(name: $name) }",
        variables='{"name": "Zoë & Co"}',
        operationName="A",
        extensions="",
    )
    assert response.json()["data"] == {"hello": "Hello Zoë & Co"}


async def test_a_mutation_by_get_is_405_and_does_nothing(shop: Shop) -> None:
    for accept in (JSON, GRAPHQL):
        response = await shop.get(accept, query="mutation { buy(number: 1) { id } }")
        assert response.status_code == 405
        assert response.headers["allow"] == "POST"
    assert shop.bought == []
    assert (await shop.ask("mutation { buy(number: 1) { title } }"))["data"] == {"buy": {"title": "Book 1"}}
    assert shop.bought == [1]


@pytest.mark.parametrize(
    "query_string",
    [
        "query=%7Bhello%7D&query=%7Bhello%7D",
        "query=%ff",
        "query=%7Bhello%7D&variables=%7B",
        "query=%7Bhello%7D&variables=1",
        "query=%7Bhello%7D&" + "&".join(f"a{number}=1" for number in range(60)),
        "",
    ],
)
async def test_a_query_string_that_is_no_request_is_400(shop: Shop, query_string: str) -> None:
    async with shop.client() as client:
        response = await client.get(f"/graphql?{query_string}")
    assert response.status_code == 400
    assert codes(response.json()) == ["BAD_USER_INPUT"]


async def test_a_query_string_that_is_too_long_is_414() -> None:
    shop = Shop(limits=Limits(query_string_bytes=30))
    assert (await shop.get(query="{ hello }")).status_code == 200
    response = await shop.get(query="{ hello }", variables=" " * 30)
    assert response.status_code == 414
    assert "use POST" in response.json()["errors"][0]["message"]


async def test_an_anonymous_get_may_be_kept_and_asked_for_again(shop: Shop) -> None:
    first = await shop.get(query="{ hello }")
    assert first.headers["cache-control"] == "public, max-age=0, s-maxage=5"
    assert {"Accept", "Authorization", "Cookie", "Origin"} == set(first.headers["vary"].split(", "))
    etag = first.headers["etag"]
    assert etag.startswith('"')
    assert first.headers["content-type"].startswith(JSON)

    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await shop.get(query="{ hello }", headers={"if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
        assert again.headers["cache-control"] == "public, max-age=0, s-maxage=5"
        assert "content-type" not in again.headers
    assert (await shop.get(query="{ hello }", headers={"if-none-match": '"other"'})).status_code == 200

    other_type = await shop.get(GRAPHQL, query="{ hello }")
    other_body = await shop.get(query='{ hello(name: "you") }')
    assert len({etag, other_type.headers["etag"], other_body.headers["etag"]}) == 3


@pytest.mark.parametrize("credential", [{"authorization": "Bearer x"}, {"cookie": "session=x"}])
async def test_a_get_with_a_credential_is_nobody_elses(shop: Shop, credential: dict[str, str]) -> None:
    response = await shop.get(query="{ hello }", headers=credential)
    assert response.headers["cache-control"] == "private, no-store"


async def test_what_went_wrong_and_what_was_posted_is_never_kept(shop: Shop) -> None:
    for response in (
        await shop.get(query='{ raising(what: "absent") hello }'),
        await shop.get(query="{"),
        await shop.post({"query": "{ hello }"}),
    ):
        assert response.headers["cache-control"] == "no-store"
        assert "etag" not in response.headers


async def test_head_is_get_without_the_body(shop: Shop) -> None:
    async with shop.client() as client:
        head = await client.head("/graphql", params={"query": "{ hello }"})
    got = await shop.get(query="{ hello }")
    assert head.status_code == 200
    assert head.headers["etag"] == got.headers["etag"]


async def test_a_browser_sees_a_notice_that_leads_to_the_schema(shop: Shop) -> None:
    for accept in (BROWSER, "text/html"):
        page = await shop.get(accept)
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert '<a href="/schema.graphql">' in page.text
    asked = await shop.get(BROWSER, query="{ hello }")
    assert asked.json()["data"] == {"hello": "Hello world"}


async def test_the_freshness_of_a_get_is_a_limit() -> None:
    response = await Shop(limits=Limits(fresh_seconds=60)).get(query="{ hello }")
    assert response.headers["cache-control"] == "public, max-age=0, s-maxage=60"
