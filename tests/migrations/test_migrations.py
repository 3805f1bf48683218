"""The migrations lead to the models, and back."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from service import migration


@pytest.fixture
async def empty_url(database_url: str) -> AsyncIterator[str]:
    """A database beside the tests' own, without any table."""
    name = f"{make_url(database_url).database}_empty"
    admin = create_async_engine(database_url, isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
    yield make_url(database_url).set(database=name).render_as_string(hide_password=False)
    async with admin.connect() as connection:
        await connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await admin.dispose()


async def test_up_down_and_up_again_leads_to_the_models(empty_url: str) -> None:
    assert await migration.migrate(empty_url) == (None, migration.head())
    assert await migration.differences(empty_url) == []
    engine = create_async_engine(empty_url)
    await _downgrade(engine)
    assert await _tables(engine) == ["alembic_version"]
    await migration.migrate(empty_url)
    assert await migration.differences(empty_url) == []
    await engine.dispose()


async def test_a_database_that_was_never_migrated_is_refused_with_the_command_that_mends_it(
    empty_url: str,
) -> None:
    with pytest.raises(migration.StaleSchema, match="skillprofile migrate"):
        await migration.ensure_current(empty_url)


async def _downgrade(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(migration.config(sync), "base"))


async def _tables(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return await connection.run_sync(lambda sync: sa.inspect(sync).get_table_names())
