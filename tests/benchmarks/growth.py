"""A catalogue of ten times as many skills: how much slower is it to read?"""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.contenders import Contender
from tests.benchmarks.data import Catalogue
from tests.benchmarks.queries import queries
from tests.benchmarks.rounds import Bench, Round, ratio

FACTOR = 10
# What these show does not grow with the catalogue.
QUERIES = ("profile", "role", "search")


@dataclass(frozen=True)
class Growth:
    """The rounds of a query on the small and on the large catalogue, in turn."""

    small: list[Round]
    large: list[Round]

    @property
    def loss(self) -> float:
        """The share of answers a second that is lost; below 0 where the large one is faster."""
        return 1 - ratio(self.large, self.small)


def measure(
    bench: Bench, small: tuple[Contender, Catalogue], large: tuple[Contender, Catalogue], names: Sequence[str]
) -> dict[str, Growth]:
    """Ask the same server on two catalogues in turn, query by query."""
    found = {}
    for on_small, on_large in zip(queries(small[1], names), queries(large[1], names), strict=True):
        rounds = bench.alternate(
            [
                bench.lane(small[0], on_small.name, on_small.bodies, label="small"),
                bench.lane(large[0], on_large.name, on_large.bodies, label="large"),
            ]
        )
        found[on_small.name] = Growth(rounds["small"], rounds["large"])
    return found
