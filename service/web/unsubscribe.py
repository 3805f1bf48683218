"""The page behind a mail's unsubscribe link.

GET shows and changes nothing, since scanners follow links; POST acts, without sign-in, cookie, redirect or a look at
where it comes from, any number of times (RFC 8058: mail programs send it on a person's behalf).
"""

from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.database import Database
from service.watches import actions, queries
from service.watches.links import watch_of_token
from service.watches.models import WatchFrequency
from service.web.plain import plain_page


def routes(
    database: Database, *, secret_key: str, site_name: str, now: Callable[[], datetime]
) -> list[Route]:
    """`/u/TOKEN`, `/u/TOKEN/undo` and `/u/TOKEN/frequency/FREQUENCY`."""

    def answer(request: Request, state: str, status: int = 200) -> Response:
        token = request.path_params["token"]
        return plain_page(
            "unsubscribe", request, site_name=site_name, status=status, state=state, token=token
        )

    async def show(request: Request) -> Response:
        token = request.path_params["token"]
        watch_id = watch_of_token(secret_key, token)
        if watch_id is None:
            return answer(request, "unknown", 404)
        async with database.read_session() as session:
            watch = (await queries.watches_by_id(session, [watch_id])).get(watch_id)
        if watch is None:
            return answer(request, "unknown", 404)
        return answer(request, "watching" if watch.ended_at is None else "ended")

    async def unsubscribe(request: Request) -> Response:
        return await act(request, undo=False)

    async def undo(request: Request) -> Response:
        return await act(request, undo=True)

    async def act(request: Request, *, undo: bool) -> Response:
        token = request.path_params["token"]
        watch_id = watch_of_token(secret_key, token)
        if watch_id is None:
            return answer(request, "unknown", 404)
        async with database.transaction() as session:
            if undo:
                await actions.resume_watch(session, watch_id, at=now())
            else:
                await actions.end_watch(session, watch_id, at=now())
        return answer(request, "watching again" if undo else "ended")

    async def choose(request: Request) -> Response:
        token, wanted = request.path_params["token"], request.path_params["frequency"].upper()
        watch_id = watch_of_token(secret_key, token)
        if watch_id is None or wanted not in WatchFrequency.__members__:
            return answer(request, "unknown", 404)
        async with database.transaction() as session:
            await actions.change_frequency(session, watch_id, WatchFrequency[wanted], at=now())
        return answer(request, "chosen")

    return [
        Route("/u/{token}/frequency/{frequency}", choose, methods=["POST"]),
        Route("/u/{token}", show, methods=["GET"]),
        Route("/u/{token}", unsubscribe, methods=["POST"]),
        Route("/u/{token}/undo", undo, methods=["POST"]),
    ]
