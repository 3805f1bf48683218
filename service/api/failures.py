"""Request errors: what goes wrong with a request, told to the client without a word of the inside.

Everything that leaves as `errors` passes here. A client's fault keeps its message, clipped and freed of
Python's own texts; a fault of ours is logged with its traceback under the request's id and leaves as that id
alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

import structlog
from graphql import FieldNode, GraphQLError
from strawberry.exceptions import StrawberryInputCoercionError

from service.api.scalars import to_text
from service.errors import DomainError, NotAllowed, RateLimited

log = structlog.get_logger()

_ECHO_CHARACTERS = 100  # of a client's value that a message repeats
_MESSAGE_CHARACTERS = 500


class Code(StrEnum):
    """`extensions.code`: part of the public contract."""

    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
    COST_EXCEEDED = "COST_EXCEEDED"
    RATE_LIMITED = "RATE_LIMITED"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


_CODES = frozenset(code.value for code in Code)


class RequestError(Exception):
    """A fault that the client is told about, in these words and with this code.

    Raised by a resolver it is the error of its field; raised before execution it is the answer.
    """

    def __init__(self, message: str, code: Code, **extensions: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.extensions: dict[str, object] = {**extensions, "code": code.value}


class HttpError(RequestError):
    """A fault of the HTTP request itself: its status stands whatever the answer's media type."""

    def __init__(
        self,
        status: int,
        message: str,
        code: Code = Code.BAD_USER_INPUT,
        *,
        headers: Mapping[str, str] | None = None,
        **extensions: object,
    ) -> None:
        super().__init__(message, code, **extensions)
        self.status = status
        self.headers = dict(headers or {})


class Refused(RequestError):
    """A document or variables that GraphQL refuses, with one or several errors of one code."""

    def __init__(self, errors: Sequence[GraphQLError], code: Code) -> None:
        super().__init__(f"{len(errors)} errors", code)
        self.errors = errors


class Unheard(RequestError):
    """A subscription that its own resolver refused, with the errors as a client may read them."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(f"{len(errors)} errors", Code.BAD_USER_INPUT)
        self.shown = errors


def request_error(error: DomainError) -> RequestError:
    """A domain error that no mutation has made a part of its payload; `reason` is its own code."""
    if isinstance(error, RateLimited):
        return RequestError(error.message, Code.RATE_LIMITED, resetAt=to_text(error.reset_at))
    code = Code.FORBIDDEN if isinstance(error, NotAllowed) else Code.BAD_USER_INPUT
    return RequestError(error.message, code, reason=error.code)


class Masking:
    """Turns the errors of one request into what its client may read.

    `request_id` is the thread from the client's screen to the log. With `debug` the name and text of an
    unexpected exception are shown; never its traceback.
    """

    def __init__(self, request_id: str, *, debug: bool = False) -> None:
        self._request_id = request_id
        self._debug = debug

    def of_request(self, error: RequestError) -> list[dict[str, Any]]:
        """A request that was not executed."""
        if isinstance(error, Unheard):
            return error.shown
        if isinstance(error, Refused):
            return [self._shown(_place(one), in_public_words(one), error.extensions) for one in error.errors]
        return [self._shown({}, error.message, error.extensions)]

    def of_fields(self, errors: Sequence[GraphQLError], operation: str | None) -> list[dict[str, Any]]:
        """Fields whose resolvers failed. What is ours to mend is logged, each kind of it once."""
        logged: set[str] = set()
        shown = []
        for error in errors:
            told = _told(error)
            if told is None:
                cause = _cause(error)
                kind = repr(cause)
                if kind not in logged:
                    logged.add(kind)
                    log.error(
                        "resolver failed",
                        operation=operation,
                        path=error.path,
                        exc_info=cause,
                        **self._thread,
                    )
                told = self._masked(cause)
            shown.append(self._shown(_place(error), *told))
        return shown

    def of_crash(self, error: Exception) -> list[dict[str, Any]]:
        """Something broke outside any resolver."""
        log.error("request failed", exc_info=error, **self._thread)
        return [self._shown({}, *self._masked(error))]

    @property
    def _thread(self) -> dict[str, str]:
        return {"request_id": self._request_id}

    def _masked(self, error: Exception) -> tuple[str, dict[str, object]]:
        message = "Internal error; tell us the request id"
        if self._debug:
            message = f"{message} ({type(error).__name__}: {error})"
        return message, {"code": Code.INTERNAL_SERVER_ERROR.value}

    def _shown(
        self, place: Mapping[str, Any], message: str, extensions: Mapping[str, object]
    ) -> dict[str, Any]:
        return {
            "message": clipped(message, _MESSAGE_CHARACTERS),
            **place,
            "extensions": {**extensions, "requestId": self._request_id},
        }


def _place(error: GraphQLError) -> dict[str, Any]:
    """`locations` and `path`, where there are any."""
    formatted: Mapping[str, Any] = error.formatted
    return {key: formatted[key] for key in ("locations", "path") if key in formatted}


def _told(error: GraphQLError) -> tuple[str, dict[str, object]] | None:
    """Message and extensions of a field's error that the client may read, or None when it is ours."""
    cause = _cause(error)
    if isinstance(cause, RequestError):
        return cause.message, cause.extensions
    if isinstance(cause, DomainError):
        told = request_error(cause)
        return told.message, told.extensions
    if isinstance(cause, GraphQLError) and (cause.extensions or {}).get("code") in _CODES:
        return cause.message, dict(cause.extensions or {})
    if _blames_input(error, cause):
        return in_public_words(error), {"code": Code.BAD_USER_INPUT.value}
    return None


def _blames_input(error: GraphQLError, cause: Exception) -> bool:
    # GraphQL points at the argument or value when that is at fault, and at the field when its resolver is.
    points_at_value = any(not isinstance(node, FieldNode) for node in error.nodes or ())
    return points_at_value or isinstance(cause, StrawberryInputCoercionError)


def _cause(error: GraphQLError) -> Exception:
    """The exception that a resolver raised, out of the wrappings that GraphQL puts around it."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def in_public_words(error: GraphQLError) -> str:
    """The message of a client's error without Python's own texts and without long values.

    GraphQL and Strawberry put what a scalar raised ("invalid literal for int() …") into theirs.
    """
    message = error.message
    for text in map(str, _foreign_causes(error)):
        message = message.replace(f", but encountered error '{text}'; found", ", found")
        if len(text) > 3:  # less than that says nothing, and stands in any sentence
            message = message.replace(text, "").rstrip()
    if "'Maybe[" in message:  # Strawberry's advice to the schema's author
        return "null is not accepted here; leave the field out instead."
    message = message.replace("not to be None", "not to be null")
    return _with_short_values(message)


def _with_short_values(message: str) -> str:
    for pattern in (_LAST_VALUE, _QUOTED, _UNBROKEN):
        message = pattern.sub(
            lambda found: found[1] + clipped(found[2], _ECHO_CHARACTERS) + found[3], message
        )
    return message


# The ways in which GraphQL's messages repeat what was sent: before, the value, behind.
_LAST_VALUE = re.compile(r"((?<!invalid )value: |[Ff]ound: )(.{101,})(\Z)", re.DOTALL)
_QUOTED = re.compile(r"""(?<!\w)(['"])((?:(?!\1).){101,})(\1)(?!\w)""", re.DOTALL)
_UNBROKEN = re.compile(r"()(\S{110,})()")


def _foreign_causes(error: BaseException) -> Iterator[BaseException]:
    """Every exception behind the error that is not written for clients."""
    seen = {id(error)}
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop()
        if current is None:
            continue
        if not isinstance(current, GraphQLError | RequestError | DomainError):
            yield current
        # `raise … from None` hides the context from a traceback, not from the message it was written into.
        behind = [getattr(current, "original_error", None), current.__cause__, current.__context__]
        waiting += [one for one in behind if one is not None and id(one) not in seen]
        seen.update(map(id, behind))


def clipped(text: str, characters: int) -> str:
    """The text, cut to so many characters with a sign that it was."""
    return text if len(text) <= characters else f"{text[: characters - 1]}…"
