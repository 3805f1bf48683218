"""The executor, with errors that do not depend on what was faster.

graphql-core answers with the error of whichever field fails first, gives its siblings up, and lists errors in the order
in which they came. Here every sibling is worked on to its end; of several errors that make the same value null, the
one is told that stands first in the document, and errors are listed in that order.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from inspect import CORO_CREATED, getcoroutinestate
from types import CoroutineType
from typing import Any

from graphql import GraphQLError
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext


@dataclass(frozen=True, slots=True)
class Failed:
    """A field that has no value, and why."""

    error: Exception


class SettledExecutor(StrawberryGraphQLCoreExecutionContext):
    """Waits for all fields of an object and all items of a list, and only then fails by the first that did."""

    def execute_fields(
        self, parent_type: Any, source_value: Any, path: Any, grouped_field_set: Any, position_context: Any
    ) -> Any:
        """The object of the fields, or what it can be awaited from."""
        results: dict[str, Any] = {}
        for name, details in grouped_field_set.items():
            field_path = Path(path, name, parent_type.name)
            try:
                results[name] = self.execute_field(
                    parent_type, source_value, details, field_path, position_context
                )
            except GraphQLError as error:
                results[name] = Failed(error)
        return self._settled(results)

    def complete_iterable_value(
        self, item_type: Any, field_details_list: Any, info: Any, path: Any, items: Any, position_context: Any
    ) -> Any:
        """The list of the items, or what it can be awaited from."""
        completed: list[Any] = []
        for index, item in enumerate(items):
            arguments = (item_type, field_details_list, info, path.add_key(index, None), position_context)
            try:
                if self.is_awaitable(item):
                    completed.append(self.complete_awaitable_list_item_value(item, *arguments))
                else:
                    self.complete_list_item_value(item, completed, *arguments)
            except GraphQLError as error:
                completed.append(Failed(error))
        settled = self._settled(dict(enumerate(completed)))
        if self.is_awaitable(settled):
            return _values_of(settled)
        return list(settled.values())

    def _settled(self, results: dict[Any, Any]) -> Any:
        waiting = [key for key, value in results.items() if self.is_awaitable(value)]
        if waiting:
            return self._awaited(results, waiting)
        return _whole(results)

    async def _awaited(self, results: dict[Any, Any], waiting: Sequence[Any]) -> dict[Any, Any]:
        found = await settled([results[key] for key in waiting])
        results.update(zip(waiting, found, strict=True))
        return _whole(results)


async def settled(awaitables: Sequence[Awaitable[Any]]) -> Sequence[Any]:
    """What each of them gives, or a `Failed`; all are worked on at the same time."""
    if len(awaitables) == 1:
        return [await _kept(awaitables[0])]
    try:
        return await asyncio.gather(*map(_kept, awaitables))
    except asyncio.CancelledError:
        for each in awaitables:
            _give_up(each)
        raise


def told(data: Any, errors: Sequence[GraphQLError]) -> list[GraphQLError]:
    """The errors in the order of the document, one for each value of `data` that they made null."""
    found: dict[tuple[str | int, ...], GraphQLError] = {}
    for error in sorted(errors, key=_place_in_document):
        found.setdefault(_nulled(data, error.path or ()), error)
    return list(found.values())


async def _kept(awaitable: Awaitable[Any]) -> Any:
    try:
        return await awaitable
    except GraphQLError as error:
        return Failed(error)


def _give_up(what: Any) -> None:
    """Close what has not begun, and what it was to await: Python warns of each that nobody awaits."""
    if isinstance(what, dict):
        for each in what.values():
            _give_up(each)
    elif isinstance(what, CoroutineType) and getcoroutinestate(what) == CORO_CREATED:
        assert what.cr_frame is not None
        given = dict(what.cr_frame.f_locals)
        what.close()
        _give_up(given)


async def _values_of(settled: Awaitable[dict[Any, Any]]) -> list[Any]:
    return list((await settled).values())


def _whole(results: dict[Any, Any]) -> dict[Any, Any]:
    for value in results.values():
        if isinstance(value, Failed):
            raise value.error
    return results


def _place_in_document(error: GraphQLError) -> tuple[list[int], list[tuple[int, str]]]:
    steps = [(step, "") if isinstance(step, int) else (0, step) for step in error.path or ()]
    return list(error.positions or ())[:1], steps


def _nulled(data: Any, path: Sequence[str | int]) -> tuple[str | int, ...]:
    """The path of the value that an error at the path has made null."""
    for length, step in enumerate(path):
        if data is None:
            return tuple(path[:length])
        data = data[step]
    return tuple(path)
