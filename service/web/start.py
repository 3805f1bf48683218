"""The first page, and the schema as a file."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from service.api.schema import schema

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)
_HEADERS = {
    "Cache-Control": "public, max-age=300",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}


def routes(site_name: str, *, has_inbox: bool) -> list[Route]:
    """`/` says where things are; `/schema.graphql` is the contract."""

    async def show_start(_: Request) -> Response:
        page = _TEMPLATES.get_template("start.html")
        return HTMLResponse(page.render(site_name=site_name, has_inbox=has_inbox), headers=_HEADERS)

    async def show_schema(_: Request) -> Response:
        return PlainTextResponse(schema.as_str(), headers=_HEADERS)

    return [Route("/", show_start), Route("/schema.graphql", show_schema)]
