"""The engine, and the two ways to a session: a read, and a transaction that commits and then wakes the worker."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, TypeAlias

import sqlalchemy as sa
from asyncpg.exceptions import InvalidCachedStatementError, PostgresError
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlmodel import SQLModel

from service import jobs
from service.errors import Busy

__all__ = [
    "CHANGES",
    "AsyncConnection",
    "AsyncSession",
    "Column",
    "Database",
    "Select",
    "Table",
    "enum_column_type",
    "timestamp_type",
]

SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(table_name)s__%(column_0_N_name)s",
    "uq": "uq_%(table_name)s__%(column_0_N_name)s",
    "ck": "ck_%(table_name)s__%(constraint_name)s",
    "fk": "fk_%(table_name)s__%(column_0_N_name)s__%(referred_table_name)s",
}

# Any SELECT; what its rows hold is for its reader to know.
Select: TypeAlias = sa.Select[*tuple[Any, ...]]
# A column of a table or an expression over columns: SQLModel and SQLAlchemy have no common type for the two.
Column: TypeAlias = Any

# Where a session keeps what it has announced (`service.activity.announcements`) until it is committed.
CHANGES = "changes"

# How PostgreSQL ends a statement that others stand in the way of: serialization_failure, deadlock_detected,
# lock_not_available, and query_canceled where it has waited for several locks.
_OTHERS_IN_THE_WAY = ("40001", "40P01", "55P03", "57014")

timestamp_type: Any = sa.DateTime(timezone=True)


class Table(SQLModel):
    """What every table's class derives from, so that constraints get their names by one convention.

    SQLModel does not validate a table's rows: truth lives in `rules.py` and in the constraints.
    """


def enum_column_type(kind: type[StrEnum], name: str) -> Any:
    """A text column that a CHECK of the given name holds to the values of the enum.

    Text and not a PostgreSQL enum: a new value is then an ordinary, transactional migration.
    """
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        name=name,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class Database:
    """One process's connections to PostgreSQL."""

    def __init__(
        self,
        url: str,
        *,
        queue: jobs.Queue,
        pool_size: int = 10,
        statement_timeout_ms: int = 2_000,
        lock_timeout_ms: int = 0,
        idle_timeout_ms: int = 60_000,
    ) -> None:
        """Connect lazily. A statement, its wait for one lock, or a transaction that idles, is ended after its time-out
        (ms; 0 for none)."""
        self.engine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=10,
            pool_recycle=1_800,
            connect_args={
                "timeout": 10,
                "server_settings": {
                    "application_name": "skillprofile",
                    "timezone": "UTC",
                    "statement_timeout": str(statement_timeout_ms),
                    "lock_timeout": str(lock_timeout_ms),
                    "idle_in_transaction_session_timeout": str(idle_timeout_ms),
                },
            },
        )
        sa.event.listen(self.engine.sync_engine, "checkout", _refuse_closed)
        # Reads are single statements: without a transaction around them they save two round trips.
        self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._queue = queue
        # Told of each change that this process commits, at once; what others commit comes by `service.changes`.
        self.after_change: list[Callable[[Any], None]] = []

    @asynccontextmanager
    async def read_session(self) -> AsyncIterator[AsyncSession]:
        """A short session for reads; each statement sees the newest committed state."""
        async with AsyncSession(self._reading, expire_on_commit=False, autoflush=False) as session:
            yield session

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: commits when the block ends, then passes on the wake-ups held back in it.

        Raises:
            Busy: others hold what it needs, or a table has just been migrated; nothing is written, and the same may be
                tried again.
        """
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            try:
                async with session.begin():
                    yield session
            except (DBAPIError, PostgresError) as error:
                if _may_be_tried_again(error):
                    raise Busy from error
                raise
            for change in session.info.pop(CHANGES, []):
                for act in self.after_change:
                    act(change)
            await self._queue.enqueue(jobs.held_back(session))

    @asynccontextmanager
    async def held_connection(self) -> AsyncIterator[AsyncConnection]:
        """One connection for as long as the block lasts, without transactions: for locks that are a connection's own.

        It is closed at the end, and they end with it, however the block ends.
        """
        async with self._reading.connect() as connection:
            try:
                yield connection
            finally:
                await connection.invalidate()

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()


def _may_be_tried_again(error: DBAPIError | PostgresError) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error
    # The connection has forgotten the statement now, and prepares it anew the next time.
    is_outdated = isinstance(error, InvalidCachedStatementError)
    return is_outdated or getattr(cause, "sqlstate", None) in _OTHERS_IN_THE_WAY


def _refuse_closed(_connection: Any, record: Any, _proxy: Any) -> None:
    """Have the pool open another connection where PostgreSQL has hung up on this one."""
    if record.driver_connection.is_closed():
        raise DisconnectionError
