"""Data folders, and one `skillprofile dev` that the tests of the commands share."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.settings import Settings
from tests.cli.program import Dev


@pytest.fixture(scope="session")
def place() -> Iterator[Path]:
    """A folder for data folders; every account may pass, so that root's servers live in it too."""
    path = Path(tempfile.mkdtemp(prefix="skillprofile-cli-")).resolve()
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def dev(place: Path) -> Iterator[Dev]:
    """A product that runs, with the starter catalogue."""
    with Dev(place / "running") as running:
        yield running


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> str:
    """The server of the tests, as one that the environment names."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, os.environ[f"SKILLPROFILE_TEST_{name}"])
    monkeypatch.setenv("SECRET_KEY", "-" * 16)
    return Settings().database_url
