"""GraphiQL, served by ourselves: what a browser sees that opens the API's address."""

from collections.abc import Callable
from typing import Final

import orjson
from graphql import OperationType
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from service.web.assets import assets
from service.web.operations import PageOperation, operations
from service.web.rendering import Site, as_data_block
from service.web.sending import POLICY

# The editor's icons and fonts stand within its style sheet.
_POLICY: Final = f"{POLICY}; font-src data:"
_HEADERS: Final = {
    "Cache-Control": "public, max-age=0, must-revalidate",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept",
}


def _place(operation: PageOperation) -> tuple[int, str]:
    """Queries first, and the one that the product is about before all."""
    kinds = (OperationType.QUERY, OperationType.SUBSCRIPTION, OperationType.MUTATION)
    return (-1 if operation.name == "SkillPage" else kinds.index(operation.kind), operation.name)


def explorer_of(site: Site) -> Callable[[Request], Response]:
    """The explorer, with the operations of the pages as its samples."""
    environment = Environment(loader=PackageLoader("service.web"), autoescape=True, undefined=StrictUndefined)
    samples = [
        {"query": one.source, "variables": orjson.dumps(one.sample, option=orjson.OPT_INDENT_2).decode()}
        for one in sorted(operations().values(), key=_place)
    ]
    page = environment.get_template("explorer.html")
    html = page.render(site=site, asset=assets().url, samples=as_data_block(samples))

    def show(_: Request) -> Response:
        return HTMLResponse(html, headers=_HEADERS)

    return show
