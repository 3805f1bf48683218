"""The worker: arq's wiring and the process's life. The tasks know nothing of arq."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import orjson
import structlog
from arq.typing import WorkerCoroutine
from arq.worker import Worker, func
from redis.exceptions import RedisError

import service.tables  # noqa: F401  makes every foreign key's target known
from service import jobs, journal
from service.database import Database
from service.migration import ensure_current
from service.people.address import wire_address
from service.settings import Settings
from worker.mail.letter import Sender
from worker.mail.throttle import DomainThrottle
from worker.mail.transport import SmtpTransport
from worker.surroundings import Surroundings
from worker.tasks.account_mail import account_mail
from worker.tasks.call_webhooks import call_webhooks
from worker.tasks.deliver import deliver
from worker.tasks.notify import notify
from worker.tasks.publish import publish
from worker.tasks.recount import recount
from worker.tasks.recover import recover
from worker.webhooks.calling import HttpCaller

HEALTH_KEY = "skillprofile:worker:alive"
_TASKS: dict[str, Callable[[Surroundings, int], Awaitable[int]]] = {
    jobs.NOTIFY: notify,
    jobs.DELIVER: deliver,
    jobs.RECOUNT: recount,
    jobs.PUBLISH: publish,
    jobs.ACCOUNT_MAIL: account_mail,
    jobs.CALL_WEBHOOKS: call_webhooks,
}
# Longer than a round of mail, and the last mail of it, may take.
_JOB_TIMEOUT_SECONDS = 180
# A job is taken for a dead worker's after so long, and taken up by another; a worker knows its own again.
_LOST_SECONDS = 20
# How long jobs that have begun may take when the worker is told to stop.
_LAST_JOBS_SECONDS = 8
_SWEEP_SECONDS = 5
_RECONNECT_SECONDS = 1
_AT_ONCE = 20

log = structlog.get_logger()


async def run(settings: Settings) -> None:
    """Work until SIGTERM, SIGINT or cancellation; jobs that have begun are carried through.

    Raises:
        StaleSchema: the database is not at the revision that this code needs.
    """
    journal.set_up(settings.log_level, settings.log_format)
    await ensure_current(settings.database_url)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with surroundings(settings) as around, asyncio.TaskGroup() as group:
        group.create_task(_sweep(around, stop))
        group.create_task(_listen(around, settings, stop))
        await stop.wait()
        around.round.is_last = around.calling.is_last = True
    log.info("worker_stopped")


@asynccontextmanager
async def surroundings(settings: Settings) -> AsyncIterator[Surroundings]:
    """What the tasks are given, closed at the end. Raises `InvalidAddress` where MAIL_FROM is none."""
    wire_address(settings.mail_from)  # a bad sender would fail every mail for good
    queue = jobs.ArqQueue(jobs.connect(settings.redis_url))
    database = Database(
        settings.database_url,
        queue=queue,
        pool_size=_AT_ONCE + 10,
        statement_timeout_ms=30_000,
        # A mail's row is locked while the mail server takes its time.
        idle_timeout_ms=_JOB_TIMEOUT_SECONDS * 1_000,
    )
    transport = None if settings.mail_url is None else _transport(settings.mail_url, settings)
    caller = HttpCaller(settings.webhook_networks)
    if transport is None:
        log.warning("mail_is_off", why="MAIL_URL is not set; mails wait in the database")
    try:
        yield Surroundings(
            database=database,
            now=lambda: datetime.now(UTC),
            sender=Sender(
                site_name=settings.site_name,
                address=settings.mail_from,
                base_url=settings.site_url,
                unsubscribe_address=settings.mail_from,
            ),
            secret_key=settings.secret_key.get_secret_value(),
            transport=transport,
            quiet=timedelta(seconds=settings.mail_collapse_seconds),
            senders=settings.mail_connections,
            caller=caller,
        )
    finally:
        if transport is not None:
            await transport.close()
        await caller.close()
        await database.close()
        await queue.close()


def _transport(url: str, settings: Settings) -> SmtpTransport:
    throttle = DomainThrottle(settings.mail_per_domain)
    return SmtpTransport(url, connections=settings.mail_connections, throttle=throttle)


async def _sweep(around: Surroundings, stop: asyncio.Event) -> None:
    """Recover at start and every few seconds, whether or not the queue can be reached."""
    while not stop.is_set():
        try:
            await recover(around)
        except Exception:
            # The next sweep finds the same rows; a worker that died of one would find none.
            log.exception("sweep_failed")
        await _wait(stop, _SWEEP_SECONDS)


async def _listen(around: Surroundings, settings: Settings, stop: asyncio.Event) -> None:
    """Take jobs from the queue; when it goes away, try again until it is back: the sweep goes on meanwhile."""
    while not stop.is_set():
        worker = _arq_worker(around, settings)
        working = asyncio.create_task(worker.async_run())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                await working
        except (RedisError, OSError) as error:
            log.warning("queue_unreachable", error=str(error))
            await _wait(stop, _RECONNECT_SECONDS)
        finally:
            stopping.cancel()
            await _finish(worker, working)


def _arq_worker(around: Surroundings, settings: Settings) -> Worker:
    worker = Worker(
        functions=[
            func(_job(task, around), name=name, timeout=_JOB_TIMEOUT_SECONDS, keep_result=0, max_tries=3)
            for name, task in _TASKS.items()
        ],
        ctx={"running": {}},
        redis_pool=jobs.connect(settings.redis_url),
        handle_signals=False,
        max_jobs=_AT_ONCE,
        poll_delay=0.1,
        job_serializer=jobs.serialize,
        job_deserializer=orjson.loads,
        health_check_key=HEALTH_KEY,
        health_check_interval=5,
        log_results=False,
    )
    # arq would wait for as long as the longest job may take, and leave a killed worker's jobs lying for minutes.
    worker.in_progress_timeout_s = _LOST_SECONDS
    return worker


def _job(task: Callable[[Surroundings, int], Awaitable[int]], around: Surroundings) -> WorkerCoroutine:
    """The task as arq calls it. While it is running it stands in the context's `running`, by the job's id."""

    async def job(context: dict[Any, Any], row_id: int) -> Any:
        running, job_id = context["running"], context["job_id"]
        if job_id in running:
            # It has taken so long that arq took it for a dead worker's.
            return None
        running[job_id] = asyncio.current_task()
        with structlog.contextvars.bound_contextvars(task=task.__name__, row_id=row_id):
            try:
                return await task(around, row_id)
            except Exception:
                # arq does not run it again, the sweep does.
                log.exception("task_failed")
                raise
            finally:
                del running[job_id]

    return cast(WorkerCoroutine, job)


async def _finish(worker: Worker, working: asyncio.Task[None]) -> None:
    """Take no more jobs, carry through those that have begun, and give the connections back."""
    worker.allow_pick_jobs = False
    # arq forgets a job that it took for a dead worker's and took up again.
    begun = {*worker.tasks.values(), *worker.ctx["running"].values()}
    if begun:
        await asyncio.wait(begun, timeout=_LAST_JOBS_SECONDS)
    while not working.done():
        # Again, should it be lost: the Redis client has swallowed a cancellation that came in the middle of a read.
        working.cancel()
        await asyncio.wait({working}, timeout=1)
    await asyncio.gather(working, return_exceptions=True)
    with contextlib.suppress(RedisError, OSError, asyncio.CancelledError):
        await worker.close()


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    """Until the time is over or the worker is to stop."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
