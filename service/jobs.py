"""Wake-ups for the worker.

A job carries no truth: the Event and the mail rows in PostgreSQL do. Losing every job only delays work until the
worker's recovery sweep finds it, so a queue that cannot be reached is logged, never an error of the write.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import orjson
import structlog
from arq import ArqRedis
from arq.constants import job_key_prefix
from arq.jobs import serialize_job
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError
from sqlalchemy.ext.asyncio import AsyncSession

NOTIFY = "notify"
DELIVER = "deliver"
RECOUNT = "recount"
PUBLISH = "publish"
ACCOUNT_MAIL = "account_mail"
CALL_WEBHOOKS = "call_webhooks"

_HELD_BACK = "held_back_jobs"
# Two wake-ups for the same thing within this many seconds are one.
_BUCKET_SECONDS = 1

# A queue that does not answer within this many seconds is away.
_PATIENCE_SECONDS = 2.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """The name of a task and the id of the row that it re-reads; and when, where not at once (aware)."""

    name: str
    row_id: int
    due_at: datetime | None = None


class Queue(Protocol):
    """Where wake-ups go once the transaction that asked for them is committed."""

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        """Pass on the wake-ups; may lose them, must not raise for a queue that is away."""


def later(session: AsyncSession, name: str, row_id: int, *, due_at: datetime | None = None) -> None:
    """Hold a wake-up back until the session's transaction is committed; it is for now, or for when it is due."""
    session.info.setdefault(_HELD_BACK, []).append(Job(name, row_id, due_at))


def is_held_back(session: AsyncSession, name: str, row_id: int) -> bool:
    """Whether the session holds such a wake-up back already."""
    return Job(name, row_id) in session.info.get(_HELD_BACK, ())


def held_back(session: AsyncSession) -> list[Job]:
    """Take the wake-ups that the session holds, each once."""
    return list(dict.fromkeys(session.info.pop(_HELD_BACK, [])))


def connect(url: str) -> ArqRedis:
    """A lazy connection to the queue, for both ends of it: jobs travel as JSON, not as pickles."""
    pool = ConnectionPool.from_url(
        url, socket_connect_timeout=_PATIENCE_SECONDS, socket_timeout=_PATIENCE_SECONDS, max_connections=50
    )
    return ArqRedis(pool_or_conn=pool, job_serializer=serialize, job_deserializer=orjson.loads)


def serialize(job: dict[str, Any]) -> bytes:
    """A job or its result as JSON; an exception as its text."""
    return orjson.dumps(job, default=repr)


class ArqQueue:
    """The real queue: arq on Valkey or Redis."""

    def __init__(self, redis: ArqRedis) -> None:
        self._redis = redis

    async def ping(self) -> None:
        """Raise RedisError or OSError where the queue cannot be reached."""
        await self._redis.ping()

    async def close(self) -> None:
        """Give the connections back."""
        await self._redis.aclose(close_connection_pool=True)

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        """Enqueue each job under an id of its own for this second, or for the moment at which it is due.

        An id that is queued or running is left as it is. An id fixed for good would lose the wake-up that comes while
        the job runs; the time in the id lets the next second's through, and the sweep catches what falls between.

        All go in one round trip: every change waits for it, and `ArqRedis.enqueue_job`, the only public way, takes
        three for each job. So what it writes is written here, under arq's own names of its keys; a test has arq's own
        worker take such jobs up, and finds out where another version names them otherwise.
        """
        if not jobs:
            return
        now = time.time()
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                for job in jobs:
                    self._put(pipe, job, now)
                await pipe.execute()
        except (RedisError, OSError) as error:
            log.warning("queue_unreachable", error=str(error), jobs=[job.name for job in jobs])

    def _put(self, pipe: Any, job: Job, now: float) -> None:
        enqueued = due = int(now * 1_000)
        when: str | int = int(now / _BUCKET_SECONDS)
        if job.due_at is not None and job.due_at.timestamp() > now:
            # arq cuts to milliseconds, and nothing is due a moment too early.
            due = int(job.due_at.timestamp() * 1_000) + 1
            when = f"at-{job.due_at.timestamp()}"
        job_id = f"{job.name}:{job.row_id}:{when}"
        words = serialize_job(job.name, (job.row_id,), {}, None, enqueued, serializer=serialize)
        lasts = due - enqueued + self._redis.expires_extra_ms
        pipe.set(job_key_prefix + job_id, words, px=lasts, nx=True)
        pipe.zadd(self._redis.default_queue_name, {job_id: due}, nx=True)


@dataclass
class RecordingQueue:
    """A queue that only remembers: for tests, and for commands that need no worker."""

    jobs: list[Job] = field(default_factory=list)

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        """Remember the jobs."""
        self.jobs.extend(jobs)
