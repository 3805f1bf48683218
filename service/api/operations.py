"""From what a client asks to its answer, whatever carries the two: a request, a socket or a stream of events."""

from collections.abc import Awaitable, Callable, Hashable
from typing import Any

import strawberry
from asyncpg.exceptions import QueryCanceledError
from graphql import OperationType
from starlette.requests import Request

from service.api import execution, patience
from service.api.documents import Library
from service.api.execution import Answer, Call, Runner
from service.api.express import Express, Ticket
from service.api.failures import Code, HttpError, Masking, RequestError
from service.api.limits import Limits
from service.api.negotiation import MediaType
from service.api.persisted import PersistedDocuments
from service.api.plan.answering import CompiledReads
from service.api.plan.gaps import Template
from service.api.plan.plans import Planner, Question
from service.api.request import Parameters
from service.api.spending import Spending
from service.metrics import PLANS


class Operations:
    """The operations of one schema. `context`, `express` and `spending` are as `GraphQLApp` has them."""

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        context: Callable[[Request], Awaitable[Any]],
        limits: Limits,
        documents: PersistedDocuments,
        express: Express | None,
        spending: Spending | None,
    ) -> None:
        graphql_schema = execution.executable(schema)
        self.limits = limits
        self.context = context
        self.library = Library(graphql_schema, limits)
        self.runner = Runner(graphql_schema, limits)
        self.schema = graphql_schema
        self._persisted = documents
        self._express = express
        self._spending = spending
        self.compiled = None if express is None else CompiledReads(Planner(schema, graphql_schema))

    async def call(self, parameters: Parameters, refuse: Callable[[OperationType], None]) -> Call:
        """From what a client sent to an operation that may run, priced; `refuse` raises for a type not spoken here.

        Raises:
            RequestError: there is no such document or operation, or it asks for too much.
        """
        text = await self._persisted.text(parameters)
        document = self.library.document(text)
        operation = document.operation(parameters.operation_name)
        refuse(operation.type)
        await self._persisted.register(parameters)
        cost = operation.price.of(parameters.variables)
        return Call(document, operation, parameters.variables, parameters.extensions, cost)

    def refuse_dear(self, call: Call) -> None:
        """Raise RequestError for a call that costs more than the limit."""
        if call.cost > self.limits.cost:
            raise RequestError(
                f"The operation costs {call.cost:,}; the limit is {self.limits.cost:,}. "
                "Ask for fewer rows with `first`, nest fewer lists, or ask in several requests.",
                Code.COST_EXCEEDED,
                cost={"requested": call.cost, "limit": self.limits.cost},
            )

    async def answer(
        self, call: Call, request: Request, masking: Masking, media_type: MediaType, *, watch_client: bool
    ) -> Answer:
        """The answer to a query or a mutation, within the time that it may take.

        Where `watch_client`, a query ends when the request's client hangs up; a change that has begun is carried
        through in any case.

        Raises:
            HttpError: 503 where it took too long.
        """
        is_query = call.operation.type is OperationType.QUERY
        receive = request.receive if watch_client and is_query else None
        try:
            work = self._answer(call, request, masking, media_type)
            return await patience.finished(work, within=self.limits.seconds, receive=receive)
        except patience.OutOfTimeError:
            raise _took_too_long(self.limits.seconds) from None

    async def _answer(self, call: Call, request: Request, masking: Masking, media_type: MediaType) -> Answer:
        """The answer to a call: by a plan where there is one, else by the executor."""
        context = await self.context_of(call, request)
        if self.compiled is not None and self._express is not None:
            question = self.compiled.question(call, context.viewpoint)
            if question is not None and question.gaps:
                filled = await self._filled_answer(self._express, call, question, context, media_type)
                if filled is not None:
                    PLANS.labels("filled").inc()
                    return filled
            elif question is not None:
                PLANS.labels("compiled").inc()
                return await self._compiled_answer(self._express, call, question, request, media_type)
        PLANS.labels("executor").inc()
        return await self.executed(call, context, masking)

    async def context_of(self, call: Call, request: Request) -> Any:
        """The context of the call, which whoever asks is charged for; what is left stands in the request's state.

        Raises:
            RequestError: it can't be made, or nobody pays for this.
        """
        context = await self.context(request)
        if self._spending is not None:
            standing = self._spending.charge(request, context.viewer, call.cost)
            context.standing = request.state.standing = standing
        return context

    async def executed(self, call: Call, context: Any, masking: Masking, root: Any = None) -> Answer:
        """The ordinary executor's answer, below the root that a subscription's event is."""
        result = await self.runner.run(call, context, root)
        errors = masking.of_fields(result.errors or [], call.operation.name)
        return execution.answer(
            data=result.data,
            executed=True,
            errors=errors,
            cost=call.cost,
            is_shared=self._spending is None or not context.has_shown_standing,
            limits=self.limits,
        )

    async def _compiled_answer(
        self, express: Express, call: Call, question: Question, request: Request, media_type: MediaType
    ) -> Answer:
        """The answer to a question; an anonymous one's words travel express from now on."""
        ticket = self._ticket(call, question, media_type)
        key = request.state.express_key
        if key is not None and media_type is not MediaType.EVENTS:
            express.remember(key, ticket, size=len(key[-1]))
        return Answer(await self._body(express, key, ticket), has_data=True, is_clean=True)

    async def _filled_answer(
        self, express: Express, call: Call, question: Question, context: Any, media_type: MediaType
    ) -> Answer | None:
        """The answer to a question of somebody who is signed in, with what is their own filled in by the executor.

        None where that ends in an error: which one is told, the executor finds out of the whole.
        """
        body = await self._body(express, None, self._ticket(call, question, media_type))
        template = Template(body, question.gaps)
        values = await self.runner.fields(call, context, template.wanted)
        return None if values is None else Answer(template.filled(values), has_data=True, is_clean=True)

    def _ticket(self, call: Call, question: Question, media_type: MediaType) -> Ticket:
        return Ticket(question, media_type, execution.tail(cost=call.cost, limits=self.limits), call.cost)

    async def _body(self, express: Express, key: Hashable | None, ticket: Ticket) -> bytes:
        try:
            return await express.body(key, ticket)
        except QueryCanceledError:
            raise _took_too_long(self.limits.statement_seconds) from None
        except TimeoutError:
            raise _took_too_long(self.limits.seconds) from None


def _took_too_long(seconds: float) -> HttpError:
    return HttpError(
        503,
        f"The request took longer than {seconds:g} s and was stopped. Ask for less, or try again later; a change may "
        "be sent again with the same idempotencyKey.",
        Code.INTERNAL_SERVER_ERROR,
    )
