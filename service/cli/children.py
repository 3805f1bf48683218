"""A process of ours under `dev`: its output, its end with ours, its stop."""

import asyncio
import os
import signal
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from service.embedded.process import end_with_parent

_LAST_LINES = 20
_LINE_BYTES = 8_192


class Child:
    """One process, and what it said last; started anew as often as need be."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        show: Callable[[str], None],
        stop_within: float,
        pass_fds: Sequence[int] = (),
    ) -> None:
        """`environment` is added to ours; `show` is given each line of output, with the name in front.

        A stop waits `stop_within` seconds, and then kills.
        """
        self.name = name
        self.last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._command = command
        self._environment = {**os.environ, **environment}
        self._show = show
        self._stop_within = stop_within
        self._pass_fds = pass_fds
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the process."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=_LINE_BYTES,
            pass_fds=self._pass_fds,
            # A session of its own: a terminal's Ctrl-C reaches us alone, and we stop everything in order.
            start_new_session=True,
            # Nothing of it outlives a kill -9 of ours.
            preexec_fn=end_with_parent(signal.SIGKILL),
        )
        self._reading = asyncio.create_task(self._read(self._process))

    async def ended(self) -> int:
        """Wait for the process's end, its last words included; returns its code."""
        assert self._process is not None
        assert self._reading is not None
        code = await self._process.wait()
        # What it may have left behind would hold the pipe open.
        self.kill()
        # Whoever waits here may be cancelled; the reading may not.
        await asyncio.wait([self._reading])
        return code

    async def stop(self) -> None:
        """Ask the process to end, and end it if it does not."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._stop_within):
                await self._process.wait()
        self.kill()
        await self.ended()

    def kill(self) -> None:
        """End the process and all that it has started, at once."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while line := await _next_line(process.stdout):
            text = line.decode(errors="replace").rstrip()
            self.last_lines.append(text)
            self._show(f"{self.name} | {text}")


async def _next_line(stream: asyncio.StreamReader) -> bytes:
    """The next line, or a piece of an overlong one; empty at the end."""
    try:
        return await stream.readuntil()
    except asyncio.IncompleteReadError as end:
        return end.partial
    except asyncio.LimitOverrunError as overrun:
        return await stream.read(overrun.consumed)
