"""Digests for very many people, and for twice as many."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from time import perf_counter

from tests.benchmarks.watchers import AT, MailBench, mail_bench
from worker.tasks.deliver import deliver
from worker.tasks.notify import notify

ITEMS = 10  # of each digest


@dataclass(frozen=True)
class Digesting:
    """The seconds for half the people and for all."""

    people: int
    half: float
    whole: float

    @property
    def growth(self) -> float:
        """How many times as long twice the digests take."""
        return self.whole / self.half


def measure(url: str, tell: Callable[[str], None], people: int) -> Digesting:
    """On the catalogue at the URL."""

    async def measured() -> Digesting:
        async with mail_bench(url) as bench:
            seconds = []
            for number in (people // 2, people):
                tell(f"digests for {number:,} people")
                seconds.append(await _digested(bench, number))
            return Digesting(people, *seconds)

    return asyncio.run(measured())


class _Nowhere:
    """Takes every mail, and keeps none."""

    async def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        """Taken."""


async def _digested(bench: MailBench, people: int) -> float:
    """Seconds from the hour of the digest until all are rendered and handed over."""
    await bench.watch(people, "DAILY")
    for number in range(ITEMS):
        await notify(bench.around, await bench.happen(str(number)))
    await bench.connection.execute("VACUUM (ANALYZE) notification, mail")
    later = replace(bench.around, now=lambda: AT + timedelta(days=1), transport=_Nowhere())
    start = perf_counter()
    while await deliver(later):
        pass
    return perf_counter() - start
