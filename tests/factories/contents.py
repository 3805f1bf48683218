"""What a database holds, to compare before and after."""

import sqlalchemy as sa

from service.database import Database
from service.tables import metadata


async def everything(database: Database) -> dict[str, str]:
    """All rows of each table, as text, but for when a token was last used or a session seen: any request may say so."""
    row = "(to_jsonb(t) - '{last_used_at,last_seen_at}'::text[])::text"
    rows = f"coalesce(string_agg({row}, E'\\n' ORDER BY {row}), '')"
    tables = [f"SELECT '{name}', {rows} FROM \"{name}\" t" for name in metadata.tables]
    async with database.read_session() as session:
        return dict((await session.execute(sa.text(" UNION ALL ".join(tables)))).all())
