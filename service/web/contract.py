"""The schema as a file."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from service.api.schema import schema

_HEADERS = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}


def routes() -> list[Route]:
    """`/schema.graphql` is the contract."""

    async def show(_: Request) -> Response:
        return PlainTextResponse(schema.as_str(), headers=_HEADERS)

    return [Route("/schema.graphql", show)]
