"""A skill that very many people watch, and a worker for them: what the measurements of mail stand on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from service.activity.actions import record
from service.activity.models import EventKind
from service.database import Database
from service.jobs import Queue, RecordingQueue
from tests.benchmarks.connections import Connection, connected
from worker.mail.letter import Sender
from worker.surroundings import Surroundings

CONNECTIONS = 5
AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
_DOMAINS = 200
_SENDER = Sender("Bench", "mail@bench.test", "http://bench.test", "mail@bench.test")


class MailBench:
    """The database, with one skill that people watch, and a worker."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self.database = database
        self.connection = connection
        self.around = Surroundings(
            database=database,
            now=lambda: AT,
            sender=_SENDER,
            secret_key="of the bench alone",
            transport=None,
            quiet=timedelta(0),
            senders=CONNECTIONS,
        )

    async def watch(self, people: int, frequency: str) -> None:
        """So many people, and nobody else, watch the first skill; they are told nothing of what was before."""
        await self.forget()
        await self.connection.execute("UPDATE event SET fanned_out_at = $1 WHERE fanned_out_at IS NULL", AT)
        await self.connection.execute("DELETE FROM watch")
        await self.connection.execute(
            """INSERT INTO person (email, name, role, created_at)
            SELECT 'w' || n || '@d' || n % $2 || '.test', 'Watcher ' || n, 'READER', $3
            FROM generate_series((SELECT count(*) + 1 FROM person WHERE email LIKE 'w%@d%.test'), $1) AS n""",
            people,
            _DOMAINS,
            AT,
        )
        await self.connection.execute(
            """INSERT INTO watch (person_id, skill_id, reason, events, frequency, is_muted, only_own_levels, created_at)
            SELECT id, 1, 'WATCHING', '{APPLIED}', $2, false, false, $3 FROM person
            WHERE email LIKE 'w%@d%.test' ORDER BY id LIMIT $1""",
            people,
            frequency,
            AT - timedelta(days=1),
        )
        await self.connection.execute("VACUUM (ANALYZE) person, watch, notification, mail")

    async def forget(self) -> None:
        """Nobody has been told of anything."""
        await self.connection.execute("TRUNCATE notification, mail, ledger_entry CASCADE")

    async def happen(self, name: str) -> int:
        """Something is changed in the skill; the Event's id."""
        fields = [{"field": "summary", "before": f"Before {name}.", "after": f"After {name}."}]
        change = {"kind": "EDIT_SKILL", "place": None, "fields": fields}
        async with self.database.transaction() as session:
            event = await record(
                session,
                EventKind.REVISION_REVERTED,
                at=AT,
                skill_id=1,
                reverts=1,
                reason="It was better before.",
                changes=[change],
            )
            return event.id


@asynccontextmanager
async def mail_bench(url: str, queue: Queue | None = None) -> AsyncIterator[MailBench]:
    database = Database(url, queue=queue or RecordingQueue(), pool_size=10, statement_timeout_ms=120_000)
    async with connected(url) as connection:
        try:
            yield MailBench(database, connection)
        finally:
            await database.close()
