"""How much each person or network may ask for within a minute, counted in cost.

Each process counts by itself, in memory, which takes no time to speak of. Only who has asked for a share of the
allowance is told to Valkey, a few times a second at most, and what the other processes have counted comes back with
that: for all of them together the allowance is exact but for these shares. While Valkey is away each process counts
alone.
"""

import asyncio
import hashlib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import Storage
from redis.exceptions import RedisError

_WINDOW_SECONDS = 60
# Of the allowance: so much may be spent before the other processes hear of it.
_SHARE = 0.01
_SECONDS_BETWEEN_TELLINGS = 0.2
# Who spent first is forgotten first, should so many spend within one minute.
_ACCOUNTS_MAX = 50_000

log = structlog.get_logger()


class Standing(NamedTuple):
    """What is left of an allowance after a request that cost so much, or that costs more than that.

    All of it is there again at `reset_at`, in seconds since 1970, which is in `wait` seconds.
    """

    limit: int
    cost: int
    remaining: int
    reset_at: int
    wait: int
    is_granted: bool


@dataclass(slots=True)
class _Account:
    """What somebody has spent within the minute, as far as is known here, and how much of it is known here alone."""

    spent: int = 0
    untold: int = 0


class Allowance:
    """The accounts of one process. A minute is one of the clock, for everybody the same."""

    def __init__(self, storage: Storage, per_minute: int, *, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since 1970."""
        self._storage = storage
        self._limit = per_minute
        self._share = per_minute * _SHARE
        self._clock = clock
        self._accounts: dict[str, _Account] = {}
        self._ends_at = 0
        self._due: set[str] = set()
        self._is_due = asyncio.Event()
        self._is_over = asyncio.Event()
        self._telling: asyncio.Task[None] | None = None
        self._is_alone = False

    def start(self) -> None:
        """Tell the other processes from now on."""
        self._telling = asyncio.create_task(self._tell_on())

    async def close(self) -> None:
        """Tell nobody any more. What is being told is told: the Redis client may swallow a cancellation."""
        self._is_over.set()
        self._is_due.set()
        if self._telling is not None:
            await self._telling

    def spend(self, payer: str, cost: int) -> Standing:
        """Take the cost from what the payer has left, if it is as much; else nothing is taken."""
        now = self._clock()
        if now >= self._ends_at:
            self._begin(now)
        account = self._accounts.get(payer) or self._opened(payer)
        left = max(self._limit - account.spent, 0)
        is_granted = cost <= left
        if is_granted:
            left -= cost
            account.spent += cost
            account.untold += cost
            if account.untold >= self._share:
                self._due.add(payer)
                self._is_due.set()
        ends_at = self._ends_at
        return Standing(self._limit, cost, left, ends_at, ends_at - int(now), is_granted)

    async def tell(self) -> None:
        """Add what is due to the counts in Valkey, and learn what they come to."""
        due, self._due = self._due, set()
        accounts, window = self._accounts, self._ends_at
        for payer in due:
            account = accounts.get(payer)
            if account is None:
                continue
            amount, account.untold = account.untold, 0
            try:
                total = await self._storage.incr(self._key(payer, window), _WINDOW_SECONDS, amount)
            except (RedisError, OSError, TimeoutError) as error:
                account.untold += amount
                self._count_alone(error)
                return
            # What was spent meanwhile is not in it yet.
            account.spent = total + account.untold
        self._is_alone = False

    def _begin(self, now: float) -> None:
        self._accounts = {}
        self._due = set()
        self._ends_at = (int(now) // _WINDOW_SECONDS + 1) * _WINDOW_SECONDS

    def _opened(self, payer: str) -> _Account:
        if len(self._accounts) >= _ACCOUNTS_MAX:
            del self._accounts[next(iter(self._accounts))]
        account = self._accounts[payer] = _Account()
        return account

    def _key(self, payer: str, window: int) -> str:
        """Of the payer only a hash is kept."""
        digest = hashlib.blake2b(payer.encode(), digest_size=16).hexdigest()
        return RateLimitItemPerMinute(self._limit).key_for("cost", str(window), digest)

    def _count_alone(self, error: Exception) -> None:
        if not self._is_alone:
            log.warning("cost_counted_alone", why="Valkey cannot be reached", error=str(error))
        self._is_alone = True

    async def _tell_on(self) -> None:
        while not self._is_over.is_set():
            await self._is_due.wait()
            self._is_due.clear()
            await self.tell()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_over.wait(), _SECONDS_BETWEEN_TELLINGS)
