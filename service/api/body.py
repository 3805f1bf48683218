"""Reading the body of a POST: bounded in bytes and in time, refused early."""

import asyncio
from contextlib import aclosing

from starlette.requests import Request

from service.api.failures import Code, HttpError
from service.api.limits import Limits
from service.api.negotiation import MediaType, is_json


async def read_body(request: Request, limits: Limits) -> bytes:
    """The body of a request that says it carries plain JSON.

    Raises:
        HttpError: 415 for another type or a compressed body, 413 above `body_bytes`, 408 after
            `body_seconds`.
        ClientDisconnect: nobody is left to answer.
    """
    _refuse_other_types(request)
    _refuse_large(_announced_size(request), limits)
    try:
        async with asyncio.timeout(limits.body_seconds):
            return await _read(request, limits)
    except TimeoutError:
        raise HttpError(
            408,
            f"The body did not arrive within {limits.body_seconds:g} s. Send it at once.",
            headers={"Connection": "close"},
        ) from None


def _refuse_other_types(request: Request) -> None:
    # A form of a foreign page can't send this type without the browser asking us first: this is the guard
    # against cross-site requests as much as a matter of format.
    if not is_json(request.headers.get("content-type")):
        raise HttpError(
            415,
            "The body must be JSON in UTF-8: send Content-Type: application/json.",
            headers={"Accept-Post": MediaType.JSON.value},
        )
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise HttpError(
            415,
            "The body must not be compressed: send it without Content-Encoding.",
            headers={"Accept-Encoding": "identity"},
        )


def _announced_size(request: Request) -> int:
    try:
        return int(request.headers.get("content-length", "0"))
    except ValueError:
        raise HttpError(400, "Content-Length must be the number of bytes in the body.") from None


async def _read(request: Request, limits: Limits) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async with aclosing(request.stream()) as stream:
        async for chunk in stream:
            size += len(chunk)
            _refuse_large(size, limits)
            chunks.append(chunk)
    return b"".join(chunks)


def _refuse_large(size: int, limits: Limits) -> None:
    # The connection stays: closed on a client that is still sending, it would be reset and the answer lost. The
    # server throws the rest away as it comes.
    if size > limits.body_bytes:
        raise HttpError(
            413,
            f"The body is larger than {limits.body_bytes:,} bytes. Ask for less, or ask in several requests.",
            Code.COST_EXCEEDED,
        )
