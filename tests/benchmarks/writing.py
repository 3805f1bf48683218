"""Reading while others write: proposals accepted at a steady pace, through the API's own mutations."""

import random
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from statistics import median
from time import monotonic, sleep

from tests.benchmarks import metrics
from tests.benchmarks.asking import Asker
from tests.benchmarks.contenders import Contender
from tests.benchmarks.data import AT_ONCE, Catalogue
from tests.benchmarks.driver import Run
from tests.benchmarks.queries import Query, by_popularity
from tests.benchmarks.rounds import Bench, Round

# Enough for the tail of a popularity to be asked for as well.
_REQUESTS = 20_000

_STANDING = "query ($slug: String!) { skill(slug: $slug) { id revision } }"
_PROPOSE = """mutation ($input: CreateProposalInput!) {
  created: createProposal(input: $input) { proposal { id } userErrors { message } }
}"""
_ACCEPT = """mutation ($input: AcceptProposalInput!) {
  accepted: acceptProposal(input: $input) { proposal { state } userErrors { message } }
}"""


@dataclass(frozen=True)
class Writing:
    """Rounds without writers and with them, in turn; the changes accepted a second; the share of cache hits."""

    quiet: list[Round]
    busy: list[Round]
    pace: float
    hit_rate: float | None

    @property
    def p99_ratio(self) -> float:
        """How many times as long the 99th percent takes while others write: the median of neighbouring rounds."""
        return median(
            busy.load.p99 / quiet.load.p99 for quiet, busy in zip(self.quiet, self.busy, strict=True)
        )


def measure(bench: Bench, contender: Contender, catalogue: Catalogue, profile: Query, pace: int) -> Writing:
    """Read profiles by popularity, without and with `pace` accepted changes a second, to any of the skills."""
    lane = bench.lane(contender, profile.name, by_popularity(profile, _REQUESTS).bodies)
    seconds = bench.warm(lane)
    writers = _Writers(contender.url(lane.query), catalogue, pace)
    quiet, busy, counted = [], [], metrics.Counts()
    for number in range(1, bench.rounds + 1):
        bench.tell(f"{pace} changes a second: round {number} of {bench.rounds}, {contender.name}")
        quiet.append(bench.round(lane, seconds))
        counted.subtract(metrics.read(contender))
        busy.append(bench.round(lane, seconds, beside=writers.work))
        counted.update(metrics.read(contender))
    return Writing(quiet, busy, writers.rate, counted.hit_rate)


class _Writers:
    """People who propose and accept changes to one skill after the other."""

    def __init__(self, url: str, catalogue: Catalogue, pace: int) -> None:
        self._url = url
        self._pace = pace
        self._authors, self._reviewers = catalogue.authors, catalogue.reviewers
        self._slugs = random.Random(pace).sample(catalogue.skills, len(catalogue.skills))
        self._number = count()
        self._accepted = 0
        self._seconds = 0.0

    @property
    def rate(self) -> float:
        """Changes accepted a second, while the driver was at work."""
        return self._accepted / self._seconds

    def work(self, run: Run) -> None:
        """Begin a change at each beat until the driver is over.

        Raises:
            BenchmarkFailed: the API refused one.
        """
        begin = monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool, Asker(self._url) as asker:
            changes = []
            while not run.is_over:
                changes.append(pool.submit(self._change, asker, next(self._number)))
                sleep(max(0.0, begin + len(changes) / self._pace - monotonic()))
            self._seconds += monotonic() - begin
            self._accepted += sum(change.done() for change in changes)
            for change in changes:
                change.result()

    def _change(self, asker: Asker, number: int) -> None:
        slug = self._slugs[number % len(self._slugs)]
        author, reviewer = self._authors[number % AT_ONCE], self._reviewers[number % AT_ONCE]
        skill = asker.ask(_STANDING, {"slug": slug}, author)["skill"]
        proposal = {
            "skillId": skill["id"],
            "baseRevision": skill["revision"],
            "title": "Say it better",
            "changes": [{"editSkill": {"summary": f"What “{slug}” is, said anew ({secrets.token_hex(8)})."}}],
        }
        created = asker.ask(_PROPOSE, {"input": proposal}, author)["created"]
        asker.ask(_ACCEPT, {"input": {"proposalId": created["proposal"]["id"]}}, reviewer)
