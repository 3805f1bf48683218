"""What a database holds, to compare before and after."""

import sqlalchemy as sa

from service.database import Database
from service.tables import metadata


async def everything(database: Database) -> dict[str, str]:
    """All rows of each table, as text."""
    rows = "coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')"
    tables = [f"SELECT '{name}', {rows} FROM \"{name}\" t" for name in metadata.tables]
    async with database.read_session() as session:
        return dict((await session.execute(sa.text(" UNION ALL ".join(tables)))).all())
