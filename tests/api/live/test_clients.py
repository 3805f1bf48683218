"""The clients that people use: they hear what happens, survive a restart of the server, and miss nothing."""

import asyncio
import hashlib
import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from service.cli.readiness import until_api_answers
from tests.cli.program import SKILLPROFILE, environment_of_a_person
from tests.factories import Product
from tests.factories.community import edit_skill, make_community

HERE = Path(__file__).with_name("clients")
CLIENTS = ("graphql-ws", "graphql-sse", "urql", "apollo")
# How much of a change each stream tells: the skill's the proposal and its acceptance, a watcher hears of the latter.
STREAMS = {"skill": 2, "notifications": 1}
FOLLOWERS = list(itertools.product(CLIENTS, STREAMS))
PATIENCE_SECONDS = 60.0
SECRET_KEY = "a secret of the tests alone"


@pytest.fixture(scope="module")
def clients() -> Path:
    """The folder of the script and its libraries, which are installed once for each lock file."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip(
            "node is not here: install Node 20 or later, with npm, to try the clients that people use"
        )
    lock = HERE.joinpath("package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "skillprofile" / "live-clients"
    folder = cache / hashlib.sha256(lock).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    for file in HERE.iterdir():
        shutil.copy(file, folder)
    if not folder.joinpath("node_modules", ".package-lock.json").exists():
        command = [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"npm cannot install the clients; is its registry reachable? {done.stderr[-200:]}")
    return folder


@asynccontextmanager
async def api(product: Product, redis_url: str, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """The API as a process of its own, until it is told to stop or the block ends."""
    environment = environment_of_a_person(
        DATABASE_URL=product.database.engine.url.render_as_string(hide_password=False).replace(
            "+asyncpg", ""
        ),
        REDIS_URL=redis_url,
        SECRET_KEY=SECRET_KEY,
    )
    # It listens before the API runs, so that the first question waits; only the API's process holds it then.
    with socket.create_server(("127.0.0.1", port)) as listener:
        process = await asyncio.create_subprocess_exec(
            *SKILLPROFILE,
            "api",
            "--fd",
            str(listener.fileno()),
            env=environment,
            pass_fds=[listener.fileno()],
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
    try:
        await asyncio.wait_for(until_api_answers("127.0.0.1", port), PATIENCE_SECONDS)
        yield process
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), PATIENCE_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


class Heard:
    """What the script has said so far."""

    def __init__(self, lines: asyncio.StreamReader) -> None:
        self.cursors: dict[tuple[str, str], set[str]] = {follower: set() for follower in FOLLOWERS}
        self.openings: dict[tuple[str, str], int] = dict.fromkeys(FOLLOWERS, 0)
        self._lines = lines

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():
                line = await self._lines.readline()
                assert line, "the clients have ended"
                said = json.loads(line)
                follower = said["client"], said["stream"]
                if "opened" in said:
                    self.openings[follower] += 1
                else:
                    self.cursors[follower].add(said["cursor"])

    async def everybody_has_begun(self, times: int) -> None:
        await self.until(lambda: min(self.openings.values()) >= times)

    async def everybody_knows(self, changes: int) -> None:
        await self.until(
            lambda: all(
                len(cursors) >= changes * STREAMS[stream] for (_, stream), cursors in self.cursors.items()
            )
        )


async def test_they_survive_a_restart_and_miss_nothing(
    clients: Path, product: Product, redis_url: str
) -> None:
    community = await make_community(product)
    await community.watch()
    await product.work()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    async def change(name: str) -> None:
        await community.apply(edit_skill(name=name))
        await product.work()

    async with api(product, redis_url, port):
        script = await asyncio.create_subprocess_exec(
            "node",
            "follow.mjs",
            f"http://127.0.0.1:{port}",
            community.slug,
            community.watcher,
            cwd=clients,
            stdout=asyncio.subprocess.PIPE,
        )
        assert script.stdout is not None
        heard = Heard(script.stdout)
        await heard.everybody_has_begun(1)
        await change("While they listen")
        await heard.everybody_knows(1)
    try:
        await change("While the server is away")
        async with api(product, redis_url, port):
            await heard.everybody_has_begun(2)
            await change("After it is back")
            await heard.everybody_knows(3)
    finally:
        script.kill()
        await script.wait()
    told = await product.run(
        'query { viewer { notificationsSince(cursor: "0000000000000000") { notifications { cursor } } } }',
        token=community.watcher,
    )
    everything = {
        "skill": {f"{position:016x}" for position in range(1, 7)},
        "notifications": {each["cursor"] for each in told["viewer"]["notificationsSince"]["notifications"]},
    }
    assert len(everything["notifications"]) == 3
    assert heard.cursors == {(client, stream): everything[stream] for client, stream in FOLLOWERS}
