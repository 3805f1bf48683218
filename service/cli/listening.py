"""The listening socket, taken before anything else starts, so that a taken port is known at once."""

import errno
import socket

from service.cli.failures import CommandFailed, ExitCode

# Connections that the kernel keeps waiting while the processes are busy (it may allow fewer).
BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at the address; port 0 takes any free one.

    Raises:
        CommandFailed: the address is not to be had.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except socket.gaierror as error:
        raise CommandFailed(f"--host {host} is no address: {error.strerror}.", ExitCode.USAGE) from error
    except OSError as error:
        raise CommandFailed(_reason(host, port, error), ExitCode.UNAVAILABLE) from error


def address_of(listener: socket.socket) -> tuple[str, int]:
    """Where a client on this machine reaches the socket: host and port."""
    host, port = listener.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port  # noqa: S104


def url_of(listener: socket.socket) -> str:
    """The socket's address as a browser on this machine takes it."""
    host, port = address_of(listener)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _reason(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return f"Port {port} of {host} is taken by another program: choose another with --port."
        case errno.EACCES:
            return f"Port {port} is for privileged programs: choose one from 1024 up with --port."
        case errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine: choose another with --host."
        case _:
            return f"{host}:{port} cannot be listened on: {error.strerror}."
