"""Short rounds, one server after the other and again: drift of the machine meets all of them alike."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import median

from tests.benchmarks.contenders import Contender
from tests.benchmarks.driver import CONNECTIONS, Driver, Load, Run
from tests.benchmarks.failure import BenchmarkFailed
from tests.benchmarks.postgresql import Postgresql

# Seconds. A server that has not answered each connection once by then is not worth a round.
_LONGEST_ROUND = 120
# Nor is one that has not answered each request once by then made to before it is timed.
_LONGEST_WARMING = 15


@dataclass(frozen=True)
class Lane:
    """A server and what it is asked: a file of so many bodies for the query's URL."""

    label: str
    contender: Contender
    query: str
    bodies: Path
    count: int


@dataclass(frozen=True)
class Round:
    """What a server has done in a round.

    Beside the driver's part: processor seconds for an answer, of the server and of PostgreSQL, and the bytes of memory
    that the server held at the end.
    """

    load: Load
    server_cpu: float | None
    postgresql_cpu: float | None
    memory: int | None


@dataclass(frozen=True)
class Bench:
    """Where rounds are run: so many, of so many seconds each; `tell` is given what is going on."""

    driver: Driver
    postgresql: Postgresql
    folder: Path
    seconds: int
    rounds: int
    tell: Callable[[str], None]

    def lane(
        self, contender: Contender, query: str, bodies: Sequence[bytes], *, label: str | None = None
    ) -> Lane:
        """Bodies on their way to a server, in turn; the label is the server's name where none is given."""
        label = label or contender.name
        file = self.folder / f"{label}-{query}.jsonl"
        file.write_bytes(b"\n".join(bodies) + b"\n")
        return Lane(label, contender, query, file, len(bodies))

    def alternate(self, lanes: Sequence[Lane]) -> dict[str, list[Round]]:
        """The rounds of each lane, by its label."""
        seconds = {lane.label: self.warm(lane) for lane in lanes}
        found: dict[str, list[Round]] = {lane.label: [] for lane in lanes}
        for number in range(1, self.rounds + 1):
            for lane in lanes:
                self.tell(f"{lane.query}: round {number} of {self.rounds}, {lane.label}")
                found[lane.label].append(self.round(lane, seconds[lane.label]))
        return found

    def warm(self, lane: Lane) -> int:
        """Drive without timing: every answer is read, and every request is sent, so that a cache has all of them.

        Returns the seconds that a round of this lane must last for each connection to have an answer.
        """
        self.tell(f"{lane.query}: warming up, {lane.label}")
        seconds = self.seconds
        while (load := self.drive(lane, seconds, read=True)).requests < CONNECTIONS:
            seconds = self._longer(lane, seconds)
        # The driver always begins with the first.
        while (
            load.requests < lane.count and (needed := ceil(1.2 * lane.count / load.rate)) <= _LONGEST_WARMING
        ):
            load = self.drive(lane, max(needed, seconds), read=True)
        return max(self.seconds, ceil(1.5 * load.mean))

    def round(self, lane: Lane, seconds: int, *, beside: Callable[[Run], None] = lambda _: None) -> Round:
        """One round, or a longer one in its place until each connection has had an answer.

        `beside` is called with the driver at work, and returns when that is over.
        """
        while True:
            server, postgresql = lane.contender.cpu_seconds(), self.postgresql.cpu_seconds()
            load = self.drive(lane, seconds, beside=beside)
            if load.requests >= CONNECTIONS:
                return Round(
                    load,
                    server_cpu=_each(load, server, lane.contender.cpu_seconds()),
                    postgresql_cpu=_each(load, postgresql, self.postgresql.cpu_seconds()),
                    memory=lane.contender.memory(),
                )
            seconds = self._longer(lane, seconds)

    def drive(
        self, lane: Lane, seconds: int, *, read: bool = False, beside: Callable[[Run], None] = lambda _: None
    ) -> Load:
        """Let the driver work.

        Raises:
            BenchmarkFailed: an answer was wrong.
        """
        with self.driver.start(lane.contender.url(lane.query), lane.bodies, seconds, read=read) as run:
            beside(run)
            load = run.load()
        # What it leaves undone must not burden the next one.
        lane.contender.until_idle()
        if load.faults:
            raise BenchmarkFailed(
                f"{lane.label} failed {load.faults:,} of {load.requests:,} requests of {lane.query}, "
                f"the first with: {load.first_fault}"
            )
        return load

    def _longer(self, lane: Lane, seconds: int) -> int:
        if seconds * 3 > _LONGEST_ROUND:
            raise BenchmarkFailed(f"{lane.label} is too slow for {lane.query}: leave one of the two out")
        return seconds * 3


def ratio(ours: Sequence[Round], theirs: Sequence[Round]) -> float:
    """How many times as many answers a second: the median of the rounds that stood side by side."""
    return median(one.load.rate / other.load.rate for one, other in zip(ours, theirs, strict=True))


def _each(load: Load, before: float | None, after: float | None) -> float | None:
    """The processor seconds of one answer."""
    return None if before is None or after is None else (after - before) / (load.rate * load.seconds)
