"""Whether the process lives, and whether it can serve."""

from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from service.database import Database
from service.jobs import ArqQueue

_HEADERS = {"Cache-Control": "no-store"}


def routes(database: Database, queue: ArqQueue) -> list[Route]:
    """`/healthz` answers while the process lives; `/readyz` asks PostgreSQL and Valkey.

    Without Valkey the API still serves: writes keep their events, and the worker's sweep finds them. So only
    PostgreSQL decides the status; the body tells of both.
    """

    async def lives(_: Request) -> Response:
        return JSONResponse({"status": "alive"}, headers=_HEADERS)

    async def is_ready(_: Request) -> Response:
        states = {"postgresql": await _postgresql(database), "queue": await _queue(queue)}
        ready = states["postgresql"] == "ok"
        body = {"status": "ready" if ready else "not ready", **states}
        return JSONResponse(body, status_code=200 if ready else 503, headers=_HEADERS)

    return [Route("/healthz", lives), Route("/readyz", is_ready)]


async def _postgresql(database: Database) -> str:
    try:
        async with database.read_session() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError):
        return "unreachable"
    return "ok"


async def _queue(queue: ArqQueue) -> str:
    try:
        await queue.ping()
    except (RedisError, OSError, TimeoutError):
        return "unreachable"
    return "ok"
