"""The real queue: what is asked for twice is done once, and what is for later waits until then."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from service.jobs import ArqQueue, Job, connect


@pytest.fixture
async def real_queue(valkey: Redis, redis_url: str) -> AsyncIterator[ArqQueue]:
    queue = ArqQueue(connect(redis_url))
    yield queue
    await queue.close()


async def moments(valkey: Redis) -> list[datetime]:
    """When the jobs in the queue may begin, in their order."""
    rows = await valkey.zrange("arq:queue", 0, -1, withscores=True)
    return [datetime.fromtimestamp(milliseconds / 1000, UTC) for _, milliseconds in rows]


async def test_a_wake_up_for_later_is_one_job_that_waits_until_just_after_the_moment(
    real_queue: ArqQueue, valkey: Redis
) -> None:
    due_at = datetime.now(UTC) + timedelta(hours=1)
    for _ in range(3):
        await real_queue.enqueue([Job("deliver", 0, due_at), Job("deliver", 0, due_at)])
    (moment,) = await moments(valkey)
    assert due_at <= moment <= due_at + timedelta(milliseconds=2)


async def test_each_moment_has_a_job_of_its_own(real_queue: ArqQueue, valkey: Redis) -> None:
    due_at = datetime.now(UTC) + timedelta(hours=1)
    await real_queue.enqueue([Job("deliver", 0, due_at), Job("deliver", 0, due_at + timedelta(seconds=0.2))])
    await real_queue.enqueue([Job("deliver", 0)])
    assert len(await moments(valkey)) == 3


async def test_what_was_due_long_ago_is_for_now(real_queue: ArqQueue, valkey: Redis) -> None:
    now = datetime.now(UTC)
    await real_queue.enqueue([Job("deliver", 0, now - timedelta(days=3))])
    (moment,) = await moments(valkey)
    assert moment >= now - timedelta(milliseconds=1)
