"""How long work may take, and for whom: no longer than a limit, and not for a client that has gone."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Receive

T = TypeVar("T")

_WATCH_AFTER = 0.25  # seconds; most work is done by then and needs no watch
_CLEAN_UP = 2.0  # seconds that stopped work has to roll back and let go of its connections


class OutOfTimeError(Exception):
    """The work was stopped because it took too long."""


async def finished(work: Coroutine[Any, Any, T], *, within: float, receive: Receive | None) -> T:
    """What the work returns, stopping it after `within` seconds or once the client has hung up.

    `receive` is the ASGI channel on which the client's going is told, its body read to the end; without it
    the work goes on when the client leaves.

    Raises:
        OutOfTimeError: the work took too long.
        ClientDisconnect: nobody is left to answer.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait({task}, timeout=min(_WATCH_AFTER, within))
        if not task.done():
            await _watch(task, within=within - _WATCH_AFTER, receive=receive)
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_CLEAN_UP)


async def _watch(task: asyncio.Task[T], *, within: float, receive: Receive | None) -> None:
    """Return once the task is done; raise OutOfTimeError or ClientDisconnect where that comes first."""
    gone = asyncio.create_task(_gone(receive)) if receive else None
    try:
        waiting = {task, gone} if gone else {task}
        done, _ = await asyncio.wait(waiting, timeout=max(within, 0), return_when=asyncio.FIRST_COMPLETED)
    finally:
        if gone:
            gone.cancel()
    if task not in done:
        raise ClientDisconnect if done else OutOfTimeError


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
