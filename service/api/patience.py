"""How long work may take, and for whom: no longer than a limit, and not for a client that has gone."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Message

T = TypeVar("T")

_WATCH_AFTER = 0.25  # seconds; most work is done by then and needs no watch
_CLEAN_UP = 2.0  # seconds that stopped work has to roll back and let go of its connections


async def finished(
    work: Coroutine[Any, Any, T], *, within: float, receive: Callable[[], Awaitable[Message]] | None
) -> T:
    """What the work returns, stopping it after `within` seconds or once the client has hung up.

    `receive` is the ASGI channel on which the client's going is told, its body read to the end; without it
    the work goes on when the client leaves.

    Raises:
        TimeoutError: the work took too long.
        ClientDisconnect: nobody is left to answer.
    """
    task = asyncio.create_task(work)
    watch: asyncio.Task[None] | None = None
    try:
        async with asyncio.timeout(within):
            await asyncio.wait({task}, timeout=min(_WATCH_AFTER, within))
            if not task.done() and receive is not None:
                watch = asyncio.create_task(_gone(receive))
            await asyncio.wait({task, watch} if watch else {task}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnect
        return task.result()
    finally:
        if watch is not None:
            watch.cancel()
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_CLEAN_UP)


async def _gone(receive: Callable[[], Awaitable[Message]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
