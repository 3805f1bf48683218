"""The servers, databases and clocks that every test may ask for.

Given DATABASE_URL and REDIS_URL the tests use those servers, in databases of their own; otherwise they start their
own. Either way each xdist worker has one database and one Valkey database number to itself.
"""

import asyncio
import os
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from service import migration
from service.api.limits import Limits
from service.app import create_app
from service.database import Database
from service.jobs import RecordingQueue
from service.settings import Settings
from service.tables import metadata
from tests.factories import Clock, Product, RecordingTransport
from worker.mail.letter import Sender
from worker.surroundings import Surroundings

# The same examples in every run, however slow the machine: a test that fails once fails always.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("steady")

_servers = ExitStack()
_DATABASE_URL, _REDIS_URL = "SKILLPROFILE_TEST_DATABASE_URL", "SKILLPROFILE_TEST_REDIS_URL"


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers once, in the process that starts the workers; these find them in their environment."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        os.environ[_DATABASE_URL], os.environ[_REDIS_URL] = (
            os.environ["DATABASE_URL"],
            os.environ["REDIS_URL"],
        )
    else:
        from service.embedded import (
            servers,
        )  # only here: with servers given, the wheels need not be installed

        # In memory where there is room, since a test's data is worth nothing once it is over.
        memory = Path("/dev/shm")
        roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2 * 2**30
        folder = Path(tempfile.mkdtemp(prefix="skillprofile-tests-", dir=memory if roomy else None))
        folder.chmod(0o711)  # as root, PostgreSQL runs under another account
        _servers.callback(shutil.rmtree, folder, ignore_errors=True)
        started = _servers.enter_context(servers(folder, durable=False))
        os.environ[_DATABASE_URL], os.environ[_REDIS_URL] = started.database_url, started.redis_url
    # The product must not find servers behind a test's back.
    for name in ("DATABASE_URL", "REDIS_URL", "MAIL_URL", "SKILLPROFILE_DATA"):
        os.environ.pop(name, None)


def pytest_unconfigure() -> None:
    """Stop what was started."""
    _servers.close()


@pytest.fixture(scope="session")
def worker_number(worker_id: str) -> int:
    """0 without xdist, else the worker's number."""
    return int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 0


@pytest.fixture(scope="session")
def redis_url(worker_number: int) -> str:
    """A Valkey database of this worker's own."""
    url = os.environ[_REDIS_URL]
    if url.startswith("unix://"):
        return f"{url.partition('?')[0]}?db={worker_number + 1}"
    return (
        f"{url.rstrip('/').rsplit('/', 1)[0] if url.count('/') > 2 else url.rstrip('/')}/{worker_number + 1}"
    )


@pytest.fixture
async def valkey(redis_url: str) -> AsyncIterator[Redis]:
    """That database without anything in it: no counts, and no jobs that another test has left."""
    async with Redis.from_url(redis_url) as found:
        await found.flushdb()
        yield found


@pytest.fixture(scope="session")
async def database_url() -> AsyncIterator[str]:
    """A new, migrated database, dropped when the tests are over."""
    server = Settings(database_url=os.environ[_DATABASE_URL], redis_url="-", secret_key="-" * 16).database_url
    name = f"skillprofile_test_{uuid.uuid4().hex[:12]}"
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    admin = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
    await migration.migrate(url)
    yield url
    async with admin.connect() as connection:
        await connection.execute(sa.text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    await admin.dispose()


@pytest.fixture(scope="session", autouse=True)
def _engines() -> Iterator[None]:
    """One engine for each event loop and kind of connection, however many applications the tests start.

    An engine compiles each statement once, but each application makes an engine. Closed, one is as good as new.
    """
    made: dict[tuple[object, ...], AsyncEngine] = {}

    def engine(url: str, **options: Any) -> AsyncEngine:
        try:
            loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            loop = None
        key = loop, url, repr(options)
        if key not in made:
            made[key] = create_async_engine(url, **options)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("service.database.create_async_engine", engine)
        yield


@pytest.fixture(scope="session")
async def _database(database_url: str) -> AsyncIterator[Database]:
    found = Database(database_url, queue=RecordingQueue(), pool_size=20, statement_timeout_ms=20_000)
    yield found
    await found.close()


@pytest.fixture
async def queue() -> RecordingQueue:
    """The wake-ups that this test's transactions have sent."""
    return RecordingQueue()


# The log refuses to have its rows deleted.
_EMPTY = {"audit_entry": "TRUNCATE"}


@pytest.fixture(scope="session")
def emptying() -> sa.TextClause:
    """A statement that empties every table, and lets every id begin at 1 again.

    Most tests leave rows in a few tables only, and TRUNCATE gives each table and each index a new file whether or not
    there is anything in it.
    """
    deletions = "\n".join(
        f'IF EXISTS (SELECT FROM "{table.name}") THEN {_EMPTY.get(table.name, "DELETE FROM")} "{table.name}"; END IF;'
        for table in reversed(metadata.sorted_tables)
    )
    return sa.text(
        f"""
        DO $$ BEGIN
        {deletions}
        PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
        FROM pg_sequences WHERE schemaname = current_schema() AND last_value IS NOT NULL;
        END $$
        """
    )


@pytest.fixture
async def database(_database: Database, queue: RecordingQueue, emptying: sa.TextClause) -> Database:
    """An empty database, whose wake-ups go to `queue`."""
    async with _database.engine.begin() as connection:
        await connection.execute(emptying)
    _database._queue = queue
    return _database


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is told to move."""
    return Clock()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real input, beside the checkout or in SHARED_DATA."""
    folder = Path(os.environ.get("SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the real input is not here: put it at ../shared/data or name its folder in SHARED_DATA")
    return folder


SECRET_KEY = "a secret of the tests alone"


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    """The settings of a product on this worker's database and Valkey."""
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_key=SECRET_KEY,
        site_url="http://skills.test",
        mail_from="notifications@skills.test",
        inbox_folder=tmp_path / "inbox",
        # A test may ask for as much as it likes; all is counted nevertheless.
        cost_per_minute=2_000_000_000,
    )


# A statement's time runs on while this process is busy with a browser and a worker beside the API.
PATIENT = Limits(statement_seconds=20)


@pytest.fixture(scope="session")
def learnt() -> dict[str, Any]:
    """What the first product has made of its schema: documents that are ready to run, and their plans."""
    return {}


@pytest.fixture
async def product(
    database: Database, settings: Settings, clock: Clock, learnt: dict[str, Any]
) -> AsyncIterator[Product]:
    """The whole product on an empty database, with a clock and a mail transport of the test's own."""
    app = create_app(settings, now=clock, limits=PATIENT)
    operations = app.graphql.operations
    for name in ("library", "compiled"):
        setattr(operations, name, learnt.setdefault(name, getattr(operations, name)))
    mail = RecordingTransport()
    around = Surroundings(
        database=database,
        now=clock,
        sender=Sender(
            site_name="Skill Profile",
            address="notifications@skills.test",
            base_url=settings.site_url,
            unsubscribe_address="notifications@skills.test",
        ),
        secret_key=SECRET_KEY,
        transport=mail,
        quiet=timedelta(0),
    )
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://skills.test") as client,
    ):
        yield Product(app, client, database, clock, mail, around)
