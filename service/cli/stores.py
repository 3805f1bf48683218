"""Where PostgreSQL and Valkey are: those of the environment, else the embedded ones of the data folder."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from service.cli.failures import CommandFailed, ExitCode
from service.cli.folder import data_folder

if TYPE_CHECKING:
    from service.database import Database
    from service.settings import Settings

T = TypeVar("T")

# Seconds in which a server of the environment must have taken a connection.
_PATIENCE = 5.0
# A person waits for a command's statements, and an import has long ones: milliseconds.
_STATEMENT_TIMEOUT = 300_000


@dataclass(frozen=True)
class Stores:
    """The two URLs; `folder` is the data folder whose embedded servers they lead to, if they do."""

    database_url: str
    redis_url: str
    folder: Path | None = None

    def settings(self) -> "Settings":
        """The settings of a command that signs nothing, and so needs no secret key of the environment."""
        from service.settings import Settings

        key = os.environ.get("SECRET_KEY") or secrets.token_urlsafe()
        return Settings.model_validate(
            {"database_url": self.database_url, "redis_url": self.redis_url, "secret_key": key}
        )


@contextmanager
def stores(data: Path | None, *, own: bool = False) -> Iterator[Stores]:
    """The stores while the block runs.

    Raises:
        CommandFailed: only one URL is given, or the data folder is not usable.
        EmbeddedError: the embedded servers do not start.
    """
    if found := given():
        yield found
        return
    from service.embedded import servers

    folder = data_folder(data)
    with servers(folder, own=own) as up:
        yield Stores(up.database_url, up.redis_url, folder)


def with_database(data: Path | None, work: "Callable[[Database], Awaitable[T]]") -> T:
    """Run a command's work on the database, whose schema is the code's.

    Embedded servers are the developer's own: there the schema is brought up to date without asking.

    Raises:
        StaleSchema: a database of the environment needs `skillprofile migrate` first.
    """
    with stores(data) as where:
        return asyncio.run(_work(where, work))


async def _work(where: Stores, work: "Callable[[Database], Awaitable[T]]") -> T:
    from service import migration

    await ensure_reachable(where)
    url = where.settings().database_url
    if where.folder:
        await migration.migrate(url)
    else:
        await migration.ensure_current(url)
    async with open_database(where) as database:
        return await work(database)


@asynccontextmanager
async def open_database(where: Stores) -> "AsyncIterator[Database]":
    """The database for one command's work.

    Its wake-ups are not sent: the worker's sweep finds the events within seconds.
    """
    from service.database import Database
    from service.jobs import RecordingQueue

    url = where.settings().database_url
    database = Database(url, queue=RecordingQueue(), pool_size=1, statement_timeout_ms=_STATEMENT_TIMEOUT)
    try:
        yield database
    finally:
        await database.close()


async def ensure_reachable(where: Stores) -> None:
    """Find out within seconds that a server of the environment is away, rather than in the middle of the work.

    Raises:
        CommandFailed: naming the variable at fault.
    """
    if where.folder:
        return
    settings = where.settings()
    await asyncio.gather(_reach_database(settings.database_url), _reach_redis(settings.redis_url))


async def _reach_database(url: str) -> None:
    from asyncpg.exceptions import PostgresError
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.ext.asyncio import create_async_engine

    try:
        engine = create_async_engine(url, connect_args={"timeout": _PATIENCE})
        try:
            async with engine.connect():
                pass
        finally:
            await engine.dispose()
    except (OSError, ValueError, PostgresError, SQLAlchemyError) as error:
        raise _unreachable("DATABASE_URL", error) from error


async def _reach_redis(url: str) -> None:
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    try:
        async with Redis.from_url(url, socket_connect_timeout=_PATIENCE, socket_timeout=_PATIENCE) as redis:
            await redis.ping()
    except (OSError, ValueError, RedisError) as error:
        raise _unreachable("REDIS_URL", error) from error


def _unreachable(variable: str, error: BaseException) -> CommandFailed:
    said = (str(error).strip().splitlines() or [f"no answer within {_PATIENCE:.0f} s"])[0].rstrip(".")
    return CommandFailed(
        f"{variable} leads to no server that answers: {said}. Mend the address or start the server.",
        ExitCode.UNAVAILABLE,
    )


def given() -> Stores | None:
    """The stores of the environment, if it names them; naming only one of the two is an error."""
    database_url, redis_url = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if database_url and redis_url:
        return Stores(database_url, redis_url)
    if database_url or redis_url:
        here, missing = ("DATABASE_URL", "REDIS_URL") if database_url else ("REDIS_URL", "DATABASE_URL")
        raise CommandFailed(
            f"{here} is set but {missing} is not: set both, or neither for the embedded servers.",
            ExitCode.USAGE,
        )
    return None
