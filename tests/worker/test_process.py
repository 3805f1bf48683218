"""The worker as a process: woken through a real queue, killed, and started again."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from sqlmodel import col

from service import jobs
from service.cli.failures import ExitCode
from service.database import Database
from service.inbox.smtp import sink
from service.inbox.store import InboxStore
from service.notifications.models import Mail, MailState
from service.people.actions import join
from service.people.models import PersonRole
from service.proposals import actions as proposals
from service.proposals import deciding
from service.proposals.changes import EditSkill, SkillWish
from service.settings import Settings
from service.watches.actions import Subject, watch
from tests.factories import Clock, Product, make_frame, make_skill
from worker import main
from worker.surroundings import Surroundings

_PATIENCE_SECONDS = 30


class Arrivals(InboxStore):
    """An inbox that can be waited for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.subjects: asyncio.Queue[bytes] = asyncio.Queue()

    def save(self, raw: bytes, to: Sequence[str]) -> str:
        mail_id = super().save(raw, to)
        self.subjects.put_nowait(raw)
        return mail_id


@asynccontextmanager
async def running_worker(settings: Settings, mail_url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker of its own process, which is ended, however the test ends."""
    environment = os.environ | {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "MAIL_URL": mail_url,
    }
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "worker", env=environment)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), _PATIENCE_SECONDS)


async def accept_a_watched_change(database: Database, clock: Clock) -> None:
    """A watcher and an author have each a mail to come, the reviewer none."""
    async with database.transaction() as session:
        skill = await make_skill(session, await make_frame(session))
        author = await join(session, "author@skills.test", at=clock())
        watcher = await join(session, "watcher@skills.test", at=clock())
        reviewer = await join(session, "reviewer@skills.test", at=clock(), role=PersonRole.REVIEWER)
        await watch(session, Subject("skill_id", skill.id), by=watcher.id, at=clock())
        proposal = await proposals.create_proposal(
            session,
            by=author,
            wishes=[SkillWish(skill.id, 1, [EditSkill({"name": "Progressive Rollout"})])],
            title="A better name",
            at=clock(),
        )
    async with database.transaction() as session:
        await deciding.accept_proposal(session, proposal.id, by=reviewer, at=clock())


async def test_a_wake_up_through_the_queue_brings_the_mails(
    database: Database, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    inbox = Arrivals(tmp_path / "mails")
    queue = jobs.ArqQueue(jobs.connect(settings.redis_url))
    database._queue = queue
    async with sink(inbox) as port, running_worker(settings, f"smtp://127.0.0.1:{port}"):
        await accept_a_watched_change(database, clock)
        await _two_mails(inbox)
    await queue.close()
    assert {entry.to for entry in inbox.entries()} == {"author@skills.test", "watcher@skills.test"}


async def test_a_worker_killed_before_its_mail_was_taken_leaves_it_for_the_next_one(
    database: Database, settings: Settings, valkey: Redis, clock: Clock, tmp_path: Path
) -> None:
    inbox = Arrivals(tmp_path / "mails")
    reached = asyncio.Event()

    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await reader.read()
        writer.close()

    stalling = await asyncio.start_server(never_answer, "127.0.0.1", 0)
    stalling_url = f"smtp://127.0.0.1:{stalling.sockets[0].getsockname()[1]}"
    await accept_a_watched_change(database, clock)
    async with running_worker(settings, stalling_url) as process:
        await asyncio.wait_for(reached.wait(), _PATIENCE_SECONDS)
        process.kill()
        await process.wait()
    stalling.close()
    await valkey.flushdb()

    async with sink(inbox) as port, running_worker(settings, f"smtp://127.0.0.1:{port}"):
        await _two_mails(inbox)
    async with database.read_session() as session:
        states = (await session.execute(sa.select(col(Mail.state), col(Mail.attempts)))).all()
    assert states == [(MailState.SENT, 1), (MailState.SENT, 1)], "nothing is left to send again"
    assert sorted(entry.to for entry in inbox.entries()) == ["author@skills.test", "watcher@skills.test"]


@pytest.mark.filterwarnings("ignore:Call to deprecated close")  # by arq
async def test_a_job_in_the_hand_of_a_killed_worker_is_soon_another_s(
    product: Product, settings: Settings, valkey: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def without_end(_around: Surroundings, _row_id: int) -> int:
        begun.set()
        await asyncio.Event().wait()
        return 0

    monkeypatch.setattr(main, "_TASKS", {jobs.NOTIFY: without_end})
    monkeypatch.setattr(main, "_LAST_JOBS_SECONDS", 0.1)
    queue = jobs.ArqQueue(jobs.connect(settings.redis_url))
    await queue.enqueue([jobs.Job(jobs.NOTIFY, 1)])
    worker = main._arq_worker(product.around, settings)
    working = asyncio.create_task(worker.async_run())
    await asyncio.wait_for(begun.wait(), _PATIENCE_SECONDS)
    [mark] = await valkey.keys("arq:in-progress:*")
    left = await valkey.ttl(mark)
    await main._finish(worker, working)
    await queue.close()
    assert 0 < left <= 20


async def test_wrong_settings_are_one_line_and_the_code_for_usage() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "SKILLPROFILE_DEBUG"}
    environment |= {"DATABASE_URL": "mysql://here", "REDIS_URL": "redis://127.0.0.1", "SECRET_KEY": "short"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "worker", env=environment, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await asyncio.wait_for(process.communicate(), _PATIENCE_SECONDS)
    assert process.returncode == ExitCode.USAGE
    assert errors.count(b"\n") == 1
    assert errors.startswith(b"worker: The settings in the environment are wrong: ")
    assert b"DATABASE_URL" in errors
    assert b"SECRET_KEY" in errors


async def _two_mails(inbox: Arrivals) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        await inbox.subjects.get()
        await inbox.subjects.get()
