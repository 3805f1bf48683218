"""`skillprofile dev`: the whole product in one go."""

import asyncio
import os
import socket
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from service.cli.api import COMMAND as API
from service.cli.children import Child
from service.cli.failures import CommandFailed, ExitCode
from service.cli.folder import INBOX, data_folder, secret_key
from service.cli.invocation import again
from service.cli.lines import Lines, stderr_lines
from service.cli.listening import address_of, listen, url_of
from service.cli.options import DataOption
from service.cli.processes import environment
from service.cli.readiness import forget_worker, until_api_answers, until_worker_lives
from service.cli.stores import Stores, ensure_reachable, open_database, stores
from service.cli.supervision import keep_up, running, stopped_in_order, until_stopped
from service.cli.worker import COMMAND as WORKER
from service.journal import shows_colours

if TYPE_CHECKING:
    from service.database import Database

_READY_WITHIN = 30.0
# Seconds that a person who has pressed Ctrl-C may have to wait for a process.
_STOP_WITHIN = 2.0


def dev(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The API's port; 0 takes any free one.")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    data: DataOption = None,
    empty: Annotated[bool, typer.Option("--empty", help="Begin without the starter catalogue.")] = False,
) -> None:
    """Run everything: PostgreSQL, Valkey, the API, the worker and a mail inbox, until Ctrl-C.

    When all of it answers, one line `ready http://127.0.0.1:8000` appears on stdout.
    """
    with stopped_in_order(), stderr_lines() as lines, listen(host, port) as listener:
        with stores(data, own=True) as where:
            product = _Product(where, data, listener, lines)
            work = product.run(empty=empty)
            asyncio.run(until_stopped(work, tell=lines.show, end_at_once=product.end_at_once))
        lines.show("stopped")


class _Product:
    """The processes of one `dev`."""

    def __init__(self, where: Stores, data: Path | None, listener: socket.socket, lines: Lines) -> None:
        self._where = where
        self._data_given = data
        self._folder = data_folder(data)
        self._listener = listener
        self._lines = lines
        self._children: list[Child] = []

    async def run(self, *, empty: bool) -> None:
        """Prepare the stores, start everything, say so, and keep it up until cancelled."""
        await ensure_reachable(self._where)
        self._lines.show("starting …")
        await _prepare(self._where, self._lines, empty=empty)
        # What is started last stops first: API, worker, mail server, and after us the stores.
        async with AsyncExitStack() as stack:
            settings = await self._settings(stack)
            self._children = [self._worker(settings), self._api(settings)]
            await forget_worker(self._where.redis_url)
            await stack.enter_async_context(running(self._children))
            async with asyncio.TaskGroup() as group:
                for child in self._children:
                    group.create_task(keep_up(child, self._lines.show))
                await self._until_ready()
                self._announce()

    def end_at_once(self) -> None:
        """Kill the processes; the servers end with ours."""
        for child in self._children:
            child.kill()

    async def _settings(self, stack: AsyncExitStack) -> dict[str, str]:
        """The processes' settings; what a person has set in the environment goes before ours."""
        from service.inbox.smtp import sink
        from service.inbox.store import InboxStore

        key, inbox = secret_key(self._folder), self._folder / INBOX
        # Mails are for the owner's eyes only, and the links in them are keys.
        inbox.mkdir(mode=0o700, exist_ok=True)
        mail_port = await stack.enter_async_context(sink(InboxStore(inbox)))
        ours = {
            "SECRET_KEY": key,
            "MAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            # Whoever tries it out sees a mail soon.
            "MAIL_COLLAPSE_SECONDS": "1",
            "SITE_URL": url_of(self._listener),
            # Our pipe is no terminal, but a person reads what comes out of it.
            "LOG_FORMAT": "text",
        }
        if shows_colours(sys.stderr):
            ours["FORCE_COLOR"] = "1"
        chosen = {name: os.environ[name] for name in ours if os.environ.get(name)}
        return ours | chosen | environment(self._where) | {"INBOX_FOLDER": str(inbox)}

    def _api(self, settings: dict[str, str]) -> Child:
        descriptor = self._listener.fileno()
        command = [*API, "--fd", str(descriptor), "--stop-within", "1"]
        return Child(
            "API",
            command,
            settings,
            show=self._lines.show,
            stop_within=_STOP_WITHIN,
            pass_fds=[descriptor],
        )

    def _worker(self, settings: dict[str, str]) -> Child:
        return Child("worker", WORKER, settings, show=self._lines.show, stop_within=_STOP_WITHIN)

    async def _until_ready(self) -> None:
        try:
            async with asyncio.timeout(_READY_WITHIN):
                await until_worker_lives(self._where.redis_url)
                await until_api_answers(*address_of(self._listener))
        except TimeoutError:
            raise CommandFailed(
                f"The API and the worker are not ready after {_READY_WITHIN:.0f} s: look at what they said above.",
                ExitCode.UNAVAILABLE,
            ) from None

    def _announce(self) -> None:
        url = url_of(self._listener)
        self._lines.show(
            f"the data is in {self._folder}\n"
            f"mails are shown at {url}/dev/inbox{_elsewhere()}\n"
            f"for a token: {again('token', 'create', 'you@example.org', '--role', 'contributor', *self._data())}\n"
            "Ctrl-C stops everything"
        )
        self._lines.settle()
        # One write: where Python does not buffer, `print` would make it two.
        sys.stdout.write(f"ready {url}\n")
        sys.stdout.flush()

    def _data(self) -> list[str]:
        """The option that leads another command to the same servers, where it needs one."""
        return ["--data", str(self._data_given)] if self._data_given and self._where.folder else []


async def _prepare(where: Stores, lines: Lines, *, empty: bool) -> None:
    """Bring the schema up to date, and load the starter catalogue into a database that has no framework."""
    from service import migration

    before, after = await migration.migrate(where.settings().database_url)
    if before != after:
        lines.show(f"the database's schema is now at {after}")
    if not empty:
        async with open_database(where) as database:
            if await _load_starter(database):
                lines.show("the starter catalogue is loaded")


async def _load_starter(database: "Database") -> bool:
    from service import counters
    from service.catalogue.files import STARTER, framework_slugs, import_catalogue, read_catalogue

    async with database.read_session() as session:
        if await framework_slugs(session):
            return False
    starter = read_catalogue(STARTER)
    async with database.transaction() as session:
        await import_catalogue(session, starter, at=datetime.now(UTC), recount=counters.recount)
    return True


def _elsewhere() -> str:
    """A word of warning where the mails leave for a server that the person has chosen."""
    url = os.environ.get("MAIL_URL")
    return f", but they go to {urlsplit(url).hostname} (MAIL_URL)" if url else ""
