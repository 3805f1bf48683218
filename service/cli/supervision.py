"""Keeping processes up, and ending in good order when asked to."""

import asyncio
import os
import signal
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from types import FrameType
from typing import Any

from service.cli.children import Child
from service.cli.failures import CommandFailed, ExitCode

_MAX_RESTARTS = 5
_WITHIN_SECONDS = 60.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stopped_in_order() -> Iterator[None]:
    """SIGTERM is to the block what Ctrl-C is, and either ends it in good order: no error."""
    signal.signal(signal.SIGTERM, _interrupt)
    with suppress(KeyboardInterrupt):
        yield


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    raise KeyboardInterrupt


async def until_stopped(
    work: Coroutine[Any, Any, None], *, tell: Callable[[str], None], end_at_once: Callable[[], None]
) -> None:
    """Run the work until it ends or a signal cancels it; a second signal ends this process on the spot."""
    task = asyncio.ensure_future(work)
    asked = False

    def ask() -> None:
        nonlocal asked
        if asked:
            end_at_once()
            os._exit(ExitCode.INTERRUPTED)
        asked = True
        tell("stopping …")
        task.cancel()

    _on_signals(ask)
    _on_end_of_make(ask)
    try:
        await task
    except asyncio.CancelledError:
        if not asked:
            raise


def _on_signals(ask: Callable[[], None]) -> None:
    for number in _SIGNALS:
        # Whoever ignores a hang-up (nohup) means it.
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(number, ask)


def _on_end_of_make(ask: Callable[[], None]) -> None:
    """Under `make` its end counts as a signal: a kill -9 of it leaves nothing behind (Linux)."""
    if "MAKELEVEL" not in os.environ or not hasattr(os, "pidfd_open"):
        return
    loop = asyncio.get_running_loop()
    make = os.pidfd_open(os.getppid())

    def ended() -> None:
        loop.remove_reader(make)
        ask()

    loop.add_reader(make, ended)


@asynccontextmanager
async def running(children: Sequence[Child]) -> AsyncIterator[None]:
    """Start the processes; at the end of the block ask the last one first to stop, and wait for all of them."""
    try:
        for child in children:
            await child.start()
        yield
    finally:
        await asyncio.gather(*(child.stop() for child in reversed(children)))


async def keep_up(child: Child, tell: Callable[[str], None]) -> None:
    """Start the process again when it ends, at most five times a minute, until cancelled.

    Raises:
        CommandFailed: it keeps ending; with its last lines.
    """
    restarts: deque[float] = deque()
    while True:
        code = await child.ended()
        now = time.monotonic()
        while restarts and restarts[0] < now - _WITHIN_SECONDS:
            restarts.popleft()
        if len(restarts) == _MAX_RESTARTS:
            last = "".join(f"\n  {line}" for line in child.last_lines)
            raise CommandFailed(
                f"The {child.name} has ended {_MAX_RESTARTS + 1} times within a minute, now with "
                f"{_meaning(code)}. It said last:{last or ' nothing'}",
                ExitCode.UNAVAILABLE,
            )
        restarts.append(now)
        tell(f"the {child.name} ended with {_meaning(code)}; it is started again")
        await child.start()


def _meaning(code: int) -> str:
    return f"code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
