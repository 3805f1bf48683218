"""`skillprofile dev` from the first line to the last."""

import json
import signal
import socket
import stat
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from service.cli.readiness import WORKER_ALIVE
from tests.cli.program import Dev, environment_of_a_person, eventually, run
from worker.main import HEALTH_KEY


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return bytes(answer.read())


def test_says_ready_when_all_of_it_answers(dev: Dev) -> None:
    assert dev.first_line == f"ready {dev.url}\n"
    assert dev.url.startswith("http://127.0.0.1:")
    assert json.loads(fetch(f"{dev.url}/readyz"))["status"] == "ready"
    assert json.loads(fetch(f"{dev.url}/dev/inbox.json")) == []
    assert run("worker", "--check", "--data", dev.folder).returncode == 0


def test_the_worker_gives_the_sign_of_life_that_is_waited_for() -> None:
    assert WORKER_ALIVE == HEALTH_KEY


def test_begins_with_the_starter_catalogue(dev: Dev) -> None:
    query = urllib.parse.quote('{ skill(slug: "progressive-delivery") { name } }')
    assert json.loads(fetch(f"{dev.url}/graphql?query={query}"))["data"] == {
        "skill": {"name": "Progressive Delivery"}
    }


def test_says_where_things_are(dev: Dev) -> None:
    said = "".join(dev.errors)
    assert str(dev.folder) in said
    assert f"{dev.url}/dev/inbox" in said


def test_shows_a_command_that_makes_a_token_as_it_stands(dev: Dev) -> None:
    [hint] = [line for line in dev.errors if line.startswith("for a token: ")]
    assert f"--data {dev.folder}" in hint
    made = subprocess.run(
        hint.removeprefix("for a token: "),
        shell=True,
        capture_output=True,
        text=True,
        env=environment_of_a_person(),
        timeout=60,
        check=True,
    )
    assert len(made.stdout.split()) == 1


def test_keeps_its_secrets_from_others(dev: Dev) -> None:
    assert stat.S_IMODE((dev.folder / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE((dev.folder / "inbox").stat().st_mode) == 0o700


def test_refuses_a_data_folder_that_another_uses(dev: Dev) -> None:
    refused = run("dev", "--port", "0", "--data", dev.folder)
    assert refused.returncode == 3
    assert refused.stdout == ""
    assert refused.stderr.count("\n") == 1
    assert "in use" in refused.stderr
    assert "--data" in refused.stderr


@pytest.mark.parametrize("word", ["worker", "service.cli"])
def test_starts_a_process_again_that_was_killed(dev: Dev, word: str) -> None:
    [killed] = dev.children(word)
    killed.kill()
    eventually(lambda: dev.children(word) not in ([], [killed]))
    assert json.loads(fetch(f"{dev.url}/readyz"))["status"] == "ready"
    assert any("signal SIGKILL; it is started again" in line for line in dev.errors)


def test_says_that_a_port_is_taken(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = run("dev", "--port", port, "--data", place / "unborn")
    assert refused.returncode == 3
    assert refused.stdout == ""
    assert refused.stderr.count("\n") == 1
    assert f"Port {port}" in refused.stderr
    assert "--port" in refused.stderr
    assert not (place / "unborn").exists()


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_says_that_a_file_is_no_data_folder(place: Path, name: str) -> None:
    (place / "file").touch()
    refused = run("dev", "--port", "0", "--data", place / name)
    assert refused.returncode == 3
    assert refused.stderr.count("\n") == 1
    assert "--data" in refused.stderr


def test_leaves_nothing_running(place: Path) -> None:
    with Dev(place / "ending", "--empty") as dev:
        query = urllib.parse.quote("{ frameworks { slug } }")
        assert json.loads(fetch(f"{dev.url}/graphql?query={query}"))["data"] == {"frameworks": []}
        assert dev.end(signal.SIGTERM) == (0, "")
        assert dev.errors[-1] == "stopped\n"
        assert dev.living() == []
        # A person reads this log: text, without colours where it goes into a pipe.
        [last] = [line for line in dev.errors if "worker_stopped" in line]
        assert "[info" in last
        assert not {"{", "\x1b"} & set(last)


def test_leaves_nothing_running_when_it_is_killed(place: Path) -> None:
    with Dev(place / "ending", "--empty") as dev:
        assert dev.end(signal.SIGKILL) == (-signal.SIGKILL, "")
        assert dev.living() == []


def test_a_second_signal_ends_it_at_once(place: Path) -> None:
    # In the folder of the killed one: what that left behind is no hindrance.
    with Dev(place / "ending", "--empty") as dev:
        # It would wait for a process that does not hear the first signal.
        [worker] = dev.children("worker")
        worker.suspend()
        dev.send(signal.SIGINT)
        eventually(lambda: dev.errors[-1] == "stopping …\n")
        assert dev.end(signal.SIGINT)[0] == 130
        assert dev.living() == []
