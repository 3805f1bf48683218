"""`skillprofile api`: the HTTP server."""

import asyncio
import resource
import socket
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.failures import CommandFailed, ExitCode
from service.cli.listening import BACKLOG, listen, url_of
from service.cli.options import DataOption
from service.cli.output import say_aside
from service.cli.processes import ensure_servable
from service.cli.stores import stores
from service.cli.supervision import stopped_in_order

if TYPE_CHECKING:
    import uvicorn

# -P: a folder named `service` where the person stands must not be taken for ours.
COMMAND = (sys.executable, "-P", "-m", "service.cli", "api")
# Open connections of one process before it answers 503; each takes a file descriptor and some memory.
_CONNECTIONS = 4_000
_WANTED_FILES = 16_384
_KEEP_ALIVE_SECONDS = 15
_MESSAGE_BYTES = 1_000_000


def api(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any free one.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the port.")] = 1,
    stop_within: Annotated[
        int, typer.Option(min=1, max=60, metavar="SECONDS", help="How long a stop waits for open requests.")
    ] = 5,
    trusted_proxies: Annotated[
        str,
        typer.Option(
            envvar="TRUSTED_PROXIES",
            metavar="ADDRESSES",
            help="Proxies whose X-Forwarded headers are believed: addresses or networks, separated by commas.",
        ),
    ] = "",
    connections: Annotated[
        int, typer.Option(min=10, max=100_000, help="Open connections per process, then it answers 503.")
    ] = _CONNECTIONS,
    fd: Annotated[
        int | None, typer.Option(hidden=True, help="A socket of `dev`, which listens already.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Serve the GraphQL API until stopped. A request head ends within 64 KiB and 10 s."""
    listener = listen(host, port) if fd is None else socket.socket(fileno=fd)
    # uvicorn stops in good order at a signal, and then passes it on.
    with stopped_in_order(), listener, stores(data) as where:
        # `dev`, which hands a socket over, has seen to all of it.
        if fd is None:
            asyncio.run(ensure_servable(where))
            say_aside(f"the API listens at {url_of(listener)}")
        _allow_open_files()
        _serve(_config(workers, stop_within, trusted_proxies, connections), listener)


def _config(workers: int, stop_within: int, trusted_proxies: str, connections: int) -> "uvicorn.Config":
    import uvicorn

    from service.cli.event_streams import EndingProtocol

    return uvicorn.Config(
        "service.serving:application",
        factory=True,
        workers=workers,
        loop="uvloop",
        http=EndingProtocol,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        limit_concurrency=connections,
        # As large as a body may be; and what thousands of sockets would need to compress is not to be had.
        ws_max_size=_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=stop_within,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
    )


def _serve(config: "uvicorn.Config", listener: socket.socket) -> None:
    import uvicorn
    from uvicorn.config import STARTUP_FAILURE
    from uvicorn.supervisors import Multiprocess

    if config.workers == 1:
        uvicorn.Server(config).run([listener])
        return
    parent = Multiprocess(config, [listener])
    parent.run()
    if any(process.exitcode == STARTUP_FAILURE for process in parent.processes):
        raise CommandFailed("A process of the API did not start: look at what it said.", ExitCode.UNAVAILABLE)


def _allow_open_files() -> None:
    """As many as wanted, where the machine lets us: the usual 1,024 are fewer than the connections served."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED_FILES if hard == resource.RLIM_INFINITY else min(_WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
