"""The embedded Valkey: the queue of wake-ups, in memory only.

Nothing of it is kept: the truth is in PostgreSQL, a job is only a wake-up, and the recovery sweep finds what
a lost one should have woken. So there is nothing to load at a start, nothing to save and nothing to mend.
"""

import socket
from contextlib import AbstractContextManager
from pathlib import Path
from signal import SIGKILL, SIGTERM

from service.embedded.account import Account
from service.embedded.log import Log, Server
from service.embedded.process import Child, Command, running
from service.embedded.wheels import Programs

SERVER = Server(name="Valkey", file="valkey", stop=((SIGTERM, 5.0), (SIGKILL, 5.0)), orphaned=SIGKILL)

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "save": "",
    "appendonly": "no",
    "maxmemory": "256mb",
    # A queue that is full must say so; dropping keys would lose jobs in silence.
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
    "loglevel": "warning",
    # Standard output, which is our log.
    "logfile": "",
}


def url(sockets: Path) -> str:
    return f"unix://{_socket(sockets)}?db=0"


def started(
    programs: Programs, sockets: Path, log: Log, account: Account | None
) -> AbstractContextManager[Child]:
    """Start a Valkey that listens in `sockets`."""
    settings = SETTINGS | {"unixsocket": str(_socket(sockets)), "dir": str(sockets)}
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    command = Command(log, account, programs.valkey, *options)
    return running(command, lambda _pid: _is_ready(_socket(sockets)))


def _socket(sockets: Path) -> Path:
    return sockets / "valkey.sock"


def _is_ready(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(1.0)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except (FileNotFoundError, ConnectionError, TimeoutError):
            return False
