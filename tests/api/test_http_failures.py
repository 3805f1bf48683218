"""What a client reads of a failure, and what the log does."""

from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLError
from structlog.testing import capture_logs
from structlog.typing import EventDict

from service.api.failures import in_public_words
from tests.api.asking import GRAPHQL, JSON, Shop, codes

MASKED = "Internal error; tell us the request id"
ONE_OF = (
    "Within OneOf Input Object type 'Choice', exactly one field must be specified, and the value for that field "
    "must be non-null."
)
SECRET = "secret of the house"


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def logs() -> Iterator[list[EventDict]]:
    with capture_logs() as entries:
        yield entries


@pytest.mark.parametrize(
    ("what", "message", "extensions"),
    [
        ("request", "Sign in first.", {"code": "UNAUTHENTICATED", "hint": "token"}),
        ("absent", "There is no such book.", {"code": "BAD_USER_INPUT", "reason": "NOT_FOUND"}),
        ("conflict", "Somebody was faster.", {"code": "BAD_USER_INPUT", "reason": "CONFLICT"}),
        ("forbidden", "That is not your book.", {"code": "FORBIDDEN", "reason": "NOT_YOURS"}),
        ("coded", "Not today.", {"code": "RATE_LIMITED"}),
    ],
)
async def test_a_fault_of_the_client_is_told_and_not_logged(
    shop: Shop, logs: list[EventDict], what: str, message: str, extensions: dict[str, Any]
) -> None:
    answer = await shop.ask("query($what: String!) { hello raising(what: $what) }", variables={"what": what})
    assert answer["data"] == {"hello": "Hello world", "raising": None}
    (error,) = answer["errors"]
    assert error["message"] == message
    assert error["path"] == ["raising"]
    assert error["locations"] == [{"line": 1, "column": 31}]
    assert error["extensions"].pop("requestId")
    assert error["extensions"] == extensions
    assert logs == []


async def test_a_fault_of_ours_is_masked_and_logged_with_its_traceback(
    shop: Shop, logs: list[EventDict]
) -> None:
    response = await shop.post({"query": "query Asked { a: raising hello }"}, x_request_id="trace-1")
    (error,) = response.json()["errors"]
    assert error["message"] == MASKED
    assert error["extensions"] == {"code": "INTERNAL_SERVER_ERROR", "requestId": "trace-1"}
    assert SECRET not in response.text
    (entry,) = logs
    assert entry["log_level"] == "error"
    assert entry["request_id"] == "trace-1"
    assert entry["operation"] == "Asked"
    assert entry["path"] == ["a"]
    assert isinstance(entry["exc_info"], ValueError)
    assert entry["exc_info"].__traceback__ is not None


async def test_the_same_fault_in_every_member_is_logged_once(shop: Shop, logs: list[EventDict]) -> None:
    answer = await shop.ask("{ raisingOften { value } }")
    assert [error["message"] for error in answer["errors"]] == [MASKED] * 5
    assert [error["path"] for error in answer["errors"]] == [["raisingOften", n, "value"] for n in range(5)]
    assert len(logs) == 1


@pytest.mark.parametrize("query", ["{ wrong }", "{ strict }"])
async def test_a_null_where_none_may_be_is_200_with_masked_errors(
    shop: Shop, logs: list[EventDict], query: str
) -> None:
    response = await shop.post({"query": query}, accept=GRAPHQL)
    assert response.status_code == 200
    assert response.json()["data"] is None
    assert response.json()["errors"][0]["message"] == MASKED
    assert len(logs) == 1


async def test_debug_shows_the_exception_and_no_traceback() -> None:
    with capture_logs():
        answer = await Shop(debug=True).ask("{ raising }")
    assert answer["errors"][0]["message"] == f"{MASKED} (ValueError: {SECRET})"


@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_crash_outside_any_resolver_is_500(logs: list[EventDict], accept: str) -> None:
    response = await Shop(refuses=ZeroDivisionError(SECRET)).post({"query": "{ hello }"}, accept=accept)
    assert response.status_code == 500
    assert codes(response.json()) == ["INTERNAL_SERVER_ERROR"]
    assert response.headers["content-type"].startswith(accept)
    assert SECRET not in response.text
    (entry,) = logs
    assert entry["request_id"] == response.headers["x-request-id"]


async def test_a_timeout_inside_the_work_is_not_taken_for_ours(logs: list[EventDict]) -> None:
    response = await Shop(refuses=TimeoutError(SECRET)).post({"query": "{ hello }"})
    assert response.status_code == 500
    assert len(logs) == 1


async def test_an_answer_that_is_no_json_is_500(logs: list[EventDict], shop: Shop) -> None:
    response = await shop.post({"query": "{ huge }"})
    assert response.status_code == 500
    assert len(logs) == 1


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        ('{ on(day: "2020") }', None, 'Value cannot represent a Date: "2020".'),
        (
            "query($d: Date!) { on(day: $d) }",
            {"d": "2020"},
            "Variable '$d' has invalid value: Value cannot represent a Date: \"2020\".",
        ),
        ('{ half(of: "x") }', None, "Expected value of type 'Even', found: \"x\"."),
        (
            "query($e: Even!) { half(of: $e) }",
            {"e": "x"},
            "Variable '$e' has invalid value: Expected value of type 'Even', found: 'x'.",
        ),
        ("{ half(of: 3) }", None, "An even number is needed, not 3."),
        (
            "query($c: Choice!) { find(choice: $c) }",
            {"c": {"byTitle": "x", "byNumber": 1}},
            "Variable '$c' has invalid value: " + ONE_OF,
        ),
        (
            "query($n: Int!) { book(number: $n) { id } }",
            {"n": None},
            "Variable '$n' has invalid value: Expected value of non-null type 'Int!' not to be null.",
        ),
    ],
)
async def test_a_value_that_does_not_coerce_is_told_without_pythons_words(
    shop: Shop, logs: list[EventDict], query: str, variables: dict[str, Any] | None, message: str
) -> None:
    answer = await shop.ask(query, variables=variables)
    assert [error["message"] for error in answer["errors"]] == [message]
    assert "data" not in answer
    assert logs == []


@pytest.mark.parametrize("place", ["variable", "literal", "fragment before", "fragment behind"])
async def test_one_of_takes_a_variable_anywhere(shop: Shop, place: str) -> None:
    ask = "find(choice: {byTitle: $title})"
    fragment = f"fragment F on Query {{ {ask} }} "
    query = {
        "variable": "query($choice: Choice!, $title: String) { find(choice: $choice) hello(name: $title) }",
        "literal": f"query($title: String!) {{ {ask} }}",
        "fragment before": fragment + "query($title: String!) { ...F }",
        "fragment behind": "query($title: String!) { ...F } " + fragment,
    }[place]
    answer = await shop.ask(query, variables={"title": "x", "choice": {"byTitle": "x"}})
    assert answer["data"]["find"] == "found"


async def test_null_in_a_field_that_may_only_be_left_out_is_told_in_our_words(shop: Shop) -> None:
    for query, variables in (
        ("{ note(text: null) }", None),
        ("query($t: String) { note(text: $t) }", {"t": None}),
    ):
        answer = await shop.ask(query, variables=variables)
        assert answer["errors"][0]["message"] == "null is not accepted here; leave the field out instead."


async def test_a_null_variable_for_an_argument_that_has_a_default_is_the_clients_fault(
    shop: Shop, logs: list[EventDict]
) -> None:
    answer = await shop.ask('query($name: String = "a") { hello(name: $name) }', variables={"name": None})
    assert codes(answer) == ["BAD_USER_INPUT"]
    assert logs == []


@pytest.mark.parametrize(
    "value",
    ["x" * 5_000, "two words " * 500, '"' * 5_000, "'" * 5_000, {"a b": "c d " * 900}, [["a b "] * 99] * 9],
)
async def test_a_long_value_is_never_repeated_whole(shop: Shop, value: object) -> None:
    answer = await shop.ask(
        "query($number: Int!) { book(number: $number) { id } }", variables={"number": value}
    )
    (error,) = answer["errors"]
    assert error["message"].startswith(
        "Variable '$number' has invalid value: Int cannot represent non-integer"
    )
    assert len(error["message"]) < 200


def test_short_values_and_our_own_prose_stay_whole() -> None:
    prose = "You can't take what isn't yours " * 5 + "'quoted'; found: 'short'."
    assert in_public_words(GraphQLError(prose)) == prose


async def test_a_long_message_of_ours_is_cut(shop: Shop) -> None:
    answer = await shop.ask('{ raising(what: "long") }')
    assert len(answer["errors"][0]["message"]) == 500
