"""How often something may be tried, counted in Valkey for all processes.

While Valkey is away each process counts by itself: somebody may then try as often as there are processes, and a
process that starts anew has forgotten; but nobody is locked out, and nobody tries without end.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

import structlog
from limits import RateLimitItem, RateLimitItemPerHour
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from service.errors import RateLimited

# Valkey that does not answer within this many seconds is away.
_PATIENCE_SECONDS = 2.0

log = structlog.get_logger()


class Rates:
    """Counts attempts by name and key within moving windows, by the clock of the machine."""

    def __init__(self, redis_url: str) -> None:
        scheme, _, rest = redis_url.partition("://")
        self.storage = RedisStorage(
            f"async+redis+unix://{rest}" if scheme == "unix" else f"async+{scheme}://{rest}",
            implementation="redispy",
            socket_connect_timeout=_PATIENCE_SECONDS,
            socket_timeout=_PATIENCE_SECONDS,
        )
        self._shared = MovingWindowRateLimiter(self.storage)
        self._alone = MovingWindowRateLimiter(MemoryStorage())

    async def count(self, name: str, key: str, *, per_hour: int, message: str) -> None:
        """Count one more attempt; of the key only a hash is kept.

        Raises:
            RateLimited: with the message, where there have been as many within an hour.
        """
        limit = RateLimitItemPerHour(per_hour)
        digest = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
        try:
            reset_at = await _counted(self._shared, limit, name, digest)
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("rates_counted_alone", why="Valkey cannot be reached", error=str(error))
            reset_at = await _counted(self._alone, limit, name, digest)
        if reset_at is not None:
            raise RateLimited(message, reset_at=reset_at)

    async def close(self) -> None:
        """Give the connections back."""
        bridge: Any = self.storage.bridge  # typed without its connection
        await bridge.storage.aclose()


async def _counted(
    limiter: MovingWindowRateLimiter, limit: RateLimitItem, name: str, key: str
) -> datetime | None:
    """None where one more was counted; else when the first of those within the window leaves it."""
    if await limiter.hit(limit, name, key):
        return None
    return datetime.fromtimestamp((await limiter.get_window_stats(limit, name, key)).reset_time, UTC)
