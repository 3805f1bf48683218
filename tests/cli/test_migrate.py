"""`skillprofile migrate --check` on the tests' own server."""

import os

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from service.cli.rehearsal import rehearse, scratch_database
from service.settings import Settings
from service.tables import metadata


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> str:
    """The server of the tests, as one that the environment names."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, os.environ[f"SKILLPROFILE_TEST_{name}"])
    monkeypatch.setenv("SECRET_KEY", "-" * 16)
    return Settings().database_url


def test_models_and_migrations_agree(server: str) -> None:
    assert rehearse() == []


def test_a_column_without_a_migration_is_found(server: str) -> None:
    table = metadata.tables["framework"]
    extra = sa.Column("motto", sa.Text)
    table.append_column(extra)
    try:
        [fault, *_] = rehearse()
    finally:
        table._columns.remove(extra)
    assert "motto" in fault


async def test_no_scratch_database_is_left(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _: "of_this_test")
    async with scratch_database(server):
        assert "skillprofile_check_of_this_test" in await names(server)
    assert "skillprofile_check_of_this_test" not in await names(server)


async def names(server: str) -> list[str]:
    """The databases of the server."""
    engine = create_async_engine(server)
    async with engine.connect() as connection:
        found = list((await connection.execute(sa.text("SELECT datname FROM pg_database"))).scalars())
    await engine.dispose()
    return found
