"""Running an operation that has been found fit to run.

graphql-core is called directly: parsing and validation are done before, and Strawberry's own `execute` would
do them again. Resolvers, permissions, field extensions and exception handlers of the schema work as ever.
"""

from collections.abc import AsyncIterable, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard, cast

import orjson
import strawberry
from graphql import (
    ExecutionResult,
    Executor,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    create_source_event_stream,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Path
from strawberry.execution import optimized_is_awaitable

from service.api.documents import Document, Operation
from service.api.failures import Code, Refused
from service.api.limits import Limits
from service.api.plan.gaps import Wanted
from service.api.settled import Failed, SettledExecutor, settled, told

# Strawberry's is faster on plain values, but typed as a mere test.
_is_awaitable = cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable)


@dataclass(frozen=True, slots=True)
class Call:
    """All that decides an answer but the viewer: an operation that may run, with its variables."""

    document: Document
    operation: Operation
    variables: dict[str, Any]
    extensions: dict[str, Any]
    cost: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of a GraphQL response, and what a transport must know about them."""

    body: bytes
    has_data: bool = False  # the entry `data` is there: the operation ran
    is_clean: bool = False  # and no error stands beside it
    is_shared: bool = True  # everybody who is not signed in would be answered the same


def executable(schema: strawberry.Schema) -> GraphQLSchema:
    """The schema as graphql-core knows it, with its @oneOf inputs marked for the rules of graphql-core.

    Raises:
        ValueError: the schema has extensions or operation directives, which would be passed over here.
    """
    unused = [*schema.extensions, *schema.directives]
    if unused:
        raise ValueError(
            f"the schema brings {unused[0]!r}, which does not run here: documents are checked and kept by "
            "service.api.documents; put anything else into the context, a field extension or a permission"
        )
    graphql_schema: GraphQLSchema = schema._schema  # noqa: SLF001 - Strawberry has no other door to it
    for one in graphql_schema.type_map.values():
        definition = one.extensions.get("strawberry-definition")
        if isinstance(one, GraphQLInputObjectType) and definition is not None and definition.is_one_of:
            one.is_one_of = True
    return graphql_schema


class Runner:
    """The ordinary executor: every valid call, answered by the schema's resolvers."""

    def __init__(self, graphql_schema: GraphQLSchema, limits: Limits) -> None:
        self._schema = graphql_schema
        self._limits = limits

    async def run(self, call: Call, context: object, root: object = None) -> ExecutionResult:
        """The result with `data`, whatever its fields' errors. Below a root, a subscription is run for one event.

        Raises:
            Refused: the variables are not what the operation declares.
        """
        result = self._prepared(call, context, root).execute_operation()
        if isinstance(result, Awaitable):
            result = await result
        if not isinstance(result, ExecutionResult):
            raise TypeError(f"an operation answered once gave {type(result).__name__}")
        return ExecutionResult(result.data, told(result.data, result.errors or []))

    async def fields(self, call: Call, context: object, wanted: Sequence[Wanted]) -> list[Any] | None:
        """Some fields of a call by themselves, each of an object that is there already; None where any has an error.

        Raises:
            Refused: the variables are not what the operation declares.
        """
        executor = self._prepared(call, context, None)
        values = [self._field(executor, one) for one in wanted]
        waiting = [index for index, value in enumerate(values) if _is_awaitable(value)]
        for index, value in zip(waiting, await settled([values[index] for index in waiting]), strict=True):
            values[index] = value
        has_failed = any(isinstance(value, Failed) for value in values)
        return None if has_failed or executor.collected_errors.errors else values

    def _field(self, executor: "Executor[Any]", wanted: Wanted) -> Any:
        branch = wanted.gap.branch
        name = "Query" if wanted.gap.node is None else wanted.gap.node.__name__
        parent = cast("GraphQLObjectType", self._schema.type_map[name])
        details = [FieldDetails(node, None) for node in branch.nodes]
        # Nobody is told where the object stood: where there is an error, the whole call is run.
        return executor.execute_field(parent, wanted.source, details, Path(None, branch.key, name), None)

    async def source(self, call: Call, context: object) -> AsyncIterable[Any] | ExecutionResult:
        """The events of a subscription, each the root of one answer; or a result with the error of its resolver.

        Raises:
            Refused: the variables are not what the operation declares.
        """
        found = create_source_event_stream(self._prepared(call, context, None))
        return await found if isinstance(found, Awaitable) else found

    def _prepared(self, call: Call, context: object, root: object) -> "Executor[Any]":
        executor = SettledExecutor.build(
            self._schema,
            call.document.node,
            root,
            context,
            call.variables,
            call.operation.name,
            max_coercion_errors=self._limits.faults,
            is_awaitable=_is_awaitable,
            operation_extensions=call.extensions,
        )
        if isinstance(executor, list):
            raise Refused(executor, Code.BAD_USER_INPUT)
        return executor


def answer(
    *,
    data: dict[str, Any] | None = None,
    executed: bool = False,
    errors: list[dict[str, Any]] | None = None,
    cost: int | None = None,
    is_shared: bool = True,
    limits: Limits,
) -> Answer:
    """The response's bytes; `data` stands in them only when the operation was executed.

    Raises:
        TypeError: a scalar's serialiser gave something that JSON has no form for.
    """
    content: dict[str, Any] = {}
    if executed:
        content["data"] = data
    if errors:
        content["errors"] = errors
    if cost is not None:
        content["extensions"] = {"cost": {"requested": cost, "limit": limits.cost}}
    is_clean = executed and not errors
    return Answer(orjson.dumps(content), has_data=executed, is_clean=is_clean, is_shared=is_shared)


def tail(*, cost: int, limits: Limits) -> bytes:
    """What follows a `data` that is JSON already, to the end of the response."""
    return b',"extensions":{"cost":{"requested":%d,"limit":%d}}}' % (cost, limits.cost)
