"""Which worker's turn a mail is: by a lock of its connection, which it loses by dying and by nothing else.

No row is locked and no transaction is open while a mail server takes its time, so many mails can be under way at once,
and each is marked as soon as it is taken.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

# The first of the two numbers of each lock: any will do, as long as it is always the same.
_LOCK = 74_051_933
# Whoever comes second looks beyond those that the first has.
_LOOKED_AT = 4

_TAKE = sa.text(
    f"""
WITH due AS MATERIALIZED (
  SELECT id FROM mail WHERE state IN ('QUEUED', 'DEFERRED') AND due_at <= :at ORDER BY due_at, id LIMIT :looked_at
)
SELECT id FROM due WHERE pg_try_advisory_lock({_LOCK}, CAST(id % 2147483647 AS integer)) LIMIT :limit
"""  # noqa: S608  a constant
)


async def take_turns(connection: AsyncConnection, *, at: datetime, limit: int) -> list[int]:
    """The mails that are due, the longest waiting first, by id: from now on no other worker has them.

    They are to be read only now: another worker may have sent them just before.
    """
    given = {"at": at, "limit": limit, "looked_at": limit * _LOOKED_AT}
    return list((await connection.execute(_TAKE, given)).scalars())


async def give_back_turns(connection: AsyncConnection) -> None:
    """Let others have what was taken over the connection."""
    await connection.execute(sa.text("SELECT pg_advisory_unlock_all()"))
