"""compose.yaml held against the settings and the commands, since it cannot be run here."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from service.cli.program import program
from service.settings import Settings

PROJECT = Path(__file__).resolve().parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("skillprofile:")}
LASTING = {name: service for name, service in SERVICES.items() if name != "migrate"}


def variables(command: Any) -> set[str]:
    """The environment variables that the command's options read."""
    return {option.envvar for option in command.params if option.envvar}


def command_of(service: dict[str, Any]) -> tuple[Any, list[str]]:
    name, *words = service["command"]
    return typer.main.get_command(program).commands[name], words  # type: ignore[attr-defined]


@pytest.mark.parametrize("service", OURS.values(), ids=OURS)
def test_every_variable_is_a_setting(service: dict[str, Any]) -> None:
    command, _ = command_of(service)
    known = {name.upper() for name in Settings.model_fields} | variables(command)
    assert set(service["environment"]) <= known


@pytest.mark.parametrize("name", ["migrate", "api", "worker"])
def test_every_setting_without_a_default_is_given(name: str) -> None:
    required = {name.upper() for name, field in Settings.model_fields.items() if field.is_required()}
    assert required <= set(OURS[name]["environment"])


@pytest.mark.parametrize("name", ["migrate", "api", "worker"])
def test_every_other_setting_is_passed_on_with_its_default(name: str) -> None:
    given = OURS[name]["environment"]
    for setting, field in Settings.model_fields.items():
        # The inbox is a service of its own here, which no page of the API shows.
        if field.is_required() or setting == "inbox_folder":
            continue
        variable, default = setting.upper(), field.get_default(call_default_factory=True) or ""
        passed, must = f"${{{variable}:-{default}}}", f"${{{variable}:?"
        assert given[variable] == passed or (default == "" and given[variable].startswith(must))


def test_the_file_of_secrets_stays_out_of_version_control() -> None:
    assert ".env" in (PROJECT / ".gitignore").read_text().splitlines()


@pytest.mark.parametrize("service", OURS.values(), ids=OURS)
def test_every_command_is_one_of_ours(service: dict[str, Any]) -> None:
    command, words = command_of(service)
    assert command.make_context(command.name, words)


def test_the_worker_is_asked_for_a_sign_of_life() -> None:
    [python, *module, name, option] = OURS["worker"]["healthcheck"]["test"][1:]
    assert [python, *module] == ["python", "-m", "service.cli"]
    worker = typer.main.get_command(program).commands[name]  # type: ignore[attr-defined]
    assert worker.make_context(name, [option]).params["check"] is True


def test_the_five_services_and_the_inbox_of_a_profile() -> None:
    assert set(SERVICES) == {"postgres", "valkey", "migrate", "api", "worker", "inbox"}
    assert [name for name, service in SERVICES.items() if service.get("profiles")] == ["inbox"]
    assert {name: service["command"][0] for name, service in OURS.items()} == {name: name for name in OURS}


@pytest.mark.parametrize("service", LASTING.values(), ids=LASTING)
def test_what_lasts_has_a_health_check(service: dict[str, Any]) -> None:
    check = service["healthcheck"]
    assert check["test"][0] == "CMD"
    assert {"interval", "timeout", "retries"} <= set(check)


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_nothing_runs_as_root(service: dict[str, Any]) -> None:
    assert str(service["user"]).split(":")[0] not in ("", "0", "root")


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_images_are_pinned_and_volumes_are_named(service: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z/]+:\d+(\.\d+)*", service["image"])
    for volume in service.get("volumes", []):
        assert volume.split(":")[0] in COMPOSE["volumes"]


def test_the_database_is_kept_where_its_image_keeps_it() -> None:
    assert SERVICES["postgres"]["volumes"] == ["database:/var/lib/postgresql"]


@pytest.mark.parametrize("name", ["postgres", "valkey"])
def test_no_port_of_a_store_is_published(name: str) -> None:
    assert "ports" not in SERVICES[name]
    assert SERVICES[name]["networks"] == ["stores"]
    assert COMPOSE["networks"]["stores"]["internal"] is True


def test_secrets_come_from_the_environment_or_nothing_starts() -> None:
    settings = OURS["api"]["environment"]
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert "${POSTGRES_PASSWORD:?" in settings["DATABASE_URL"]
    assert settings["SECRET_KEY"].startswith("${SECRET_KEY:?")


@pytest.mark.parametrize("name", ["api", "worker"])
def test_processes_wait_for_the_schema(name: str) -> None:
    conditions = {other: need["condition"] for other, need in SERVICES[name]["depends_on"].items()}
    assert conditions == {
        "migrate": "service_completed_successfully",
        "postgres": "service_healthy",
        "valkey": "service_healthy",
    }


def test_the_image_takes_only_locked_packages_and_no_root() -> None:
    lines = (PROJECT / "Dockerfile").read_text()
    assert "--require-hashes --requirement requirements.lock" in lines
    assert "requirements-dev" not in lines
    users = re.findall(r"^USER (\S+)", lines, re.MULTILINE)
    assert users[-1:] == [OURS["api"]["user"]]
    needed = set(re.findall(r"^COPY (?!--from)(.+) \S+$", lines, re.MULTILINE))
    allowed = {
        line.removeprefix("!") for line in (PROJECT / ".dockerignore").read_text().split() if line[0] == "!"
    }
    assert {word for words in needed for word in words.split()} <= allowed
