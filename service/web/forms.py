"""What somebody sends by a form of ours."""

import asyncio
from urllib.parse import parse_qsl

from starlette.requests import Request

from service.api.failures import HttpError

_BYTES, _SECONDS = 10_000, 10


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, each once.

    Raises:
        HttpError: 413 or 400 for a body that is no small form, 408 for one that takes its time.
    """
    body = b""
    try:
        async with asyncio.timeout(_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > _BYTES:
                    raise HttpError(413, "This is longer than anything that the form asks for.")
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=20))
    except TimeoutError:
        raise HttpError(408, "This took too long to come in: send it again.") from None
    except ValueError:
        raise HttpError(400, "This is no form of ours.") from None
