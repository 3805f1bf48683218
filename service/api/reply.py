"""HTTP responses: status, media type, validators and caching of a GraphQL answer."""

import hashlib
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from service.api.execution import Answer
from service.api.failures import Code, HttpError, RequestError
from service.api.live.frames import HEADERS as EVENT_HEADERS
from service.api.live.frames import whole_stream
from service.api.negotiation import MediaType

METHODS = ("GET", "HEAD", "POST")

# Refusals that HTTP has a status for; clients and caches know it without reading the body.
_STATUS = {
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.RATE_LIMITED: 429,
    Code.INTERNAL_SERVER_ERROR: 500,
}
_NO_STORE = "no-store"
_VARY = "Accept, Authorization, Cookie, Origin"

_NOTICE = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>GraphQL endpoint</title>
<h1>This is a GraphQL endpoint</h1>
<p>Programs send it queries by POST as <code>application/json</code>, or by GET.
<p>What can be asked stands in <a href="/schema.graphql">the schema</a>.
</html>
"""


def answered(answer: Answer, request: Request, media_type: MediaType, *, fresh_seconds: int) -> Response:
    """The response for a call that was executed. A GET's may be kept and asked for again by its ETag."""
    if media_type is MediaType.EVENTS:
        return _events(answer)
    headers = {"Cache-Control": _NO_STORE}
    if request.method != "POST" and answer.is_clean and answer.is_shared:
        headers["Cache-Control"] = _caching(request, fresh_seconds)
        headers["ETag"] = etag = etag_of(answer.body, media_type)
        if is_known(etag, request.headers.get("if-none-match")):
            return _response(b"", 304, None, headers)
    return _response(answer.body, 200, media_type, headers)


def refused(answer: Answer, status: int, media_type: MediaType, headers: Mapping[str, str]) -> Response:
    """The response for a request that was not executed. It is never kept."""
    if media_type is MediaType.EVENTS:
        if status == 200:
            return _events(answer)
        media_type = MediaType.JSON
    return _response(answer.body, status, media_type, {"Cache-Control": _NO_STORE, **headers})


def status_of(error: RequestError, media_type: MediaType) -> int:
    """The status of a request that was refused.

    `application/json` answers 200 to what is wrong inside GraphQL: an old client could not tell whether a 4xx
    of that type comes from us or from something between us. A browser tells its page nothing of a stream of events
    that has any other status.
    """
    if isinstance(error, HttpError):
        return error.status
    if media_type is MediaType.EVENTS:
        return 200
    return _STATUS.get(error.code, 400 if media_type is MediaType.GRAPHQL else 200)


def headers_of(error: RequestError) -> dict[str, str]:
    """The headers that belong to a refusal."""
    challenge = {"WWW-Authenticate": "Bearer"} if error.code is Code.UNAUTHENTICATED else {}
    return challenge | (error.headers if isinstance(error, HttpError) else {})


def notice() -> Response:
    """What a person sees who opens the endpoint in a browser."""
    headers = {"Cache-Control": "public, max-age=300", "Content-Security-Policy": "default-src 'none'"}
    return _response(_NOTICE, 200, MediaType.HTML, headers)


def _events(answer: Answer) -> Response:
    """The one answer as a stream of events that is complete."""
    return Response(whole_stream(answer.body), headers={"Vary": _VARY, **EVENT_HEADERS})


def _caching(request: Request, fresh_seconds: int) -> str:
    # Whoever sends a credential may get an answer of their own.
    if "authorization" in request.headers or "cookie" in request.headers:
        return "private, no-store"
    return shared_caching(fresh_seconds)


def is_shared(response: Response) -> bool:
    """Whether a cache may give the response to others as well: it must say nothing of who asked for it."""
    return response.headers.get("Cache-Control", "").startswith("public")


def shared_caching(fresh_seconds: int) -> str:
    """A cache between us and many clients may answer by itself for a moment; a client always asks."""
    return f"public, max-age=0, s-maxage={fresh_seconds}"


def etag_of(body: bytes, media_type: MediaType) -> str:
    digest = hashlib.blake2b(body, digest_size=16, person=b"etag")
    digest.update(media_type.encode())
    return f'"{digest.hexdigest()}"'


def is_known(etag: str, if_none_match: str | None) -> bool:
    """Whether the client has this very answer, by the weak comparison that If-None-Match asks for."""
    if if_none_match is None:
        return False
    known = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return etag in known or "*" in known


def _response(body: bytes, status: int, media_type: MediaType | None, headers: Mapping[str, str]) -> Response:
    response = Response(
        body,
        status,
        {"Vary": _VARY, "X-Content-Type-Options": "nosniff", **headers},
    )
    if media_type is not None:
        response.headers["Content-Type"] = f"{media_type.value}; charset=utf-8"
    return response


def raw_headers(
    media_type: MediaType, length: int, request_id: bytes, *, etag: str | None, fresh_seconds: int
) -> list[tuple[bytes, bytes]]:
    """The headers of an answer to anybody, as ASGI sends them; a GET's has an ETag."""
    headers = [
        *_DRESS[media_type],
        (b"content-length", b"%d" % length),
        (b"x-request-id", request_id),
    ]
    if etag is None:
        return [*headers, (b"cache-control", _NO_STORE.encode())]
    return [*headers, (b"cache-control", shared_caching(fresh_seconds).encode()), (b"etag", etag.encode())]


# What the answers of a media type have in common.
_DRESS = {
    media_type: (
        (b"vary", _VARY.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"content-type", f"{media_type.value}; charset=utf-8".encode()),
    )
    for media_type in MediaType
}
