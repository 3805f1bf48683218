"""`skillprofile worker`: fan-out, mail and recounts, in a process of its own."""

import asyncio
import os
import signal
import subprocess
import sys
from typing import Annotated

import typer

from service.cli.failures import CommandFailed
from service.cli.options import DataOption
from service.cli.processes import ensure_servable
from service.cli.readiness import worker_lives
from service.cli.stores import Stores, ensure_reachable, stores
from service.embedded.process import end_with_parent

# A process of its own: nothing of the service imports the worker.
# -P: a folder named `worker` where the person stands must not be taken for ours.
COMMAND = (sys.executable, "-P", "-m", "worker")


def worker(
    check: Annotated[
        bool, typer.Option("--check", help="Only tell whether a worker is alive; exit code 1 where none is.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Run the worker until stopped. Several may run at once."""
    with stores(data) as where:
        if check:
            asyncio.run(_check(where))
            return
        asyncio.run(ensure_servable(where))
        if where.folder is None:
            # In a container the worker is then the first process itself, and gets its signals.
            os.execv(COMMAND[0], COMMAND)  # noqa: S606
        raise typer.Exit(_beside_the_servers())


async def _check(where: Stores) -> None:
    await ensure_reachable(where)
    if not await worker_lives(where.redis_url):
        raise CommandFailed("No worker is alive: start one with `skillprofile worker`.")


def _beside_the_servers() -> int:
    """Run the worker as a child, since this process holds the embedded servers up; returns an exit code."""
    process = subprocess.Popen(  # noqa: S603
        COMMAND, start_new_session=True, preexec_fn=end_with_parent(signal.SIGTERM)
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: process.terminate())
    code = process.wait()
    if code in (0, -signal.SIGTERM):
        return 0
    typer.echo(
        f"The worker ended by itself: {'killed by signal ' if code < 0 else 'exit code '}{abs(code)}.",
        err=True,
    )
    # As a shell says it of a process that a signal ended.
    return 128 - code if code < 0 else code
