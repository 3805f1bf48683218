"""GraphQL over HTTP.

A request travels in steps that know nothing of each other: what the client wants to hear (`negotiation`),
what it asks (`request`, `body`), the text of the document (`persisted`), the document fit to run
(`documents`, `limits`, `cost`), the answer (`operations`, `execution`), the response (`reply`). Whatever goes wrong
leaves through `failures`. What goes on for longer than an answer is in `live`.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
import strawberry
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket
from structlog.contextvars import bound_contextvars

from service.api import execution, reply, spending
from service.api.execution import Answer, Call
from service.api.express import Express
from service.api.failures import Code, HttpError, Masking, RequestError, request_error
from service.api.limits import Limits
from service.api.live.event_stream import EventStream
from service.api.live.socket import Socket
from service.api.live.streams import Live, Streams
from service.api.negotiation import MediaType, preferred
from service.api.operations import Operations
from service.api.persisted import PersistedDocuments
from service.api.request import Parameters, read_parameters, request_id_of
from service.api.spending import Spending
from service.errors import DomainError


class GraphQLApp:
    """The ASGI endpoint of a schema.

    `context` makes the context of one execution, with its `viewer`, and may raise RequestError, for example
    UNAUTHENTICATED; the request's id stands in `request.state.request_id`. With an `express` lane, reads are
    compiled. With `live`, subscriptions and WebSockets are answered. With `spending`, whoever asks is charged for it,
    and the context takes what is left as its `standing`. A browser that opens the address is shown the
    `explorer`. With `debug`, errors show the text of unexpected exceptions.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        context: Callable[[Request], Awaitable[Any]],
        live: Live | None = None,
        limits: Limits | None = None,
        documents: PersistedDocuments | None = None,
        express: Express | None = None,
        spending: Spending | None = None,
        explorer: Callable[[Request], Response] | None = None,
        debug: bool = False,
    ) -> None:
        self._limits = limits or Limits()
        self._explorer = explorer
        self._debug = debug
        self._express = express
        self.operations = Operations(
            schema,
            context=context,
            limits=self._limits,
            documents=documents or PersistedDocuments(),
            express=express,
            spending=spending,
        )
        self.streams = None if live is None else Streams(self.operations, live, debug=debug)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._converse(WebSocket(scope, receive, send))
            return
        key = None
        if self._express is not None:
            asked = await self._express.ask(scope, receive)
            if asked.key is not None and await self._express.answered(asked, scope, send):
                return
            key, receive = asked.key, asked.receive
        request = Request(scope, receive)
        request.state.express_key = key
        exchange = _Exchange(request, self._limits, self._debug)
        with bound_contextvars(request_id=exchange.request_id):
            try:
                response = await self._respond(request, exchange)
            except ClientDisconnect:
                return
        await response(scope, receive, send)

    async def data(self, text: str, variables: dict[str, Any], request: Request) -> dict[str, Any]:
        """What an operation of the pages gives to the person behind a page's request, asked within the process.

        Raises:
            RequestError: it can't be answered, as a client would be told.
        """
        exchange = _Exchange(request, self._limits, self._debug)
        parameters = Parameters(text, None, None, variables, {})
        key = None
        if {"authorization", "cookie"}.isdisjoint(request.headers.keys()):
            key = ("page", text, orjson.dumps(variables))
        request.state.express_key = key
        call = await self.operations.call(parameters, exchange.refuse_type)
        self.operations.refuse_dear(call)
        given = await self.operations.answer(
            call, request, exchange.masking, exchange.media_type, watch_client=True
        )
        answer = orjson.loads(given.body)
        if "errors" in answer:
            told = answer["errors"][0]
            raise RequestError(told["message"], Code(told["extensions"]["code"]))
        found: dict[str, Any] = answer["data"]
        return found

    async def _converse(self, websocket: WebSocket) -> None:
        if self.streams is None:
            # Before it is accepted a server turns this into 403. Words could be sent with it, but uvicorn then
            # logs an error for each.
            await websocket.close()
        else:
            await Socket(websocket, self.streams).serve()

    async def _respond(self, request: Request, exchange: "_Exchange") -> ASGIApp:
        try:
            wants_page = exchange.negotiate(request)
            parameters = await read_parameters(request, self._limits)
            if wants_page and not parameters.names_document:
                return exchange.sent(reply.notice() if self._explorer is None else self._explorer(request))
            call = await self.operations.call(parameters, exchange.refuse_type)
            exchange.cost = call.cost
            self.operations.refuse_dear(call)
            if call.operation.type is OperationType.SUBSCRIPTION:
                return await self._streamed(call, request, exchange)
            answer = await self.operations.answer(
                call, request, exchange.masking, exchange.media_type, watch_client=True
            )
            return exchange.answered(answer, request)
        except RequestError as error:
            return exchange.refused(error)
        except DomainError as error:
            return exchange.refused(request_error(error))
        except ClientDisconnect:
            raise
        except Exception as error:
            return exchange.crashed(error)

    async def _streamed(self, call: Call, request: Request, exchange: "_Exchange") -> ASGIApp:
        """The response that goes on as long as the subscription does."""
        streams = self.streams
        if streams is None:
            raise HttpError(400, "Subscriptions are not answered here. Send a query.")
        context = await self.operations.context_of(call, request)
        events = EventStream(streams, exchange.headers)
        await events.begin(call, context, lambda: self.operations.context(request), exchange.masking)
        return events


class _Exchange:
    """One request and what is known of it so far, so that whatever happens is told in the client's terms."""

    def __init__(self, request: Request, limits: Limits, debug: bool) -> None:
        self.request_id = request.state.request_id = request_id_of(request.headers)
        self.masking = Masking(self.request_id, debug=debug)
        self.cost: int | None = None
        self._request = request
        request.state.standing = None
        self._limits = limits
        self._method = "GET"
        self.media_type = MediaType.JSON

    @property
    def headers(self) -> dict[str, str]:
        """What every response to the request says that is for this client alone."""
        return {"X-Request-Id": self.request_id, **spending.headers(self._request.state.standing)}

    def negotiate(self, request: Request) -> bool:
        """Settle the answer's media type; True when a browser would rather see a page.

        Raises:
            HttpError: 405 for a method that is not spoken here, 406 when nothing we speak is wanted.
        """
        if request.method not in reply.METHODS:
            allowed = ", ".join(reply.METHODS)
            raise HttpError(405, f"Use one of the methods {allowed}.", headers={"Allow": allowed})
        self._method = request.method
        accept = ", ".join(request.headers.getlist("accept"))
        data = (MediaType.JSON, MediaType.GRAPHQL, MediaType.EVENTS)
        media_type = preferred(accept, data)
        wants_page = request.method != "POST" and preferred(accept, (*data, MediaType.HTML)) is MediaType.HTML
        if media_type is None and not wants_page:
            raise HttpError(
                406,
                f"Answers come as {MediaType.GRAPHQL}, {MediaType.JSON} or {MediaType.EVENTS}: accept one of them.",
            )
        self.media_type = media_type or MediaType.JSON
        return wants_page

    def refuse_type(self, operation_type: OperationType) -> None:
        """Changes go by POST, where no link and no image can start them; a subscription needs a stream of events."""
        if operation_type is OperationType.SUBSCRIPTION and self.media_type is not MediaType.EVENTS:
            raise HttpError(
                400,
                f"A subscription is answered by events: accept {MediaType.EVENTS}, or send it over a WebSocket.",
            )
        if operation_type is OperationType.MUTATION and self._method != "POST":
            raise HttpError(405, "A mutation must be sent by POST.", headers={"Allow": "POST"})

    def answered(self, answer: Answer, request: Request) -> Response:
        response = reply.answered(answer, request, self.media_type, fresh_seconds=self._limits.fresh_seconds)
        return self.sent(response)

    def refused(self, error: RequestError) -> Response:
        errors = self.masking.of_request(error)
        return self._refused(errors, reply.status_of(error, self.media_type), reply.headers_of(error))

    def crashed(self, error: Exception) -> Response:
        return self._refused(self.masking.of_crash(error), 500, {})

    def sent(self, response: Response) -> Response:
        if reply.is_shared(response):
            response.headers["X-Request-Id"] = self.request_id
        else:
            response.headers.update(self.headers)
        return response

    def _refused(self, errors: list[dict[str, Any]], status: int, headers: Mapping[str, str]) -> Response:
        answer = execution.answer(errors=errors, cost=self.cost, limits=self._limits)
        return self.sent(reply.refused(answer, status, self.media_type, headers))
