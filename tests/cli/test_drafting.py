"""`make migration` on the tests' own server: what it writes leads to the models, and back."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from service import migration
from service.activity.models import EventKind
from service.cli.drafting import draft
from service.cli.rehearsal import rehearse
from service.tables import metadata

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str) -> Path:
    """The migrations in a folder of their own, where they may grow."""
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    without = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "migrations", tmp_path / "migrations", ignore=without)
    monkeypatch.setattr(migration, "_SCRIPTS", tmp_path / "migrations")
    return tmp_path


@pytest.fixture
def changed_models(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A column with a CHECK is new, an enum is wider, and a CHECK is gone."""
    framework, event = metadata.tables["framework"], metadata.tables["event"]
    [kind] = [each for each in event.constraints if isinstance(each, sa.CheckConstraint)]
    values = [*map(str, EventKind), "SKILL_ADMIRED"]
    monkeypatch.setattr(kind, "sqltext", sa.literal_column("kind").in_(values))
    gone = next(each for each in framework.constraints if each.name == "ck_framework__name_length")
    motto, length = sa.Column("motto", sa.Text), sa.CheckConstraint("char_length(motto) < 9", name="motto")
    framework.constraints.remove(gone)
    framework.append_column(motto)
    framework.append_constraint(length)
    yield
    framework.constraints.remove(length)
    framework._columns.remove(motto)
    framework.constraints.add(gone)


def test_what_it_writes_leads_to_the_models_and_back(checkout: Path, changed_models: None) -> None:
    assert rehearse() != []
    file = draft("admire skills", checkout)
    assert re.fullmatch(r"\d{4}_\d\d_\d\d_\d{4}-[0-9a-f]{12}_admire_skills\.py", file.name)
    assert file.parent == checkout / "migrations" / "versions"
    assert rehearse() == []
    text = file.read_text()
    assert text.count("SET LOCAL lock_timeout") == 2
    for words in (["ruff", "check"], ["ruff", "format", "--check"]):
        subprocess.run([sys.executable, "-m", *words, file], check=True, capture_output=True)


def test_where_nothing_is_missing_it_changes_nothing(checkout: Path) -> None:
    text = draft("only data", checkout).read_text()
    assert set(re.findall(r"op\.(\w+)", text)) == {"execute"}
    assert rehearse() == []


def test_it_wants_a_name() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "service.cli.drafting", " "], capture_output=True, text=True, check=False
    )
    assert (asked.returncode, asked.stdout) == (2, "")
    assert asked.stderr == 'migration: Say what it does: make migration NAME="add guidance".\n'
