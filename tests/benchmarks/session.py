"""A run from beginning to end."""

import secrets
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from service.cli.stores import Stores
from service.cli.worker import COMMAND as WORKER
from tests.benchmarks import (
    community,
    digesting,
    driver,
    growth,
    live,
    mailing,
    metrics,
    page,
    postgresql,
    soak,
    telling,
    writing,
)
from tests.benchmarks.arguments import Arguments
from tests.benchmarks.contenders import Contender, started
from tests.benchmarks.data import Catalogue, catalogue
from tests.benchmarks.equality import compare
from tests.benchmarks.processes import child
from tests.benchmarks.queries import queries
from tests.benchmarks.results import Results
from tests.benchmarks.rounds import Bench
from tests.benchmarks.servers import CACHED, PAGE, ROSTER, SOCKETS, UNCACHED
from tests.benchmarks.stores import stores


def run(arguments: Arguments, tell: Callable[[str], None]) -> Results:
    """Measure all that was asked for; `tell` is given what is going on.

    Raises:
        BenchmarkFailed: there are no honest figures to be had.
    """
    chosen = driver.choose(arguments.driver)
    with ExitStack() as held:
        tell("starting PostgreSQL and Valkey")
        where = held.enter_context(stores())
        tell(f"making a catalogue of {arguments.skills:,} skills")
        made = held.enter_context(catalogue(where.database_url, arguments.skills, keep=arguments.database))
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="skillprofile-bench-")))
        found = postgresql.find(made.url)
        bench = Bench(chosen, found, folder, arguments.seconds, arguments.rounds, tell)
        session = _Session(arguments, bench, where, made)
        results = Results(driver=chosen.title, postgresql=found.version)
        session.race(results)
        if arguments.sizes:
            session.grow(results)
        if arguments.writes:
            session.write(results)
        if arguments.community:
            session.gather(results)
        if arguments.live:
            session.deliver(results)
        if arguments.mail:
            session.mail(results)
        if arguments.page:
            session.show(results)
        if arguments.soak:
            session.soak(results)
    return results


class _Session:
    """The parts of a run, each with processes of its own."""

    def __init__(self, arguments: Arguments, bench: Bench, where: Stores, made: Catalogue) -> None:
        self._arguments = arguments
        self._bench = bench
        self._where = where
        self._made = made

    def race(self, results: Results) -> None:
        """All servers side by side, query by query."""
        environment = self._environment(self._made)
        if "index" in self._arguments.queries:
            # So dear that a server which answers it from memory has spent the most that may be granted within seconds.
            environment["COST_PER_MINUTE"] = "0"
        with ExitStack() as held:
            contenders = [
                held.enter_context(started(ROSTER[name], environment)) for name in self._arguments.servers
            ]
            contenders += [_running(*other) for other in self._arguments.others.items()]
            asked = queries(self._made, self._arguments.queries)
            for query in asked:
                self._bench.tell(f"{query.name}: comparing answers")
                compare(contenders, query)
            for query in asked:
                bodies = query.bodies
                lanes = [self._bench.lane(contender, query.name, bodies) for contender in contenders]
                results.rounds[query.name] = self._bench.alternate(lanes)
                compare(contenders, query)
            results.compiled_rate = _compiled_rate(contenders)

    def grow(self, results: Results) -> None:
        """This API on two catalogues in turn."""
        names = [name for name in growth.QUERIES if name in self._arguments.queries]
        skills = self._arguments.skills * growth.FACTOR
        self._bench.tell(f"making a catalogue of {skills:,} skills")
        with (
            catalogue(self._where.database_url, skills) as large,
            started(UNCACHED, self._environment(self._made)) as on_small,
            started(UNCACHED, self._environment(large)) as on_large,
        ):
            results.growth = growth.measure(self._bench, (on_small, self._made), (on_large, large), names)

    def write(self, results: Results) -> None:
        """This API, and the worker, while changes are accepted."""
        environment = self._environment(self._made)
        (profile,) = queries(self._made, ["profile"])
        with child("the worker", WORKER, environment):
            for server in (UNCACHED, CACHED):
                with started(server, environment) as contender:
                    results.writing[server.name] = writing.measure(
                        self._bench, contender, self._made, profile, self._arguments.writes
                    )

    def gather(self, results: Results) -> None:
        """This API, as it is deployed for those who write, while the worker rests."""
        environment = self._environment(self._made)
        (profile,) = queries(self._made, ["profile"])
        with started(CACHED, environment) as deployed, started(UNCACHED, environment) as uncached:
            results.community = community.measure(
                self._bench, deployed, uncached, self._made, profile, self._arguments.community
            )

    def deliver(self, results: Results) -> None:
        """This API, and raw sockets beside it."""
        environment = self._environment(self._made)
        with started(CACHED, environment) as ours, started(SOCKETS, environment) as raw:
            results.live = live.measure(self._bench, ours, raw, self._made, self._arguments.live)

    def show(self, results: Results) -> None:
        """The first view of a skill in a browser."""
        with started(PAGE, self._environment(self._made)) as contender:
            results.page = page.measure(self._bench, contender, self._made)

    def mail(self, results: Results) -> None:
        """The worker, on the same catalogue with very many people."""
        people, parts, url, tell = (
            self._arguments.mail,
            self._arguments.parts,
            self._made.url,
            self._bench.tell,
        )
        if "telling" in parts:
            rounds = telling.alone(url, tell, people)
            results.telling = self._tell_beside_readers(rounds, people)
        if "mails" in parts:
            results.mailing = mailing.measure(url, tell, people // 10)
        if "digests" in parts:
            results.digesting = digesting.measure(url, tell, people // 2)

    def _tell_beside_readers(self, rounds: list[tuple[float, float]], people: int) -> telling.Telling:
        """This API as it is deployed, and the worker."""
        environment = self._environment(self._made)
        (profile,) = queries(self._made, ["profile"])
        where = self._made.url, self._where.redis_url
        with child("the worker", WORKER, environment) as worker, started(CACHED, environment) as contender:
            process = psutil.Process(worker)
            return telling.beside_readers(self._bench, contender, profile, process, where, rounds, people)

    def soak(self, results: Results) -> None:
        """One process of this API as it is deployed."""
        with started(CACHED, self._environment(self._made)) as contender:
            results.soak = soak.measure(self._bench, contender, self._made, self._arguments.soak)

    def _environment(self, made: Catalogue) -> dict[str, str]:
        return {
            "DATABASE_URL": made.url,
            "REDIS_URL": self._where.redis_url,
            "SECRET_KEY": secrets.token_urlsafe(),
            # All is counted, and nothing is too much.
            "COST_PER_MINUTE": "2000000000",
        }


def _running(name: str, url: str) -> Contender:
    """A server that was started elsewhere."""
    return Contender(name, url, path="")


def _compiled_rate(contenders: Iterable[Contender]) -> float | None:
    ours = [contender for contender in contenders if contender.name == UNCACHED.name]
    return metrics.read(ours[0]).compiled_rate if ours else None
