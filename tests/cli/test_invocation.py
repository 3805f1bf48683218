"""A command that is shown can be run where it is shown."""

import sys
from pathlib import Path

import pytest

from service.cli.invocation import again


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program in an environment which is not on the PATH; the person stands in the checkout."""
    path = tmp_path / ".venv" / "bin" / "skillprofile"
    path.parent.mkdir(parents=True)
    path.touch(mode=0o755)
    monkeypatch.setenv("PATH", "/usr/bin")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(path), "dev"])
    return path


def test_in_a_checkout_it_has_the_way_to_the_program(script: Path) -> None:
    assert again("token", "--data", "my data") == ".venv/bin/skillprofile token --data 'my data'"


def test_as_it_was_typed(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [".venv/bin/skillprofile", "dev"])
    assert again("doctor") == ".venv/bin/skillprofile doctor"


def test_from_elsewhere_it_has_the_whole_way(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert again("doctor") == f"{script} doctor"


def test_on_the_path_the_name_is_enough(script: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"/usr/bin:{script.parent}")
    assert again("doctor") == "skillprofile doctor"


def test_as_a_module_it_is_the_same_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/service/cli/__main__.py"])
    assert again("doctor") == f"{sys.executable} -P -m service.cli doctor"
