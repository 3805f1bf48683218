"""The migrations rehearsed in a scratch database: up, compared with the models, down, and up again."""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from service import migration
from service.cli.stores import Stores, ensure_reachable, given
from service.embedded import servers


def rehearse() -> list[str]:
    """What is wrong with the migrations, a line each; the databases that are there are not touched."""
    with server() as where:
        return asyncio.run(_rehearse(where))


async def _rehearse(where: Stores) -> list[str]:
    await ensure_reachable(where)
    async with scratch_database(where.settings().database_url) as url:
        await migration.migrate(url)
        faults = [
            f"the models differ from the migrations: {found}" for found in await migration.differences(url)
        ]
        faults += [f"the way down leaves the table {name} behind" for name in await _downgrade(url)]
        await migration.migrate(url)
        again = await migration.differences(url)
        return faults or [f"after the way down and up: {found}" for found in again]


@contextmanager
def server() -> Iterator[Stores]:
    """The server of the environment, else one that lives as long as the rehearsal."""
    if where := given():
        yield where
        return
    with tempfile.TemporaryDirectory(prefix="skillprofile-check-") as folder:
        # Root's servers run as another account, which must be able to pass.
        Path(folder).chmod(0o711)
        with servers(Path(folder), own=True, durable=False) as up:
            yield Stores(up.database_url, up.redis_url, Path(folder))


@asynccontextmanager
async def scratch_database(server: str) -> AsyncIterator[str]:
    """The URL of a new, empty database on the server, dropped afterwards."""
    name = f"skillprofile_check_{secrets.token_hex(6)}"
    admin = create_async_engine(server, isolation_level="AUTOCOMMIT")
    try:
        async with admin.connect() as connection:
            await connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
            try:
                yield make_url(server).set(database=name).render_as_string(hide_password=False)
            finally:
                await connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    finally:
        await admin.dispose()


async def _downgrade(url: str) -> list[str]:
    """Go down to before the first migration; returns the tables that are still there."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_to_base)
            return await connection.run_sync(_tables)
    finally:
        await engine.dispose()


def _to_base(connection: Connection) -> None:
    command.downgrade(migration.config(connection), "base")


def _tables(connection: Connection) -> list[str]:
    return sorted(name for name in inspect(connection).get_table_names() if name != "alembic_version")
