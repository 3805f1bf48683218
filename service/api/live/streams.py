"""Streams: a subscription's answers, each worked out and encoded once for all who asked the same.

What everybody may see is shared: the same document with the same variables is one stream, whoever listens, and is
answered as if nobody were signed in. A subscription that shows the viewer's own is a stream of its own.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from graphql import ExecutionResult

from service.api.execution import Call
from service.api.failures import Masking, Unheard
from service.api.live.guard import Guard
from service.api.live.sharing import shows_all_the_same
from service.api.operations import Operations
from service.api.request import new_request_id
from service.following import FellBehind


class Source(Protocol):
    """What a subscription's resolver returns: the root of each answer, and of the first one, which comes at once."""

    def opening(self) -> Any:
        """What says where the stream begins: all that comes after it is heard."""

    def __aiter__(self) -> AsyncIterator[Any]: ...

    async def aclose(self) -> None:
        """Give up."""


class Listener(Protocol):
    """Whoever hears a stream. No method may block or raise."""

    def next(self, answer: str) -> None:
        """One answer, as JSON."""

    def fail(self, errors: list[dict[str, Any]]) -> None:
        """There will be no more, because of these errors."""

    def drop(self) -> None:
        """Some were lost: the client is to begin anew."""


class Stream:
    """One running subscription. A listener's answers wait until it has heard the opening."""

    def __init__(self, key: Hashable, source: Source, answer: Callable[[Any], Any]) -> None:
        self.key = key
        self.source = source
        self._answer = answer
        self._waiting: dict[Listener, list[str] | None] = {}
        self._opening: asyncio.Task[str] | None = None
        self.task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    async def open_to(self, listener: Listener) -> None:
        """Give the listener the opening, and then whatever comes."""
        self._waiting[listener] = []
        if self._opening is None:
            self._opening = asyncio.create_task(self._answer(self.source.opening()))
        opening = await asyncio.shield(self._opening)
        missed = self._waiting.get(listener)
        if missed is None:
            return
        for answer in (opening, *missed):
            listener.next(answer)
        self._waiting[listener] = None

    def close_to(self, listener: Listener) -> None:
        """Give the listener nothing more."""
        self._waiting.pop(listener, None)

    async def run(self) -> None:
        """Give everybody each answer, until there are no more."""
        async for event in self.source:
            # Whoever comes from here on has to begin behind this event.
            self._opening = None
            answer = await self._answer(event)
            for listener, missed in tuple(self._waiting.items()):
                if missed is None:
                    listener.next(answer)
                else:
                    missed.append(answer)

    def end(self, tell: Callable[[Listener], None]) -> None:
        """Tell everybody that it is over."""
        listeners = tuple(self._waiting)
        self._waiting.clear()
        for listener in listeners:
            tell(listener)


@dataclass(frozen=True)
class Live:
    """What live updates need: a maker of the context of an operation of nobody, and who watches over the others."""

    anonymous: Callable[[], Any]
    guard: Guard


class Streams:
    """The streams of one process."""

    def __init__(self, operations: Operations, live: Live, *, debug: bool = False) -> None:
        self.operations = operations
        self.guard = live.guard
        self._anonymous = live.anonymous
        self._debug = debug
        self._open: dict[Hashable, Stream] = {}

    def __len__(self) -> int:
        return len(self._open)

    async def join(self, call: Call, context: Any, masking: Masking, listener: Listener) -> Stream:
        """Let the listener hear the subscription: its opening, which has been given when this returns, and what comes.

        Raises:
            RequestError: it can't be had, or not by this viewer.
        """
        # Every listener asks by itself, so that what is refused is refused to each.
        source: Any = await self.operations.runner.source(call, context)
        if isinstance(source, ExecutionResult):
            raise Unheard(masking.of_fields(source.errors or [], call.operation.name))
        is_shared = context.viewer is None or shows_all_the_same(self.operations.schema, call.document.node)
        key: Hashable = _key(call) if is_shared else object()
        stream = self._open.get(key)
        if stream is None:
            stream = self._begun(key, call, self._anonymous if is_shared else context.renewed, source)
        else:
            await source.aclose()
        try:
            await stream.open_to(listener)
        except BaseException:
            self.leave(stream, listener)
            raise
        return stream

    def leave(self, stream: Stream, listener: Listener) -> None:
        """Let the listener hear no more; the stream ends with the last of them."""
        stream.close_to(listener)
        if not len(stream) and stream.task is not None:
            self._forget(stream)
            stream.task.cancel()

    def _begun(self, key: Hashable, call: Call, context: Callable[[], Any], source: Any) -> Stream:
        masking = Masking(new_request_id(), debug=self._debug)

        async def answer(event: Any) -> str:
            return (await self.operations.executed(call, context(), masking, event)).body.decode()

        stream = self._open[key] = Stream(key, source, answer)
        stream.task = asyncio.create_task(self._run(stream, masking))
        return stream

    async def _run(self, stream: Stream, masking: Masking) -> None:
        try:
            await stream.run()
        except FellBehind:
            self._forget(stream)
            stream.end(lambda listener: listener.drop())
        except Exception as error:
            errors = masking.of_crash(error)
            self._forget(stream)
            stream.end(lambda listener: listener.fail(errors))
        finally:
            await stream.source.aclose()

    def _forget(self, stream: Stream) -> None:
        if self._open.get(stream.key) is stream:
            del self._open[stream.key]


def _key(call: Call) -> Hashable:
    variables = orjson.dumps(call.variables, option=orjson.OPT_SORT_KEYS)
    return (call.document.text, call.operation.name, variables)
