"""What the API itself counts, read from its Prometheus endpoint."""

import re
from collections import Counter

import httpx

from tests.benchmarks.contenders import Contender

_LINE = re.compile(
    r'^skillprofile_(response_cache|plan)_total\{[^}]*(?:result|path)="(\w+)"[^}]*\} (\S+)', re.MULTILINE
)


class Counts(Counter[tuple[str, str]]):
    """Requests so far, by where their answers came from; empty where the server does not count."""

    @property
    def hit_rate(self) -> float | None:
        """The share that the response cache answered."""
        return self._share("response_cache", "hit")

    @property
    def compiled_rate(self) -> float | None:
        """The share of those executed that a compiled plan answered."""
        return self._share("plan", "compiled")

    def _share(self, name: str, label: str) -> float | None:
        total = sum(value for (counter, _), value in self.items() if counter == name)
        return self[name, label] / total if total else None


def read(contender: Contender) -> Counts:
    """The counts of this moment."""
    response = httpx.get(f"{contender.address}/metrics")
    text = response.text if response.status_code == 200 else ""
    return Counts({(name, label): int(float(value)) for name, label, value in _LINE.findall(text)})
