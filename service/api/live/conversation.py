"""What runs over one socket: the operations by their ids, and who asks for them."""

import asyncio
from typing import Any

import orjson
from graphql import OperationType
from starlette.requests import Request
from starlette.types import Scope

from service.api.failures import Code, Masking, RequestError, request_error
from service.api.live.guard import Guest
from service.api.live.outbox import Outbox
from service.api.live.streams import Stream, Streams
from service.api.negotiation import MediaType
from service.api.request import new_request_id, parameters_of
from service.errors import DomainError

# Changes that have begun are carried through, though nobody waits for their answer any more.
_CARRIED_THROUGH: set[asyncio.Task[None]] = set()


class Conversation:
    """The operations of one socket. Each is asked for as a request would be, by whoever the greeting names."""

    def __init__(self, scope: Scope, streams: Streams, outbox: Outbox) -> None:
        self._scope = scope
        self._operations = streams.operations
        self._streams = streams
        self._guest: Guest | None = None
        self._outbox = outbox
        self._headers: list[tuple[bytes, bytes]] = list(scope["headers"])
        self._running: dict[str, Running] = {}

    def __contains__(self, operation_id: str) -> bool:
        return operation_id in self._running

    async def begin(self, greeting: dict[str, Any]) -> None:
        """Sign in by the greeting's `Authorization`, as by the header of that name, and acknowledge it.

        Raises:
            RequestError: nobody is signed in by that.
        """
        for name, value in greeting.items():
            if name.lower() == "authorization":
                self._headers = [header for header in self._headers if header[0] != b"authorization"]
                self._headers.append((b"authorization", str(value).encode("latin-1", "replace")))
        context = await self._context()
        if context.viewer is not None:
            self._guest = Guest(context, self._context, self._outbox)
            self._streams.guard.admit(self._guest)
        self._say({"type": "connection_ack"})

    def request(self, request_id: str) -> Request:
        """One operation as a request of its own: whatever is asked of a POST is asked of it."""
        given = {name: self._scope.get(name) for name in ("client", "server", "scheme", "path", "app")}
        request = Request(
            {
                **given,
                "type": "http",
                "http_version": "1.1",
                "method": "POST",
                "query_string": b"",
                "headers": self._headers,
                "state": {},
            }
        )
        request.state.request_id = request_id
        request.state.express_key = None
        return request

    def answer_ping(self, payload: dict[str, Any] | None) -> None:
        """A sign of life, with what was sent along."""
        self._say({"type": "pong"} if payload is None else {"type": "pong", "payload": payload})

    def subscribe(self, operation_id: str, payload: dict[str, Any]) -> None:
        """Begin an operation."""
        running = Running(operation_id, self, self._outbox)
        if len(self._running) >= self._operations.limits.socket_operations:
            running.fail(
                Masking(new_request_id()).of_request(
                    RequestError(
                        f"More than {self._operations.limits.socket_operations} operations run over this socket. "
                        "Complete some first.",
                        Code.COST_EXCEEDED,
                    )
                )
            )
            return
        self._running[operation_id] = running
        running.task = asyncio.create_task(self._run(running, payload))

    def complete(self, operation_id: str) -> None:
        """The client wishes to hear no more of the operation."""
        running = self._running.pop(operation_id, None)
        if running is not None:
            running.stop(self._streams)

    def end(self) -> None:
        """The socket is closed."""
        if self._guest is not None:
            self._streams.guard.leave(self._guest)
        for operation_id in tuple(self._running):
            self.complete(operation_id)

    def forget(self, running: "Running") -> None:
        """The operation is over: its id may be used again."""
        if self._running.get(running.operation_id) is running:
            del self._running[running.operation_id]

    async def _context(self) -> Any:
        return await self._operations.context(self.request(new_request_id()))

    async def _run(self, running: "Running", payload: dict[str, Any]) -> None:
        request_id = new_request_id()
        masking = Masking(request_id)
        try:
            await self._answer(running, payload, self.request(request_id), masking)
        except RequestError as error:
            running.fail(masking.of_request(error))
        except DomainError as error:
            running.fail(masking.of_request(request_error(error)))
        except Exception as error:
            running.fail(masking.of_crash(error))

    async def _answer(
        self, running: "Running", payload: dict[str, Any], request: Request, masking: Masking
    ) -> None:
        operations = self._operations
        parameters = parameters_of(payload, operations.limits)
        call = await operations.call(parameters, lambda _: None)
        operations.refuse_dear(call)
        if call.operation.type is OperationType.SUBSCRIPTION:
            context = await operations.context_of(call, request)
            running.stream = await self._streams.join(call, context, masking, running)
            return
        running.is_change = call.operation.type is OperationType.MUTATION
        answer = await operations.answer(call, request, masking, MediaType.GRAPHQL, watch_client=False)
        running.next(answer.body.decode())
        running.complete()

    def _say(self, message: dict[str, Any]) -> None:
        self._outbox.put(orjson.dumps(message).decode())


class Running:
    """One operation that runs: it hears the answers and puts them into the outbox."""

    def __init__(self, operation_id: str, conversation: Conversation, outbox: Outbox) -> None:
        self.operation_id = operation_id
        self.task: asyncio.Task[None] | None = None
        self.stream: Stream | None = None
        self.is_change = False
        self._conversation = conversation
        self._outbox = outbox
        self._head = '{"id":' + orjson.dumps(operation_id).decode()

    def next(self, answer: str) -> None:
        """One answer."""
        self._outbox.put(f'{self._head},"type":"next","payload":{answer}}}')

    def complete(self) -> None:
        """It has been answered."""
        self._conversation.forget(self)
        self._outbox.put(f'{self._head},"type":"complete"}}')

    def fail(self, errors: list[dict[str, Any]]) -> None:
        """It can't be answered."""
        self._conversation.forget(self)
        self._outbox.put(f'{self._head},"type":"error","payload":{orjson.dumps(errors).decode()}}}')

    def drop(self) -> None:
        """Answers were lost: the client is to begin anew."""
        self._outbox.give_up()

    def stop(self, streams: Streams) -> None:
        """Nobody waits for its answers any more."""
        if self.stream is not None:
            streams.leave(self.stream, self)
        if self.task is None or self.task.done():
            return
        if self.is_change:
            _CARRIED_THROUGH.add(self.task)
            self.task.add_done_callback(_CARRIED_THROUGH.discard)
        else:
            self.task.cancel()
