"""Who runs the servers of a data folder, and who merely uses them.

Three lock files stand in the folder; the kernel frees their locks when a process ends, however it ends.

- `owner.lock` is held by the process whose children the servers are, as long as they run; its text says who
  that is and where they listen.
- `joined.lock` is held, shared, by every process that uses servers of another; the owner stops them only when
  it is free. Each owner makes it anew: a process that outlives its owner then holds up nobody.
- `gate.lock` is held to join, to start and to stop. So whoever holds the gate and finds `owner.lock` taken
  knows that its text is true, that the servers are up and that they are not being stopped.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from service.embedded.errors import EmbeddedError
from service.embedded.lock import FileLock, pause

# Seconds. Longer than a start may take, so that whoever waits at the gate sees how it ended.
GATE_PATIENCE = 150.0
OWN_PATIENCE = 20.0
# How long an owner that wants to stop waits for those who joined: a person who stops `dev` waits less.
COMMAND_STAYS = 20.0
DEV_STAYS = 5.0


@dataclass(frozen=True)
class Servers:
    """Where the servers listen: a URL for SQLAlchemy with asyncpg, and one for redis-py and arq."""

    database_url: str
    redis_url: str


@contextmanager
def shared(
    folder: Path, start: Callable[[], AbstractContextManager[Servers]], *, own: bool
) -> Iterator[Servers]:
    """Join the servers of `folder`; where nobody runs them, `start` them, and stop them at the end.

    Raises EmbeddedError where `own` is asked for and another process does not give them up.
    """
    # The gate is closed last: what the owner lock says must hold for whoever comes through the gate.
    with FileLock(folder / "gate.lock") as gate, FileLock(folder / "owner.lock") as owner:
        other = _come_in(folder, gate, owner, own=own)
        if other is not None:
            with FileLock(folder / "joined.lock") as joined:
                joined.take(together=True)
                gate.free()
                yield other.servers
            return
        (folder / "joined.lock").unlink(missing_ok=True)
        with FileLock(folder / "joined.lock") as joined, start() as servers:
            owner.write(Record(os.getpid(), own, servers).text())
            gate.free()
            try:
                yield servers
            finally:
                _close_the_gate(gate, joined, patience=DEV_STAYS if own else COMMAND_STAYS)


def _come_in(folder: Path, gate: FileLock, owner: FileLock, *, own: bool) -> "Record | None":
    """Return with the gate held: None when `owner` is ours, else who has it and may be joined."""
    deadline = time.monotonic() + OWN_PATIENCE
    while True:
        if not gate.take_within(GATE_PATIENCE):
            raise EmbeddedError(
                f"another process has been starting or stopping the servers of {folder} for "
                f"{GATE_PATIENCE:.0f} s: look at the logs there, stop it, or choose another with --data"
            )
        if owner.take():
            return None
        other = Record.read(owner.text())
        if not own:
            return other
        gate.free()
        if other.own:
            raise EmbeddedError(
                f"the data folder {folder} is in use by a running `skillprofile dev` (pid {other.pid}); "
                f"stop it or choose another with --data"
            )
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"the data folder {folder} is in use by another skillprofile command (pid {other.pid}); "
                f"wait for its end, stop it or choose another with --data"
            )
        pause()


def _close_the_gate(gate: FileLock, joined: FileLock, *, patience: float) -> None:
    """Return with the gate held and nobody joined any more, or after `patience` seconds."""
    deadline = time.monotonic() + patience
    # A gate that somebody else never frees must not keep the servers running.
    while gate.take_within(patience):
        if joined.take() or time.monotonic() > deadline:
            return
        gate.free()
        pause()


@dataclass(frozen=True)
class Record:
    """The text of `owner.lock`: the owner's process id, whether it insisted on owning, and the servers."""

    pid: int
    own: bool
    servers: Servers

    @classmethod
    def read(cls, text: str) -> Self:
        fields = json.loads(text)
        return cls(fields["pid"], fields["own"], Servers(**fields["servers"]))

    def text(self) -> str:
        return json.dumps(asdict(self))
