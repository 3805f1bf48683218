"""What the commands say of themselves."""

import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from service.cli.failures import ExitCode
from service.cli.program import program
from tests.cli.program import run

COMMANDS = [
    "dev",
    "api",
    "worker",
    "migrate",
    "import",
    "export",
    "token create",
    "mail list",
    "mail show",
    "mail redrive",
    "mail bounce",
    "recount",
    "doctor",
    "inbox",
]


def test_help_lists_every_command_and_exit_code() -> None:
    text = " ".join(CliRunner().invoke(program, ["--help"]).output.split())
    for command in COMMANDS:
        assert f" {command.split()[0]} " in text
    for code in ExitCode:
        assert str(code.value) in text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_described(command: str) -> None:
    found = typer.main.get_command(program)
    for word in command.split():
        found = found.commands[word]  # type: ignore[attr-defined]
    assert found.help
    assert [option.name for option in found.params if not option.help] == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", [word for word in COMMANDS if word != "inbox"])
def test_every_command_takes_a_data_folder(command: str) -> None:
    output = CliRunner().invoke(program, [*command.split(), "--help"]).output
    assert "--data" in output
    assert "SKILLPROFILE_DATA" in output


def test_help_waits_for_no_library_that_it_does_not_need() -> None:
    heavy = {
        "sqlalchemy",
        "sqlmodel",
        "strawberry",
        "starlette",
        "uvicorn",
        "arq",
        "alembic",
        "pydantic_settings",
    }
    loaded = subprocess.run(
        [sys.executable, "-P", "-c", "import sys, service.cli; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert heavy & set(loaded.stdout.split()) == set()


def test_a_wrong_option_is_a_usage_error() -> None:
    assert run("dev", "--bogus").returncode == ExitCode.USAGE
