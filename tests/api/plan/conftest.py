"""Both endpoints over the nasty catalogue, which is made once for each file."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from service.database import Database
from service.tables import metadata
from tests.api.plan.ends import Ends
from tests.api.plan.nasty import make_nasty
from tests.factories import Clock


@pytest.fixture(scope="module")
async def ends(_database: Database, database_url: str) -> AsyncIterator[Ends]:
    """Nobody is signed in, and nothing changes the data."""
    tables = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    async with _database.engine.begin() as connection:
        await connection.execute(sa.text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    async with _database.transaction() as session:
        await make_nasty(session)
    async with _database.engine.begin() as connection:
        await connection.execute(sa.text("ANALYZE"))
    found = Ends(_database, database_url, Clock())
    yield found
    await found.fetcher.close()
