"""Folders that the servers' account can reach, and other processes that hold servers."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from service.embedded import home, servers
from tests.embedded.observation import Holder, living

# A file system in memory, on Linux: ten databases of a thousand files each are slow to make on some disks.
MEMORY = Path("/dev/shm")
ROOM = 2_000_000_000


@contextmanager
def passable() -> Iterator[Path]:
    """A new folder that every account may pass through, which pytest's own temporary folders are not."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    path = Path(tempfile.mkdtemp(prefix="skillprofile-test-", dir=MEMORY if roomy else None)).resolve()
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder, for data folders that do not exist yet."""
    with passable() as path:
        yield path


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A data folder whose database has been made; tests share it and leave it stopped, as they found it."""
    with passable() as path:
        with servers(path / "data", durable=False):
            pass
        yield path / "data"


@pytest.fixture
def elsewhere(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where things stand that cannot stand in the data folder; not the machine's real place for them."""
    path = place / "elsewhere"
    monkeypatch.setattr(home, "ELSEWHERE", path)
    return path


@pytest.fixture
def hold(place: Path) -> Iterator[Callable[..., Holder]]:
    """Start a Holder, given its folder and perhaps `own`; it and its servers end with the test."""
    # What a killed one leaves of its sockets goes with the test's folder.
    environment = {**os.environ, "TMPDIR": str(place)}
    with ExitStack() as started:

        def start(folder: Path, *, own: bool = False) -> Holder:
            holder = Holder(folder, own=own, environment=environment)
            started.callback(_end, holder)
            return holder

        yield start


def _end(holder: Holder) -> None:
    servers = holder.servers()
    holder.kill()
    assert not living(servers, after=30)
