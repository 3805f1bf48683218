"""The data folder and its secret key."""

import stat
from pathlib import Path

import pytest

from service.cli.failures import CommandFailed
from service.cli.folder import data_folder, secret_key

PROJECT = Path(__file__).resolve().parents[2]


def test_the_default_is_the_same_wherever_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert data_folder(None) == PROJECT / ".data"


def test_a_named_one_is_looked_for_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert data_folder(Path("here")) == tmp_path / "here"
    assert data_folder(Path("~/there")) == Path.home() / "there"


def test_the_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    key = secret_key(folder)
    assert len(key) >= 32
    assert secret_key(folder) == key
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert [file.name for file in folder.iterdir()] == ["secret_key"]
    assert secret_key(tmp_path / "other") != key


@pytest.mark.parametrize("content", [b"", b"short\n", b"\xff" * 40])
def test_half_a_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret_key").write_bytes(content)
    with pytest.raises(CommandFailed, match="secret_key cannot be used"):
        secret_key(tmp_path)


def test_a_folder_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CommandFailed, match="--data"):
        secret_key(tmp_path / "file")
