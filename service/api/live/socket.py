"""graphql-transport-ws: operations over one WebSocket, each with an id of the client's.

What is wrong with one operation ends that operation; what is wrong with the conversation ends the socket, with the
close codes of the protocol. The legacy protocol, which names itself graphql-ws, is refused.
"""

import asyncio
import contextlib
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from service.api.failures import HttpError, RequestError
from service.api.live.conversation import Conversation
from service.api.live.guard import FORBIDDEN
from service.api.live.outbox import Outbox
from service.api.live.streams import Streams
from service.api.request import decoded

PROTOCOL = "graphql-transport-ws"
# How long the last words to a client may take.
_CLOSE_SECONDS = 5.0
# Of a close frame's reason, which is ASCII for the most part.
_REASON_CHARACTERS = 100


class Closing(Exception):
    """The end of a socket, as its client is told."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason[:_REASON_CHARACTERS]


class Socket:
    """One client's socket."""

    def __init__(self, websocket: WebSocket, streams: Streams) -> None:
        self._websocket = websocket
        self._limits = streams.operations.limits
        self._outbox = Outbox(
            messages=self._limits.waiting_messages, characters=self._limits.waiting_characters
        )
        self._conversation = Conversation(websocket.scope, streams, self._outbox)

    async def serve(self) -> None:
        """Talk until either side has had enough."""
        if PROTOCOL not in self._websocket.scope["subprotocols"]:
            await self._websocket.accept()
            await self._close(Closing(4406, f"Subprotocol not acceptable: speak {PROTOCOL}"))
            return
        await self._websocket.accept(PROTOCOL)
        try:
            closing = await self._talk()
        finally:
            self._conversation.end()
        if closing is not None:
            await self._close(closing)

    async def _talk(self) -> Closing | None:
        """Why the socket is to be closed; None where it is."""
        tasks = [
            asyncio.create_task(work)
            for work in (self._listen(), self._outbox.empty_into(self._websocket.send_text), self._watch())
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except Closing as closing:
            return closing
        except WebSocketDisconnect:
            pass
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        return None

    async def _watch(self) -> None:
        raise Closing(*await self._outbox.ended)

    async def _listen(self) -> None:
        try:
            async with asyncio.timeout(self._limits.init_seconds):
                while not await self._greeted(await self._message()):
                    pass
        except TimeoutError:
            raise Closing(4408, "Connection initialisation timeout") from None
        while True:
            self._heed(await self._message())

    async def _message(self) -> dict[str, Any]:
        received = await self._websocket.receive()
        if received["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(received.get("code", 1005))
        text = received.get("text")
        if text is None:
            raise Closing(4400, "Messages are text, not bytes")
        try:
            message = decoded(text.encode(errors="surrogatepass"), "The message")
        except HttpError as error:
            raise Closing(4400, error.message) from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise Closing(4400, "A message is an object with a `type`")
        if not isinstance(message.get("payload", {}), dict | None):
            raise Closing(4400, "A `payload` is an object")
        return message

    async def _greeted(self, message: dict[str, Any]) -> bool:
        """Whether the message was the client's greeting, which has been answered."""
        if message["type"] == "connection_init":
            try:
                await self._conversation.begin(message.get("payload") or {})
            except RequestError as error:
                raise Closing(FORBIDDEN, f"Forbidden: {error.message}") from None
            return True
        if message["type"] == "subscribe":
            raise Closing(4401, "Unauthorized: send connection_init first")
        self._heed(message)
        return False

    def _heed(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "ping":
                self._conversation.answer_ping(message.get("payload"))
            case "pong":
                pass
            case "connection_init":
                raise Closing(4429, "Too many initialisation requests")
            case "subscribe":
                self._subscribe(message)
            case "complete":
                self._conversation.complete(self._id_of(message))
            case other:
                raise Closing(4400, f"No message is of the type {other[:20]!r}")

    def _subscribe(self, message: dict[str, Any]) -> None:
        operation_id = self._id_of(message)
        if not isinstance(message.get("payload"), dict):
            raise Closing(4400, "A `subscribe` has a `payload`")
        if operation_id in self._conversation:
            raise Closing(4409, f"Subscriber for {operation_id} already exists")
        self._conversation.subscribe(operation_id, message["payload"])

    def _id_of(self, message: dict[str, Any]) -> str:
        found = message.get("id")
        if not isinstance(found, str) or not 0 < len(found) <= self._limits.operation_id_characters:
            raise Closing(
                4400, f"An `id` is a text of 1 to {self._limits.operation_id_characters} characters"
            )
        return found

    async def _close(self, closing: Closing) -> None:
        # A client that does not read may never take the last words.
        with contextlib.suppress(TimeoutError, WebSocketDisconnect, RuntimeError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._websocket.close(closing.code, closing.reason)
