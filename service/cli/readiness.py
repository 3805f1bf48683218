"""Waiting until the API and the worker of `dev` answer."""

import asyncio

# A process that has just started answers within moments; asking costs next to nothing.
_PAUSE = 0.05
# What the worker keeps in Valkey while it lives.
WORKER_ALIVE = "skillprofile:worker:alive"


async def forget_worker(redis_url: str) -> None:
    """Take away the sign of life of a worker that ran before, and may have been killed."""
    from redis.asyncio import Redis

    async with Redis.from_url(redis_url) as redis:
        await redis.delete(WORKER_ALIVE)


async def worker_lives(redis_url: str) -> bool:
    """Whether a worker has given a sign of life lately."""
    from redis.asyncio import Redis

    async with Redis.from_url(redis_url) as redis:
        return bool(await redis.exists(WORKER_ALIVE))


async def until_worker_lives(redis_url: str) -> None:
    """Return when a worker has given a sign of life."""
    while not await worker_lives(redis_url):  # noqa: ASYNC110  nothing there could tell us
        await asyncio.sleep(_PAUSE)


async def until_api_answers(host: str, port: int) -> None:
    """Return when the API says that it is ready.

    The socket listens before the API runs, so that the first question waits in its queue.
    """
    while not await _is_ready(host, port):  # noqa: ASYNC110
        await asyncio.sleep(_PAUSE)


async def _is_ready(host: str, port: int) -> bool:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET /readyz HTTP/1.1\r\nhost: {host}:{port}\r\nconnection: close\r\n\r\n".encode())
        status = await reader.readline()
    except ConnectionError:
        # The API ended with the question in hand; the next one starts.
        return False
    finally:
        writer.close()
    return status.split(b" ")[1:2] == [b"200"]
