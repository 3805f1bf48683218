"""What stops the servers from starting is said in one line, with what to do."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from service.embedded import EmbeddedError, postgresql, servers
from tests.embedded.observation import children, postmaster, sockets_of


class Usage(NamedTuple):
    """The part of a disk's usage that is asked for, in bytes."""

    free: int


def refusal(folder: Path) -> str:
    """The message with which the servers of `folder` do not start, leaving no process."""
    before = children()
    with pytest.raises(EmbeddedError) as caught, servers(folder, durable=False):
        pytest.fail("the servers started")
    assert children() == before
    message = str(caught.value)
    assert "\n" not in message
    return message


@contextmanager
def broken(file: Path, damage: Callable[[Path], object]) -> Iterator[None]:
    """Damage a file within the block and put it back whole."""
    whole = file.read_bytes()
    damage(file)
    try:
        yield
    finally:
        file.write_bytes(whole)


def test_a_file_in_place_of_the_folder(place: Path) -> None:
    (place / "file").write_text("")
    for folder in (place / "file", place / "file" / "data"):
        assert refusal(folder) == (
            f"a file stands where {folder} or a folder above it should be: choose another with --data"
        )


def test_a_path_too_long_for_postgresql(place: Path) -> None:
    assert "too long for PostgreSQL" in refusal(place.joinpath(*["a" * 100] * 10))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_leave_to_write(place: Path) -> None:
    (place / "data").mkdir(mode=0o500)
    assert "cannot be used by this account (Permission denied)" in refusal(place / "data")


def test_a_disk_without_room_for_a_database(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(free=20_000_000))
    assert refusal(place) == (
        f"the disk that holds {place} has only 20 MB left, and a new database needs 100 MB: "
        f"free some space, or choose another with --data"
    )


def test_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(free=0))
    monkeypatch.setitem(postgresql.SETTINGS, "shared_buffers", "none: it cannot start")
    assert refusal(folder) == (
        f"the disk that holds {folder} is full: free some space, or choose another folder with --data"
    )


def test_a_database_of_another_version(folder: Path) -> None:
    cluster = folder / "postgresql"
    with broken(cluster / "PG_VERSION", lambda file: file.write_text("16\n")):
        assert f"{cluster} was made by PostgreSQL 16, and this is 18: export it" in refusal(folder)
    with broken(cluster / "PG_VERSION", lambda file: file.write_text("")):
        assert f"{cluster} is not a whole PostgreSQL database" in refusal(folder)


def test_a_broken_database(folder: Path) -> None:
    with broken(folder / "postgresql" / "global" / "pg_control", lambda file: os.truncate(file, 100)):
        assert refusal(folder) == (
            f'PostgreSQL did not start: could not read file "global/pg_control": read 100 of 296 '
            f"(log: {folder / 'postgresql.log'}); mend that, or choose another data folder with --data"
        )


def test_a_socket_folder_of_somebody_else(place: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = place / "tmp"
    temporary.mkdir()
    temporary.chmod(0o711)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with servers(folder, durable=False) as held:
        sockets = sockets_of(held)
    assert sockets.parent == temporary
    sockets.symlink_to(place)
    assert f"{sockets} was made by another account" in refusal(folder)


def test_the_traces_of_a_crash_do_no_harm(folder: Path) -> None:
    """The dead server's process id, which is another process's by now, and a log grown large."""
    cluster, log = folder / "postgresql", folder / "postgresql.log"
    os.truncate(log, 6_000_000)
    with subprocess.Popen(["sleep", "60"], user=cluster.stat().st_uid) as stranger:
        (cluster / "postmaster.pid").write_text(f"{stranger.pid}\n{cluster}\n1\n5432\n/none\n\n\nready\n")
        with servers(folder, durable=False):
            assert postmaster(folder) != stranger.pid
        assert stranger.poll() is None
        stranger.kill()
    assert log.stat().st_size < 100_000


def test_a_half_made_database_is_made_anew(place: Path) -> None:
    making = place / "postgresql.making"
    making.mkdir()
    (making / "PG_VERSION").write_text("18\n")
    with servers(place, durable=False):
        assert (place / "postgresql" / "PG_VERSION").read_text() == "18\n"
    assert not making.exists()
