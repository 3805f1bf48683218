"""The floor of live updates: raw Starlette WebSockets, each sent the same text."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect


def application(_: str) -> Starlette:
    """Sockets that only listen, and a route whose body goes to all of them."""
    sockets: set[WebSocket] = set()

    async def listen(websocket: WebSocket) -> None:
        await websocket.accept(websocket.scope["subprotocols"][0])
        sockets.add(websocket)
        try:
            while True:
                await websocket.receive_text()
        except WebSocketDisconnect:
            sockets.discard(websocket)

    async def send(request: Request) -> Response:
        text = (await request.body()).decode()
        for websocket in tuple(sockets):
            await websocket.send_text(text)
        return Response()

    return Starlette(routes=[WebSocketRoute("/graphql", listen), Route("/send", send, methods=["POST"])])
