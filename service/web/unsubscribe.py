"""The page behind a mail's unsubscribe link.

GET shows and changes nothing, since scanners follow links; POST acts, without sign-in, cookie, redirect or a look at
where it comes from, any number of times (RFC 8058: mail programs send it on a person's behalf).
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from service.database import Database
from service.watches import actions, queries
from service.watches.links import watch_of_token
from service.watches.models import WatchFrequency

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
}


def routes(
    database: Database, *, secret_key: str, site_name: str, now: Callable[[], datetime]
) -> list[Route]:
    """`/u/TOKEN`, `/u/TOKEN/undo` and `/u/TOKEN/frequency/FREQUENCY`."""
    page = TEMPLATES.get_template("unsubscribe.html")

    def answer(state: str, token: str, status: int = 200) -> Response:
        html = page.render(state=state, token=token, site_name=site_name)
        return HTMLResponse(html, status_code=status, headers=HEADERS)

    async def show(request: Request) -> Response:
        token = request.path_params["token"]
        watch_id = watch_of_token(secret_key, token)
        if watch_id is None:
            return answer("unknown", token, 404)
        async with database.read_session() as session:
            watch = (await queries.watches_by_id(session, [watch_id])).get(watch_id)
        if watch is None:
            return answer("unknown", token, 404)
        return answer("watching" if watch.ended_at is None else "ended", token)

    async def unsubscribe(request: Request) -> Response:
        return await act(request, undo=False)

    async def undo(request: Request) -> Response:
        return await act(request, undo=True)

    async def act(request: Request, *, undo: bool) -> Response:
        token = request.path_params["token"]
        watch_id = watch_of_token(secret_key, token)
        if watch_id is None:
            return answer("unknown", token, 404)
        async with database.transaction() as session:
            if undo:
                await actions.resume_watch(session, watch_id, at=now())
            else:
                await actions.end_watch(session, watch_id, at=now())
        return answer("watching again" if undo else "ended", token)

    async def choose(request: Request) -> Response:
        token, wanted = request.path_params["token"], request.path_params["frequency"].upper()
        watch_id = watch_of_token(secret_key, token)
        if watch_id is None or wanted not in WatchFrequency.__members__:
            return answer("unknown", token, 404)
        async with database.transaction() as session:
            await actions.change_frequency(session, watch_id, WatchFrequency[wanted], at=now())
        return answer("chosen", token)

    return [
        Route("/u/{token}/frequency/{frequency}", choose, methods=["POST"]),
        Route("/u/{token}", show, methods=["GET"]),
        Route("/u/{token}", unsubscribe, methods=["POST"]),
        Route("/u/{token}/undo", undo, methods=["POST"]),
    ]
