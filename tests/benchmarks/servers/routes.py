"""What the hand-written servers have in common: a route for each query, and a pool of connections."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.benchmarks.connections import Pool, pooled

POOL_SIZE = 10

Variables: TypeAlias = dict[str, Any]
# From the pool and a request's variables to the body of the response.
Answer: TypeAlias = Callable[[Pool, Variables], Awaitable[str | bytes]]


def application(database_url: str, answers: Mapping[str, Answer]) -> Starlette:
    """POST /profile and the like, by the name of the answer, each with the body of a GraphQL request."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with pooled(database_url, POOL_SIZE) as app.state.pool:
            yield

    routes = [Route(f"/{name}", _endpoint(answer), methods=["POST"]) for name, answer in answers.items()]
    return Starlette(routes=routes, lifespan=lifespan)


def _endpoint(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        call = orjson.loads(await request.body())
        body = await answer(request.app.state.pool, call["variables"])
        return Response(body, media_type="application/json")

    return endpoint
