"""How fast mails go to each domain: no faster than is set, and not at all for a while once its server says too fast."""

import time
from collections.abc import Callable
from dataclasses import dataclass

_FIRST_PAUSE = 5.0  # seconds
_LONGEST_PAUSE = 300.0
_DOMAINS_MAX = 10_000


@dataclass
class _Pace:
    """When a domain may have its next mail, on the clock of `DomainThrottle`; and its last pause, in seconds."""

    free_at: float = 0.0
    pause: float = 0.0


class DomainThrottle:
    """One worker's own; a domain of which nothing is known is free."""

    def __init__(self, per_second: float = 0, *, clock: Callable[[], float] = time.monotonic) -> None:
        """At most so many mails a second to each domain; 0 for no limit but what its server says."""
        self._gap = 1 / per_second if per_second else 0.0
        self._clock = clock
        self._paces: dict[str, _Pace] = {}

    def seconds_until_free(self, domain: str) -> float:
        """How long the domain must have no mail; 0 where it may have one now, which is then taken as had."""
        now, pace = self._clock(), self._paces.get(domain)
        if pace is not None and pace.free_at > now:
            return pace.free_at - now
        if self._gap:
            self._pace(domain).free_at = now + self._gap
        return 0.0

    def too_fast(self, domain: str) -> None:
        """Its server wants no more for now: wait, twice as long as the last time in a row."""
        pace = self._pace(domain)
        pace.pause = min(pace.pause * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
        pace.free_at = self._clock() + pace.pause

    def taken(self, domain: str) -> None:
        """Its server has taken one: it is not too fast any more."""
        if domain in self._paces:
            self._paces[domain].pause = 0.0

    def _pace(self, domain: str) -> _Pace:
        if len(self._paces) >= _DOMAINS_MAX:
            now = self._clock()
            self._paces = {name: pace for name, pace in self._paces.items() if pace.free_at > now}
        return self._paces.setdefault(domain, _Pace())
