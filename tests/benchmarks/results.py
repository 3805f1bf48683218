"""All that a run has found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

from tests.benchmarks.community import Community
from tests.benchmarks.digesting import Digesting
from tests.benchmarks.growth import Growth
from tests.benchmarks.live import Delivery
from tests.benchmarks.mailing import Mailing
from tests.benchmarks.page import FirstViews
from tests.benchmarks.rounds import Round, ratio
from tests.benchmarks.soak import Soak
from tests.benchmarks.telling import Telling
from tests.benchmarks.writing import Writing


@dataclass(frozen=True)
class Figures:
    """Answers a second; seconds, and processor seconds, for an answer; bytes of memory. None is not known."""

    rate: float
    p50: float
    p99: float
    server_cpu: float | None
    postgresql_cpu: float | None
    memory: int | None


@dataclass
class Results:
    """Rounds by query and then by server, growth by query, writing by server; what was not asked for is missing.

    `driver` and `postgresql` say which they were; `compiled_rate` is the share of answers by compiled plans.
    """

    driver: str
    postgresql: str
    rounds: dict[str, Mapping[str, list[Round]]] = field(default_factory=dict)
    growth: dict[str, Growth] = field(default_factory=dict)
    writing: dict[str, Writing] = field(default_factory=dict)
    soak: Soak | None = None
    live: Delivery | None = None
    telling: Telling | None = None
    mailing: Mailing | None = None
    digesting: Digesting | None = None
    community: Community | None = None
    page: FirstViews | None = None
    compiled_rate: float | None = None

    def ratio(self, query: str, ours: str, theirs: str) -> float | None:
        """How many times as many answers a second; None where one of the two was not measured."""
        rounds = self.rounds.get(query, {})
        return ratio(rounds[ours], rounds[theirs]) if {ours, theirs} <= rounds.keys() else None


def typical(rounds: list[Round]) -> Figures:
    """The medians of the rounds, each figure by itself; of the memory the most."""
    return Figures(
        rate=median(one.load.rate for one in rounds),
        p50=median(one.load.p50 for one in rounds),
        p99=median(one.load.p99 for one in rounds),
        server_cpu=_median([one.server_cpu for one in rounds]),
        postgresql_cpu=_median([one.postgresql_cpu for one in rounds]),
        memory=max((one.memory for one in rounds if one.memory is not None), default=None),
    )


def _median(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
