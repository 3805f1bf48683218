"""The product, which also serves a file: the page of a skill as it stands, with its style and without a script."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from service.app import create_app
from service.settings import Settings

FILE = "/as-a-file.html"


def application(_: str) -> Starlette:
    """The environment says how; what is PUT at `FILE` is served there, compressed as it was sent."""
    app, kept = create_app(Settings()), {"body": b""}

    async def show(_: Request) -> Response:
        return HTMLResponse(kept["body"], headers={"Content-Encoding": "gzip"})

    async def keep(request: Request) -> Response:
        kept["body"] = await request.body()
        return Response()

    app.routes[:0] = [Route(FILE, show, methods=["GET"]), Route(FILE, keep, methods=["PUT"])]
    return app
