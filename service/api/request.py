"""The parameters of a GraphQL request, out of a query string or a JSON body."""

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import Headers
from starlette.requests import Request

from service.api.body import read_body
from service.api.failures import Code, HttpError, RequestError
from service.api.limits import Limits

_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_QUERY_STRING_FIELDS = 50


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a client asks: a document, by its text or by a name for it, and what to run it with."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: dict[str, Any]
    extensions: dict[str, Any]

    @property
    def names_document(self) -> bool:
        """Whether the request carries a document, or the name of one."""
        return bool(self.query or self.document_id or "persistedQuery" in self.extensions)


def request_id_of(headers: Headers) -> str:
    """The client's own id for this request when it is a short plain token, else a new one."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else new_request_id()


def new_request_id() -> str:
    """An id for what a client has given none."""
    return secrets.token_hex(8)


def request_id_in(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The same out of the raw headers of a request."""
    for name, value in headers:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value.decode("latin-1")):
            return value
    return new_request_id().encode()


async def read_parameters(request: Request, limits: Limits) -> Parameters:
    """The parameters of a POST's body, or of a GET's query string.

    Raises:
        HttpError: the request can't be read as GraphQL over HTTP; its status says why.
        RequestError: the variables are too many, or hold what no text of ours may hold.
    """
    if request.method == "POST":
        parameters = _from_body(await read_body(request, limits))
    else:
        parameters = _from_query_string(request.scope["query_string"], limits)
    _check_variables(parameters.variables, limits)
    return parameters


def parameters_of(content: dict[str, Any], limits: Limits) -> Parameters:
    """The parameters of a message that has been decoded.

    Raises:
        RequestError: they are of the wrong types, too many, or hold what no text of ours may hold.
    """
    parameters = _checked(content)
    _check_variables(parameters.variables, limits)
    return parameters


def _from_body(body: bytes) -> Parameters:
    content = decoded(body, "The body")
    if isinstance(content, list):
        raise HttpError(
            400, "Several operations in one body are not answered: send each in a request of its own."
        )
    if not isinstance(content, dict):
        raise HttpError(400, 'The body must be a JSON object such as {"query": "{ __typename }"}.')
    return _checked(content)


def _from_query_string(query_string: bytes, limits: Limits) -> Parameters:
    if len(query_string) > limits.query_string_bytes:
        raise HttpError(
            414, f"The query string is longer than {limits.query_string_bytes:,} bytes: use POST."
        )
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_QUERY_STRING_FIELDS,
        )
    except ValueError:
        raise HttpError(
            400,
            f"The query string must be percent-encoded UTF-8 with at most {_QUERY_STRING_FIELDS} parameters.",
        ) from None
    content: dict[str, Any] = dict(pairs)
    if len(content) != len(pairs):
        raise HttpError(400, "The query string gives the same parameter twice.")
    for name in ("variables", "extensions"):
        if content.get(name):
            content[name] = decoded(content[name].encode(), f"The parameter `{name}`")
        else:
            content.pop(name, None)
    return _checked(content)


def decoded(text: bytes, what: str) -> object:
    """The JSON value, strictly: UTF-8, numbers that fit, no name twice in an object.

    Raises:
        HttpError: it is none; `what` begins the message.
    """
    try:
        value: object = orjson.loads(text)
        # Where a name stands twice, parsers differ in which one they take; what stands between us and the
        # client may have checked the other.
        _NAMED_ONCE.decode(text.decode())
    except orjson.JSONDecodeError as fault:
        reason = f"is not valid JSON in UTF-8: line {fault.lineno}, column {fault.colno}"
    except _NamedTwiceError as fault:
        reason = f"gives the name {fault} twice in one object"
    except RecursionError:
        reason = "is nested too deeply"
    else:
        return value
    raise HttpError(400, f"{what} {reason}.")


class _NamedTwiceError(Exception):
    """An object holds a name twice."""


def _named_once(pairs: list[tuple[str, object]]) -> None:
    if len(pairs) > 1 and len({name for name, _ in pairs}) < len(pairs):
        names = [name for name, _ in pairs]
        raise _NamedTwiceError(repr(next(name for name in names if names.count(name) > 1)[:100]))


_NAMED_ONCE = json.JSONDecoder(object_pairs_hook=_named_once)


def _checked(content: Mapping[str, Any]) -> Parameters:
    return Parameters(
        query=_text(content, "query"),
        document_id=_text(content, "documentId"),
        operation_name=_text(content, "operationName") or None,
        variables=_map(content, "variables"),
        extensions=_map(content, "extensions"),
    )


def _text(content: Mapping[str, Any], name: str) -> str | None:
    value = content.get(name)
    if value is None or isinstance(value, str):
        return value
    raise HttpError(400, f"The parameter `{name}` must be a string.")


def _map(content: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = content.get(name)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise HttpError(400, f"The parameter `{name}` must be a JSON object.")


def _check_variables(variables: dict[str, Any], limits: Limits) -> None:
    """Bound the work of coercion, and refuse NUL, which PostgreSQL's text can't hold."""
    count = 0
    waiting: list[object] = [variables]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict | list):
            count += len(value)
            if count > limits.values:
                raise RequestError(
                    f"The variables hold more than {limits.values:,} values. Ask in several requests.",
                    Code.COST_EXCEEDED,
                    limit={"name": "values", "limit": limits.values},
                )
            waiting += value.values() if isinstance(value, dict) else value
        elif isinstance(value, str) and "\0" in value:
            raise RequestError(
                "The variables hold the character NUL, which no text may.", Code.BAD_USER_INPUT
            )
