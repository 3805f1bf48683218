"""GraphQL over HTTP.

A request travels in steps that know nothing of each other: what the client wants to hear (`negotiation`),
what it asks (`request`, `body`), the text of the document (`persisted`), the document fit to run
(`documents`, `limits`, `cost`), the answer (`execution`), the response (`reply`). Whatever goes wrong leaves
through `failures`.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
import strawberry
from asyncpg.exceptions import QueryCanceledError
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from structlog.contextvars import bound_contextvars

from service.api import execution, patience, reply
from service.api.documents import Library
from service.api.execution import Answer, Call, Runner
from service.api.express import Express, Ticket
from service.api.failures import Code, HttpError, Masking, RequestError, request_error
from service.api.limits import Limits
from service.api.negotiation import MediaType, preferred
from service.api.persisted import PersistedDocuments
from service.api.plan.answering import CompiledReads
from service.api.plan.plans import Planner, Question
from service.api.request import Parameters, read_parameters, request_id_of
from service.errors import DomainError
from service.metrics import PLANS


class GraphQLApp:
    """The ASGI endpoint of a schema.

    `context` makes the context of one execution, with its `viewer`, and may raise RequestError, for example
    UNAUTHENTICATED; the request's id stands in `request.state.request_id`. With an `express` lane, reads are
    compiled. A browser that opens the address is shown the `explorer`. With `debug`, errors show the text of
    unexpected exceptions.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        context: Callable[[Request], Awaitable[Any]],
        limits: Limits | None = None,
        documents: PersistedDocuments | None = None,
        express: Express | None = None,
        explorer: Callable[[Request], Response] | None = None,
        debug: bool = False,
    ) -> None:
        self._limits = limits or Limits()
        self._context = context
        self._persisted = documents or PersistedDocuments()
        self._explorer = explorer
        self._debug = debug
        graphql_schema = execution.executable(schema)
        self.library = Library(graphql_schema, self._limits)
        self._runner = Runner(graphql_schema, self._limits)
        self._express = express
        self._compiled = None if express is None else CompiledReads(Planner(schema, graphql_schema))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            # Before it is accepted a server turns this into 403. Words could be sent with it, but uvicorn then
            # logs an error for each.
            await WebSocket(scope, receive, send).close()
            return
        key = None
        if self._express is not None:
            asked = await self._express.ask(scope, receive)
            if asked.key is not None and await self._express.answered(asked, scope, send):
                return
            key, receive = asked.key, asked.receive
        request = Request(scope, receive)
        request.state.express_key = key
        request_id = request.state.request_id = request_id_of(request.headers)
        with bound_contextvars(request_id=request_id):
            try:
                response = await self._respond(request, _Exchange(request_id, self._limits, self._debug))
            except ClientDisconnect:
                return
        await response(scope, receive, send)

    async def data(self, text: str, variables: dict[str, Any], request: Request) -> dict[str, Any]:
        """What an operation of the pages gives to the person behind a page's request, asked within the process.

        Raises:
            RequestError: it can't be answered, as a client would be told.
        """
        exchange = _Exchange(request_id_of(request.headers), self._limits, self._debug)
        parameters = Parameters(text, None, None, variables, {})
        key = None
        if {"authorization", "cookie"}.isdisjoint(request.headers.keys()):
            key = ("page", text, orjson.dumps(variables))
        request.state.express_key = key
        call = await self._call(parameters, "GET")
        self._refuse_dear(call)
        answer = orjson.loads((await self._answered_in_time(call, request, exchange)).body)
        if "errors" in answer:
            told = answer["errors"][0]
            raise RequestError(told["message"], Code(told["extensions"]["code"]))
        found: dict[str, Any] = answer["data"]
        return found

    async def _respond(self, request: Request, exchange: "_Exchange") -> Response:
        try:
            wants_page = exchange.negotiate(request)
            parameters = await read_parameters(request, self._limits)
            if wants_page and not parameters.names_document:
                return exchange.sent(reply.notice() if self._explorer is None else self._explorer(request))
            call = await self._call(parameters, request.method)
            exchange.cost = call.cost
            self._refuse_dear(call)
            answer = await self._answered_in_time(call, request, exchange)
            return exchange.answered(answer, request)
        except RequestError as error:
            return exchange.refused(error)
        except DomainError as error:
            return exchange.refused(request_error(error))
        except ClientDisconnect:
            raise
        except Exception as error:
            return exchange.crashed(error)

    async def _call(self, parameters: Parameters, method: str) -> Call:
        """From what a client sent to an operation that may run, priced."""
        text = await self._persisted.text(parameters)
        document = self.library.document(text)
        operation = document.operation(parameters.operation_name)
        _refuse_type(operation.type, method)
        await self._persisted.register(parameters)
        cost = operation.price.of(parameters.variables)
        return Call(document, operation, parameters.variables, parameters.extensions, cost)

    def _refuse_dear(self, call: Call) -> None:
        if call.cost > self._limits.cost:
            raise RequestError(
                f"The operation costs {call.cost:,}; the limit is {self._limits.cost:,}. "
                "Ask for fewer rows with `first`, nest fewer lists, or ask in several requests.",
                Code.COST_EXCEEDED,
                cost={"requested": call.cost, "limit": self._limits.cost},
            )

    async def _answered_in_time(self, call: Call, request: Request, exchange: "_Exchange") -> Answer:
        # A read is worth nothing to a client that has gone; a change that has begun is carried through.
        receive = request.receive if call.operation.type is OperationType.QUERY else None
        try:
            work = self._answer(call, request, exchange.masking, exchange.media_type)
            return await patience.finished(work, within=self._limits.seconds, receive=receive)
        except patience.OutOfTimeError:
            raise _took_too_long(self._limits.seconds) from None

    async def _answer(self, call: Call, request: Request, masking: Masking, media_type: MediaType) -> Answer:
        """The answer to a call: by a plan where there is one, else by the executor."""
        context = await self._context(request)
        if self._compiled is not None and self._express is not None:
            question = self._compiled.question(call, context.viewpoint)
            if question is not None:
                PLANS.labels("compiled").inc()
                return await self._compiled_answer(self._express, call, question, request, media_type)
        PLANS.labels("executor").inc()
        result = await self._runner.run(call, context)
        errors = masking.of_fields(result.errors or [], call.operation.name)
        return execution.answer(
            data=result.data, executed=True, errors=errors, cost=call.cost, limits=self._limits
        )

    async def _compiled_answer(
        self, express: Express, call: Call, question: Question, request: Request, media_type: MediaType
    ) -> Answer:
        """The answer to a question; an anonymous one's words travel express from now on."""
        ticket = Ticket(question, media_type, execution.tail(cost=call.cost, limits=self._limits))
        key = request.state.express_key
        if key is not None:
            express.remember(key, ticket, size=len(key[-1]))
        try:
            return Answer(await express.body(key, ticket), has_data=True, is_clean=True)
        except QueryCanceledError:
            raise _took_too_long(self._limits.statement_seconds) from None


def _took_too_long(seconds: float) -> HttpError:
    return HttpError(
        503,
        f"The request took longer than {seconds:g} s and was stopped. Ask for less, or try again later; a change may "
        "be sent again with the same idempotencyKey.",
        Code.INTERNAL_SERVER_ERROR,
    )


def _refuse_type(operation_type: OperationType, method: str) -> None:
    """Changes go by POST, where no link and no image can start them; subscriptions are not served by HTTP."""
    if operation_type is OperationType.SUBSCRIPTION:
        raise HttpError(400, "Subscriptions are not answered here. Send a query.")
    if operation_type is OperationType.MUTATION and method != "POST":
        raise HttpError(405, "A mutation must be sent by POST.", headers={"Allow": "POST"})


class _Exchange:
    """One request and what is known of it so far, so that whatever happens is told in the client's terms."""

    def __init__(self, request_id: str, limits: Limits, debug: bool) -> None:
        self.masking = Masking(request_id, debug=debug)
        self.cost: int | None = None
        self._request_id = request_id
        self._limits = limits
        self.media_type = MediaType.JSON

    def negotiate(self, request: Request) -> bool:
        """Settle the answer's media type; True when a browser would rather see a page.

        Raises:
            HttpError: 405 for a method that is not spoken here, 406 when nothing we speak is wanted.
        """
        if request.method not in reply.METHODS:
            allowed = ", ".join(reply.METHODS)
            raise HttpError(405, f"Use one of the methods {allowed}.", headers={"Allow": allowed})
        accept = ", ".join(request.headers.getlist("accept"))
        data = (MediaType.JSON, MediaType.GRAPHQL)
        media_type = preferred(accept, data)
        wants_page = request.method != "POST" and preferred(accept, (*data, MediaType.HTML)) is MediaType.HTML
        if media_type is None and not wants_page:
            raise HttpError(
                406, f"Answers come as {MediaType.GRAPHQL} or {MediaType.JSON}: accept one of them."
            )
        self.media_type = media_type or MediaType.JSON
        return wants_page

    def answered(self, answer: Answer, request: Request) -> Response:
        response = reply.answered(answer, request, self.media_type, fresh_seconds=self._limits.fresh_seconds)
        return self.sent(response)

    def refused(self, error: RequestError) -> Response:
        errors = self.masking.of_request(error)
        return self._refused(errors, reply.status_of(error, self.media_type), reply.headers_of(error))

    def crashed(self, error: Exception) -> Response:
        return self._refused(self.masking.of_crash(error), 500, {})

    def sent(self, response: Response) -> Response:
        response.headers["X-Request-Id"] = self._request_id
        return response

    def _refused(self, errors: list[dict[str, Any]], status: int, headers: Mapping[str, str]) -> Response:
        answer = execution.answer(errors=errors, cost=self.cost, limits=self._limits)
        return self.sent(reply.refused(answer, status, self.media_type, headers))
