"""A real PostgreSQL and a real Valkey of a data folder's own, for when no URL of one is given.

`skillprofile dev`, the other commands and the tests use them; a deployment brings its own servers.
They come out of wheels (`skillprofile[embedded]`), run as direct children and listen on Unix sockets only.

A data folder holds `postgresql/` (the database), `postgresql.log`, `valkey.log`, two `.pid` files and three
lock files (see `ownership`). Run by root, the servers use an account without privileges; where that account
cannot reach the folder, all but the locks stands in `/var/lib/skillprofile` (see `home`).
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from service.embedded import postgresql, valkey
from service.embedded.errors import EmbeddedError, explained
from service.embedded.home import home_of, make_folder
from service.embedded.log import claimed_log
from service.embedded.ownership import Servers, shared
from service.embedded.sockets import socket_folder
from service.embedded.wheels import programs_for

__all__ = ["EmbeddedError", "Servers", "servers"]


@contextmanager
def servers(folder: Path, *, own: bool = False, durable: bool = True) -> Iterator[Servers]:
    """Hold the servers of `folder` up within the block: join those which run, else start and stop them.

    `own` insists on starting them: it waits up to 20 s for a short command that has them, and refuses at once
    where another process insisted before. Without `durable`, for tests, the database is not written through to
    the disk, and one that had to be made elsewhere goes at the end; it counts when the servers start here.

    Enter it in the main thread: Linux ends the servers with the very thread that started them.
    Raises EmbeddedError where they cannot be had. A process that joined loses the servers if their owner is
    killed, or is stopped and tired of waiting for it.
    """
    with ExitStack() as held:
        with explained(folder):
            folder = make_folder(folder)
            ready = held.enter_context(shared(folder, partial(_started, folder, durable=durable), own=own))
        yield ready


@contextmanager
def _started(folder: Path, *, durable: bool) -> Iterator[Servers]:
    """Both servers as children, from ready until stopped."""
    with ExitStack() as held:
        home = home_of(folder)
        if not durable:
            held.callback(home.remove_if_just_made)
        programs = programs_for(home.account)
        # Once both logs are claimed no earlier server of this folder lives: what is left of one may go.
        valkey_log = held.enter_context(claimed_log(home.path, valkey.SERVER))
        postgresql_log = held.enter_context(claimed_log(home.path, postgresql.SERVER))
        sockets = held.enter_context(socket_folder(folder, home.account))
        queue = held.enter_context(valkey.started(programs, sockets, valkey_log, home.account))
        database = held.enter_context(
            postgresql.started(programs, home, sockets, postgresql_log, durable=durable)
        )
        queue.until_ready()
        database.until_ready()
        try:
            yield Servers(database_url=postgresql.url(sockets), redis_url=valkey.url(sockets))
        finally:
            # Both at once: leaving the blocks then waits for each.
            database.ask_to_stop()
            queue.ask_to_stop()
