"""Bringing the database's schema to the code's, and telling whether it is there."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from service import drift

_SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
# Two processes that migrate at once take turns: any number will do, as long as it is always the same.
_LOCK = 7_405_193_301


class StaleSchema(Exception):
    """The database is not at the revision that this code needs."""


async def migrate(url: str) -> tuple[str | None, str]:
    """Upgrade to the newest revision; returns the revision before and the one after. Safe to run twice at once."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            before = await connection.run_sync(_revision)
            await connection.run_sync(_upgrade)
            after = await connection.run_sync(_revision)
    finally:
        await engine.dispose()
    assert after is not None
    return before, after


async def ensure_current(url: str) -> None:
    """Refuse to start on a schema other than the code's.

    Raises:
        StaleSchema: with the two revisions and the command that mends it.
    """
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            found = await connection.run_sync(_revision)
    finally:
        await engine.dispose()
    newest = head()
    if found == newest:
        return
    if found is not None and found not in _known():
        raise StaleSchema(
            f"The database's schema is at {found}, which this version does not know: it was made by a newer one. "
            "Run that version, or go back to a copy of the data made before it."
        )
    raise StaleSchema(
        f"The database's schema is at {found or 'nothing'}, this version needs {newest}: "
        "run `skillprofile migrate` with this version first."
    )


async def differences(url: str) -> list[str]:
    """What differs between the (migrated) database and the models, a line each; nothing in it is changed."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(drift.differences)
    finally:
        await engine.dispose()


def head() -> str:
    """The newest revision that the code knows."""
    newest = _scripts().get_current_head()
    assert newest is not None
    return newest


def _known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


@cache
def _scripts() -> ScriptDirectory:
    # Read once: alembic compiles every file anew each time, and a process that runs gets no others.
    return ScriptDirectory.from_config(config())


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; its environment takes the connection from the attributes."""
    found = Config()
    found.set_main_option("script_location", str(_SCRIPTS))
    found.attributes["connection"] = connection
    return found


def _upgrade(connection: Connection) -> None:
    command.upgrade(config(connection), "head")


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
