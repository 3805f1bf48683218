"""GraphQL over HTTP: methods, media types, status codes, request ids."""

from typing import Any

import pytest
import strawberry
from starlette.requests import Request
from starlette.types import Message
from strawberry.extensions import ParserCache

from service.api.failures import Code, HttpError, RequestError
from service.api.http import GraphQLApp
from service.errors import DomainError, NotAllowed
from tests.api.asking import GRAPHQL, JSON, Shop, codes


@strawberry.type
class Greeting:
    """A query of one field."""

    hello: str


CODES = {401: Code.UNAUTHENTICATED, 403: Code.FORBIDDEN, 429: Code.RATE_LIMITED}


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.mark.parametrize("media_type", [JSON, GRAPHQL])
async def test_an_answer_comes_as_the_wanted_type_in_utf_8(shop: Shop, media_type: str) -> None:
    response = await shop.post({"query": '{ hello(name: "Zoë 🏃") }'}, accept=media_type)
    assert response.status_code == 200
    assert response.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert response.content.decode() == (
        '{"data":{"hello":"Hello Zoë 🏃"},"extensions":{"cost":{"requested":1,"limit":100000}}}'
    )


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($number: Int!) { book(number: $number) { title } }", "BAD_USER_INPUT"),
        ("query A { hello } query B { hello }", "BAD_USER_INPUT"),
        ("{ books(first: 1000000) { nodes { title } } }", "COST_EXCEEDED"),
        ("subscription { ticks }", "BAD_USER_INPUT"),
    ],
)
async def test_a_refused_document_is_400_as_graphql_and_has_no_data(
    shop: Shop, query: str, code: str
) -> None:
    response = await shop.post({"query": query}, accept=GRAPHQL)
    assert response.status_code == 400
    assert "data" not in response.json()
    assert codes(response.json()) == [code]
    assert response.headers["content-type"].startswith(GRAPHQL)
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("query", ["{", "{ nothing }", "query($n: Int!) { book(number: $n) { title } }"])
async def test_a_refused_document_is_200_as_plain_json(shop: Shop, query: str) -> None:
    response = await shop.post({"query": query}, accept=JSON)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(JSON)
    assert len(codes(response.json())) == 1


async def test_nothing_wanted_that_is_spoken_is_406(shop: Shop) -> None:
    response = await shop.post({"query": "{ hello }"}, accept="multipart/mixed")
    assert response.status_code == 406
    assert GRAPHQL in response.json()["errors"][0]["message"]
    assert (await shop.get("multipart/mixed", query="{ hello }")).status_code == 406
    assert (await shop.post({"query": "{ hello }"}, accept="text/html")).status_code == 406


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_other_methods_are_405_and_name_the_right_ones(shop: Shop, method: str) -> None:
    async with shop.client() as client:
        response = await client.request(method, "/graphql", json={"query": "{ hello }"})
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST"
    assert codes(response.json()) == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/graphql",
        "application/json; charset=utf-16",
        "application/jsonx",
        "",
    ],
)
async def test_a_body_of_another_type_is_415(shop: Shop, content_type: str) -> None:
    response = await shop.post(b'{"query": "mutation { buy(number: 1) { id } }"}', content_type=content_type)
    assert response.status_code == 415
    assert "application/json" in response.json()["errors"][0]["message"]
    assert shop.bought == []


async def test_a_body_without_a_type_is_415(shop: Shop) -> None:
    async with shop.client() as client:
        response = await client.post("/graphql", content=b'{"query": "{ hello }"}')
    assert response.status_code == 415


@pytest.mark.parametrize(
    "content_type", ["application/json;charset=UTF-8", 'Application/JSON; charset="utf-8"']
)
async def test_json_may_name_its_charset(shop: Shop, content_type: str) -> None:
    response = await shop.post(b'{"query": "{ hello }"}', content_type=content_type)
    assert response.json()["data"] == {"hello": "Hello world"}


@pytest.mark.parametrize(
    "parameters",
    [
        {"query": {"an": "object"}},
        {"query": "{ hello }", "operationName": 1},
        {"query": "{ hello }", "variables": "x"},
        {"query": "{ hello }", "variables": []},
        {"query": "{ hello }", "extensions": False},
        {"query": "{ hello }", "documentId": 7},
        {"qeury": "{ hello }"},
    ],
)
async def test_parameters_of_a_wrong_type_are_400_whatever_is_wanted(
    shop: Shop, parameters: dict[str, Any]
) -> None:
    for accept in (JSON, GRAPHQL):
        response = await shop.post(parameters, accept=accept)
        assert response.status_code == 400
        assert codes(response.json()) == ["BAD_USER_INPUT"]


async def test_nulls_and_a_blank_operation_name_count_as_absent(shop: Shop) -> None:
    answer = await shop.ask("query A { hello }", variables=None, extensions=None, operationName="")
    assert answer["data"] == {"hello": "Hello world"}


async def test_the_named_operation_runs(shop: Shop) -> None:
    query = "query A { hello } query B { book(number: 1) { title } }"
    assert (await shop.ask(query, operationName="B"))["data"] == {"book": {"title": "Book 1"}}
    unknown = await shop.ask(query, operationName="C" * 5_000)
    assert codes(unknown) == ["BAD_USER_INPUT"]
    assert "'A', 'B'" in unknown["errors"][0]["message"]
    assert len(unknown["errors"][0]["message"]) < 300


async def test_a_request_id_is_taken_over_when_it_is_a_plain_token(shop: Shop) -> None:
    mine = await shop.post({"query": "{"}, x_request_id="trace-01.A_b")
    assert mine.headers["x-request-id"] == "trace-01.A_b"
    assert mine.json()["errors"][0]["extensions"]["requestId"] == "trace-01.A_b"
    await shop.post({"query": "{ hello }"}, x_request_id="trace-02")
    assert shop.request is not None
    assert shop.request.state.request_id == "trace-02"


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>", "-x", "a,b"])
async def test_any_other_request_id_is_replaced(shop: Shop, given: str) -> None:
    made = {
        (await shop.post({"query": "{ hello }"}, x_request_id=given)).headers["x-request-id"] for _ in "12"
    }
    assert len(made) == 2
    assert given not in made


@pytest.mark.parametrize(
    ("refusal", "status", "header"),
    [
        (RequestError("The token is not known.", Code.UNAUTHENTICATED), 401, ("www-authenticate", "Bearer")),
        (RequestError("You are suspended.", Code.FORBIDDEN), 403, None),
        (
            HttpError(429, "Slowly.", Code.RATE_LIMITED, headers={"Retry-After": "7"}),
            429,
            ("retry-after", "7"),
        ),
        (RequestError("Slowly.", Code.RATE_LIMITED), 429, None),
        (NotAllowed("You are suspended."), 403, None),
    ],
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_refusal_by_the_context_has_its_status(
    accept: str, refusal: RequestError | DomainError, status: int, header: tuple[str, str] | None
) -> None:
    response = await Shop(refuses=refusal).post({"query": "{ hello }"}, accept=accept)
    assert response.status_code == status
    assert codes(response.json()) == [CODES[status]]
    assert response.json()["errors"][0]["message"] == refusal.message
    if header:
        assert response.headers[header[0]] == header[1]


async def test_an_invalid_document_never_reaches_the_context(shop: Shop) -> None:
    await shop.post({"query": "{ nothing }"})
    assert shop.request is None


async def test_a_websocket_is_closed_before_it_opens(shop: Shop) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": "/graphql", "query_string": b"", "headers": [], "subprotocols": []}
    await shop.app(scope, receive, send)
    assert [message["type"] for message in sent] == ["websocket.close"]


async def test_a_schema_with_extensions_is_refused_at_the_start() -> None:
    async def context(request: Request) -> None:
        return None

    extended = strawberry.Schema(Greeting, extensions=[ParserCache])
    with pytest.raises(ValueError, match="ParserCache"):
        GraphQLApp(extended, context=context)
