"""Very many requests to one process: does its memory stay?"""

import random
from dataclasses import dataclass

import orjson

from tests.benchmarks.contenders import Contender
from tests.benchmarks.data import Catalogue
from tests.benchmarks.failure import BenchmarkFailed
from tests.benchmarks.queries import by_popularity, queries
from tests.benchmarks.rounds import Bench

# Of 10,000 requests, sent in turn again and again.
_SHARES = {"profile": 7_500, "search": 400, "role": 80, "list": 15, "index": 5}
# More documents than a server keeps ready: each is new to it, or forgotten, when it comes.
_STRANGE = 2_000
_SECONDS = 10


@dataclass(frozen=True)
class Soak:
    """The server's memory: pairs of the requests answered so far and the bytes held then."""

    points: list[tuple[int, int]]

    @property
    def growth(self) -> float:
        """By which share the memory grew in the second half."""
        requests, memory = self.points[-1]
        middle = next(held for answered, held in self.points if answered * 2 >= requests)
        return memory / middle - 1


def measure(bench: Bench, contender: Contender, catalogue: Catalogue, requests: int) -> Soak:
    """Send so many requests, of all queries and of documents that are new."""
    lane = bench.lane(contender, "soak", _mixture(catalogue))
    points: list[tuple[int, int]] = []
    answered = 0
    while answered < requests:
        load = bench.drive(lane, _SECONDS)
        if not load.requests:
            raise BenchmarkFailed(
                f"{contender.name} has not answered for {_SECONDS} s after {answered:,} requests"
            )
        answered += load.requests
        points.append((answered, contender.memory() or 0))
        bench.tell(
            f"soak: {answered:,} of {requests:,} requests, {points[-1][1] / 1e6:.0f} MB, {contender.name}"
        )
    return Soak(points)


def _mixture(catalogue: Catalogue) -> list[bytes]:
    known = queries(catalogue, tuple(_SHARES))
    bodies = [body for query in known for body in by_popularity(query, _SHARES[query.name]).bodies]
    for number in range(_STRANGE):
        slug = catalogue.skills[number % len(catalogue.skills)]
        document = f"query ($slug: String!) {{ strange{number}: skill(slug: $slug) {{ slug name summary }} }}"
        bodies.append(orjson.dumps({"query": document, "variables": {"slug": slug}}))
    random.Random(len(bodies)).shuffle(bodies)
    return bodies
