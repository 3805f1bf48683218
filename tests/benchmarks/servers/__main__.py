"""Serve one of the servers for comparison: `python -m tests.benchmarks.servers floor 5` at the listening socket 5."""

import os
import socket
import sys
from importlib import import_module

import uvicorn


def main(name: str, descriptor: str) -> None:
    """Serve until stopped, by uvicorn as the product's own command sets it up; DATABASE_URL says on what."""
    # Imported by name, so that each process holds nothing of the others.
    application = import_module(f"tests.benchmarks.servers.{name}").application(os.environ["DATABASE_URL"])
    config = uvicorn.Config(
        application,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    uvicorn.Server(config).run([socket.socket(fileno=int(descriptor))])


if __name__ == "__main__":
    main(*sys.argv[1:])
