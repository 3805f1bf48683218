"""Telling very many people, mailing them, and digests: each beside the least that the same rows and bytes need."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter, process_time

import psutil  # type: ignore[import-untyped]
from aiosmtplib import SMTP

from service.activity.actions import record
from service.activity.models import EventKind
from service.database import Database
from service.jobs import RecordingQueue
from tests.benchmarks.connections import Connection, connected
from worker.mail.message import Sender
from worker.mail.transport import SmtpTransport
from worker.surroundings import Surroundings
from worker.tasks.deliver import deliver
from worker.tasks.notify import notify

CONNECTIONS = 5
ITEMS = 10  # of each digest
_ROUNDS = 3
_DOMAINS = 200
_AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
_SENDER = Sender("Bench", "mail@bench.test", "http://bench.test", "mail@bench.test")


@dataclass(frozen=True)
class Mailing:
    """How many people were told; the seconds of each round, ours and the floor's; memory in bytes; and the same of
    mails and of digests, whose seconds are for half the people and for all."""

    told: int
    telling: list[tuple[float, float]]
    memory: int
    mails: int
    mailing: list[tuple[float, float]]
    mailing_cpu: list[tuple[float, float]]
    digests: int
    digesting: tuple[float, float]

    @property
    def telling_ratio(self) -> float:
        """How much of the pace of one INSERT … SELECT is reached."""
        return median(floor / ours for ours, floor in self.telling)

    @property
    def mailing_ratio(self) -> float:
        """How much of the pace of ready-made bytes over as many connections is reached."""
        return median(floor / ours for ours, floor in self.mailing)

    @property
    def mailing_cpu_ratio(self) -> float:
        """The same of the processor time of the process that sends."""
        return median(floor / ours for ours, floor in self.mailing_cpu)

    @property
    def growth(self) -> float:
        """How many times as long twice the digests take."""
        return self.digesting[1] / self.digesting[0]


def measure(url: str, tell: Callable[[str], None], *, told: int, mails: int, digests: int) -> Mailing:
    """On the catalogue at the URL, with so many people to tell, to mail and to send a digest."""
    return asyncio.run(_measure(url, tell, told, mails, digests))


async def _measure(url: str, tell: Callable[[str], None], told: int, mails: int, digests: int) -> Mailing:
    async with _bench(url) as bench:
        tell(f"telling {told:,} people")
        await bench.watch(told, "IMMEDIATELY")
        telling = [await _told(bench) for _ in range(_ROUNDS)]
        memory = psutil.Process().memory_info().rss
        tell(f"mailing {mails:,} people")
        await bench.watch(mails, "IMMEDIATELY")
        with sink() as port:
            mailed = [await _mailed(bench, port) for _ in range(_ROUNDS)]
        digesting = []
        for people in (digests // 2, digests):
            tell(f"digests for {people:,} people")
            digesting.append(await _digested(bench, people))
    return Mailing(
        told,
        telling,
        memory,
        mails,
        [(ours[0], floor[0]) for ours, floor in mailed],
        [(ours[1], floor[1]) for ours, floor in mailed],
        digests,
        (digesting[0], digesting[1]),
    )


class _Bench:
    """The database, with one skill that people watch, and a worker."""

    def __init__(self, database: Database, connection: Connection) -> None:
        self.database = database
        self.connection = connection
        self.around = Surroundings(
            database=database,
            now=lambda: _AT,
            sender=_SENDER,
            secret_key="of the bench alone",
            transport=None,
            quiet=timedelta(0),
            senders=CONNECTIONS,
        )

    async def watch(self, people: int, frequency: str) -> None:
        """So many people, and nobody else, watch the first skill."""
        await self.forget()
        await self.connection.execute("DELETE FROM watch")
        await self.connection.execute(
            """INSERT INTO person (email, name, role, created_at)
            SELECT 'w' || n || '@d' || n % $2 || '.test', 'Watcher ' || n, 'READER', $3
            FROM generate_series((SELECT count(*) + 1 FROM person WHERE email LIKE 'w%@d%.test'), $1) AS n""",
            people,
            _DOMAINS,
            _AT,
        )
        await self.connection.execute(
            """INSERT INTO watch (person_id, skill_id, reason, events, frequency, is_muted, only_own_levels, created_at)
            SELECT id, 1, 'WATCHING', '{APPLIED}', $2, false, false, $3 FROM person
            WHERE email LIKE 'w%@d%.test' ORDER BY id LIMIT $1""",
            people,
            frequency,
            _AT - timedelta(days=1),
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
                at=_AT,
                skill_id=1,
                reverts=1,
                reason="It was better before.",
                changes=[change],
            )
            return event.id


@asynccontextmanager
async def _bench(url: str) -> AsyncIterator[_Bench]:
    database = Database(url, queue=RecordingQueue(), pool_size=10, statement_timeout_ms=120_000)
    async with connected(url) as connection:
        try:
            yield _Bench(database, connection)
        finally:
            await database.close()


async def _told(bench: _Bench) -> tuple[float, float]:
    """Seconds to tell all watchers of an event, and to insert the same rows by one statement."""
    await bench.forget()
    event_id = await bench.happen("one")
    start = perf_counter()
    await notify(bench.around, event_id)
    ours = perf_counter() - start
    run = bench.connection.execute
    await run("CREATE TEMP TABLE mails AS SELECT * FROM mail")
    await run("CREATE TEMP TABLE notifications AS SELECT * FROM notification")
    await bench.forget()
    start = perf_counter()
    await run(
        "WITH mails AS (INSERT INTO mail SELECT * FROM mails RETURNING id)"
        " INSERT INTO notification SELECT * FROM notifications"
    )
    floor = perf_counter() - start
    await run("DROP TABLE mails, notifications")
    return ours, floor


@dataclass
class _Keeping:
    """Hands on to the mail server, and keeps the bytes."""

    inner: SmtpTransport
    kept: list[tuple[str, bytes]]

    async def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        self.kept.append((recipient, message))
        await self.inner.send(message, sender=sender, recipient=recipient)


_Spent = tuple[float, float]  # seconds, and processor seconds of this process


async def _mailed(bench: _Bench, port: int) -> tuple[_Spent, _Spent]:
    """What it takes to render and send the mails that are due, and to send the same bytes."""
    await bench.forget()
    await notify(bench.around, await bench.happen("one"))
    transport = SmtpTransport(f"smtp://127.0.0.1:{port}", connections=CONNECTIONS)
    keeping = _Keeping(transport, [])
    start = perf_counter(), process_time()
    while await deliver(replace(bench.around, transport=keeping)):
        pass
    ours = perf_counter() - start[0], process_time() - start[1]
    await transport.close()
    start = perf_counter(), process_time()
    waiting = iter(keeping.kept)
    await asyncio.gather(*(_send_ready(port, waiting) for _ in range(CONNECTIONS)))
    return ours, (perf_counter() - start[0], process_time() - start[1])


async def _send_ready(port: int, waiting: Iterator[tuple[str, bytes]]) -> None:
    client = SMTP(hostname="127.0.0.1", port=port, local_hostname="bench.test", start_tls=False)
    async with client:
        for recipient, message in waiting:
            await client.sendmail("mail@bench.test", [recipient], message)


class _Nowhere:
    """Takes every mail, and keeps none."""

    async def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        """Taken."""


async def _digested(bench: _Bench, people: int) -> float:
    """Seconds from the hour of the digest until all are rendered and handed over."""
    await bench.watch(people, "DAILY")
    for number in range(ITEMS):
        await notify(bench.around, await bench.happen(str(number)))
    await bench.connection.execute("VACUUM (ANALYZE) notification, mail")
    later = replace(bench.around, now=lambda: _AT + timedelta(days=1), transport=_Nowhere())
    start = perf_counter()
    while await deliver(later):
        pass
    return perf_counter() - start


@contextmanager
def sink() -> Iterator[int]:
    """A mail server in a process of its own, by its port."""
    command = [sys.executable, "-m", "tests.benchmarks.sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()
