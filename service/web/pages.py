"""The pages as the server writes them: whole, readable without a script, printable, and found by search engines.

A page runs its operations within the process, writes them into its template, and hands the answers on to the script,
which takes over without asking again.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from service.api.failures import Code, HttpError, RequestError
from service.api.http import GraphQLApp
from service.web.languages import COOKIE, LANGUAGES, PSEUDO
from service.web.operations import PageOperation, Variable, operations
from service.web.planning import choice_of
from service.web.rendering import Query, Site, rendered
from service.web.table import PAGES, Page

_LANGUAGE_SECONDS: Final = 365 * 24 * 3600
_STATUS: Final = {
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.RATE_LIMITED: 429,
    Code.INTERNAL_SERVER_ERROR: 503,
}


@dataclass(frozen=True)
class _Asked:
    """An operation with the variables that the address gives it."""

    operation: PageOperation
    variables: dict[str, Any]


def routes(graphql: GraphQLApp, site: Site) -> list[BaseRoute]:
    """A route for every row of the table, and what lies beside them."""

    def on(page: Page) -> Route:
        async def show(request: Request) -> Response:
            return await _shown(page, graphql, site, request)

        return Route(page.path, show, methods=["GET"])

    async def speak(request: Request) -> Response:
        return _spoken(request)

    async def old_index(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/{query}", 301)

    return [*map(on, PAGES), Route("/skills", old_index), Route("/language/{language}", speak)]


def missing_on(site: Site) -> Callable[[Request, Exception], Response]:
    """What answers an address of nothing: a page with a search."""
    return lambda request, _: _missing(request, site)


def _missing(request: Request, site: Site) -> Response:
    return rendered("missing", site, request, {}, None, status=404)


async def _shown(page: Page, graphql: GraphQLApp, site: Site, request: Request) -> Response:
    try:
        answers = [answer async for answer in _answers(page, graphql, request)]
    except ClientDisconnect:
        return Response(status_code=499)
    except RequestError as error:
        return _failed(error, site, request)
    data = {name: value for answer in answers for name, value in answer["data"].items()}
    if page.subject is not None:
        subject = data[page.subject]
        if subject is None or subject.get("isRemoved"):
            return _missing(request, site)
        if "slug" in request.path_params and subject["slug"] != request.path_params["slug"]:
            return RedirectResponse(_moved(page, subject["slug"], request), 301)
    texts = page.texts(is_signed_in=data.get("viewer") is not None)
    return rendered(page.view, site, request, data, {"view": page.view, "answers": answers, "texts": texts})


async def _answers(page: Page, graphql: GraphQLApp, request: Request) -> AsyncIterator[dict[str, Any]]:
    """What the page's operations give, each with its name and variables.

    Raises:
        RequestError: the page's own operation can't be answered. One of `more` that asks for what is not there, as the
            address of a role that has gone, leaves its part of the page empty.
    """
    planned: Mapping[str, str | None] = {}
    for name in page.asked:
        asked = _question(operations()[name], request, planned)
        if asked is None:
            continue
        try:
            data = await graphql.data(asked.operation.text, asked.variables, request)
        except RequestError as error:
            if name in page.more and error.code is Code.BAD_USER_INPUT:
                continue
            raise
        if name == page.operation:
            planned = choice_of(Query(request), data.get("viewer"))
        yield {"operation": name, "variables": asked.variables, "data": data}


def _question(operation: PageOperation, request: Request, planned: Mapping[str, str | None]) -> _Asked | None:
    """The operation with what the address gives it, or else the plan; None where something is missing.

    Raises:
        HttpError: 400 where a number is none.
    """
    given = dict(planned) | {
        item.name: value for item in operation.variables if (value := _value(item, request)) is not None
    }
    variables = {one.name: given[one.name] for one in operation.variables if given.get(one.name) is not None}
    if all(item.name in variables for item in operation.variables if item.is_required):
        return _Asked(operation, variables)
    return None


def _value(item: Variable, request: Request) -> Any:
    """A variable's value in the path or else in the query string; None where neither has it."""
    if item.name in request.path_params:
        return request.path_params[item.name]
    values = [value for value in request.query_params.getlist(item.name) if value]
    if not values:
        return None
    if item.is_list:
        return values
    if item.type == "Boolean":
        return values[-1] == "true"
    if item.type == "DateTime":
        return f"{values[-1]}T00:00:00Z"  # a form's day, as everybody's day begins in UTC
    if item.type != "Int":
        return values[-1]
    if not values[-1].isascii() or not values[-1].isdigit() or len(values[-1]) > 9:
        raise HttpError(400, f"“{item.name}” must be a number.")
    return int(values[-1])


def _moved(page: Page, slug: str, request: Request) -> str:
    path = page.path.replace("{slug}", slug)
    return f"{path}?{request.url.query}" if request.url.query else path


def _failed(error: RequestError, site: Site, request: Request) -> Response:
    status = error.status if isinstance(error, HttpError) else _STATUS.get(error.code, 400)
    facts = {"message": error.message, "code": error.code.value, "status": status}
    return rendered("failed", site, request, facts, None, status=status)


def _spoken(request: Request) -> Response:
    """Keep the choice of a language, and go back to where it was made."""
    language = request.path_params["language"]
    back = request.query_params.get("back", "/")
    # A path of ours: not “//elsewhere.example”, nor “/\elsewhere.example”, which browsers read alike.
    if not back.startswith("/") or back.startswith(("//", "/\\")):
        back = "/"
    response = RedirectResponse(back, 303, {"Cache-Control": "no-store"})
    if language in (*LANGUAGES, PSEUDO):
        response.set_cookie(
            COOKIE,
            language,
            max_age=_LANGUAGE_SECONDS,
            path="/",
            samesite="lax",
            secure=request.url.scheme == "https",
        )
    return response
