"""The counters of this process, for Prometheus."""

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.metrics import exposition


def routes() -> list[Route]:
    """`/metrics`. With several workers each answers for itself."""

    async def show(_: Request) -> Response:
        return Response(exposition(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/metrics", show)]
