"""Telling very many people of one change: beside one statement that writes the same rows, and beside readers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import psutil  # type: ignore[import-untyped]

from service import jobs
from tests.benchmarks.contenders import Contender
from tests.benchmarks.driver import Run
from tests.benchmarks.queries import Query
from tests.benchmarks.rounds import Bench, Round
from tests.benchmarks.watchers import MailBench, mail_bench
from worker.tasks.notify import notify

_ROUNDS = 3
_POLL_SECONDS = 0.02
_TOLD_WITHIN_SECONDS = 60


@dataclass(frozen=True)
class Telling:
    """How many people were told; the seconds of each round, ours and the floor's; rounds of readers without it and
    beside it, in turn, with how often all were told meanwhile; and the most memory of the worker, in bytes."""

    told: int
    rounds: list[tuple[float, float]]
    quiet: list[Round]
    busy: list[Round]
    times: int
    memory: int

    @property
    def ratio(self) -> float:
        """How much of the pace of one INSERT … SELECT is reached."""
        return median(floor / ours for ours, floor in self.rounds)

    @property
    def p99_ratio(self) -> float:
        """How many times as long the 99th percent of reads takes meanwhile: the median of neighbouring rounds."""
        return median(
            busy.load.p99 / quiet.load.p99 for quiet, busy in zip(self.quiet, self.busy, strict=True)
        )


def alone(url: str, tell: Callable[[str], None], people: int) -> list[tuple[float, float]]:
    """On the catalogue at the URL: let so many people watch a skill, and tell them, beside the floor."""

    async def measured() -> list[tuple[float, float]]:
        async with mail_bench(url) as bench:
            tell(f"telling {people:,} people")
            await bench.watch(people, "IMMEDIATELY")
            return [await _told(bench) for _ in range(_ROUNDS)]

    return asyncio.run(measured())


def beside_readers(
    bench: Bench,
    contender: Contender,
    profile: Query,
    worker: psutil.Process,
    where: tuple[str, str],
    rounds: list[tuple[float, float]],
    people: int,
) -> Telling:
    """Read profiles, quietly and while the worker tells the same people; `where` are database and queue."""
    lane = bench.lane(contender, profile.name, profile.bodies)
    seconds = bench.warm(lane)
    teller = _Teller(where, worker)
    quiet, busy = [], []
    for number in range(1, bench.rounds + 1):
        bench.tell(f"telling {people:,} people beside readers: round {number} of {bench.rounds}")
        quiet.append(bench.round(lane, seconds))
        busy.append(bench.round(lane, seconds, beside=teller.tell))
    return Telling(people, rounds, quiet, busy, teller.times, teller.memory)


class _Teller:
    """Lets one thing happen after the other, each when all have been told of the last."""

    def __init__(self, where: tuple[str, str], worker: psutil.Process) -> None:
        self._where = where
        self._worker = worker
        self.times = 0
        self.memory = 0

    def tell(self, run: Run) -> None:
        """Until the driver is over, and the last event told."""
        asyncio.run(self._tell(run))

    async def _tell(self, run: Run) -> None:
        url, redis_url = self._where
        queue = jobs.ArqQueue(jobs.connect(redis_url))
        try:
            async with mail_bench(url, queue) as bench:
                while not run.is_over:
                    await bench.forget()
                    event_id = await bench.happen("one")
                    async with asyncio.timeout(_TOLD_WITHIN_SECONDS):
                        while not await self._is_told(bench, event_id):  # noqa: ASYNC110  PostgreSQL does not call us
                            await asyncio.sleep(_POLL_SECONDS)
                    self.times += 1
        finally:
            await queue.close()

    async def _is_told(self, bench: MailBench, event_id: int) -> bool:
        self.memory = max(self.memory, self._worker.memory_info().rss)
        told = "SELECT fanned_out_at IS NOT NULL FROM event WHERE id = $1"
        return bool(await bench.connection.fetchval(told, event_id))


async def _told(bench: MailBench) -> tuple[float, float]:
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
