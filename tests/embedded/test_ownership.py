"""Who starts the servers, who joins them, and what happens when one of them goes."""

import json
import os
import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from service.embedded import EmbeddedError, ownership, servers
from service.embedded.lock import FileLock
from tests.embedded.observation import Holder, ask, children, living

Hold = Callable[..., Holder]


class Meanwhile:
    """Stands in for the pause of a process that waits, and does what another process might do meanwhile."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._act = act
        self.count = 0

    def __call__(self) -> None:
        self.count += 1
        self._act()


async def test_a_second_process_joins_and_leaves_the_servers_running(folder: Path, hold: Hold) -> None:
    with servers(folder, durable=False) as held:
        other = hold(folder)
        assert other.database_url() == held.database_url
        assert other.servers() == []
        assert other.leave() == 0
        assert await ask(held, "SELECT 1") == 1


async def test_commands_that_begin_together_share_one_pair_of_servers(place: Path, hold: Hold) -> None:
    commands = [hold(place / "data") for _ in range(3)]
    (url,) = {command.database_url() for command in commands}
    assert await ask(url, "SELECT 1") == 1
    *joined, owner = sorted(commands, key=lambda command: len(command.servers()))
    running = owner.servers()
    assert running
    assert [command.servers() for command in joined] == [[], []]
    for command in (*joined, owner):
        assert command.leave() == 0
    assert not living(running)


def test_the_owner_waits_for_those_who_joined(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = children()
    owner, joined = ExitStack(), ExitStack()
    owner.enter_context(servers(folder, durable=False))
    running = [process for process in children() if process not in before]
    joined.enter_context(servers(folder))

    def leave() -> None:
        assert len(living(running)) == len(running)
        joined.close()

    waiting = Meanwhile(leave)
    monkeypatch.setattr(ownership, "pause", waiting)
    owner.close()
    assert waiting.count == 1
    assert not living(running)


def test_the_owner_does_not_wait_for_ever(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "COMMAND_STAYS", 0.0)
    before = children()
    owner, joined = ExitStack(), ExitStack()
    owner.enter_context(servers(folder, durable=False))
    joined.enter_context(servers(folder))
    owner.close()
    assert children() == before
    joined.close()


def test_nobody_joins_while_the_gate_is_held(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "GATE_PATIENCE", 0.0)
    with servers(folder, durable=False), FileLock(folder / "gate.lock") as gate:
        assert gate.take()
        with pytest.raises(EmbeddedError, match="starting or stopping the servers"), servers(folder):
            pytest.fail("came in through a closed gate")


async def test_a_second_dev_is_refused(folder: Path, hold: Hold) -> None:
    dev = hold(folder, own=True)
    assert dev.database_url()
    expected = (
        f"the data folder {folder} is in use by a running `skillprofile dev` (pid {dev.pid}); "
        f"stop it or choose another with --data"
    )
    with pytest.raises(EmbeddedError, match=f"^{re.escape(expected)}$"), servers(folder, own=True):
        pytest.fail("two own one folder")
    with servers(folder) as joined:
        assert await ask(joined, "SELECT 1") == 1


def test_dev_waits_for_a_short_command(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as command:
        command.enter_context(servers(folder, durable=False))
        waiting = Meanwhile(command.close)
        monkeypatch.setattr(ownership, "pause", waiting)
        with servers(folder, own=True, durable=False):
            assert waiting.count == 1
            assert json.loads((folder / "owner.lock").read_text())["own"] is True


def test_dev_does_not_wait_for_ever(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "OWN_PATIENCE", 0.0)
    message = rf"in use by another skillprofile command \(pid {os.getpid()}\)"
    with (
        servers(folder, durable=False),
        pytest.raises(EmbeddedError, match=message),
        servers(folder, own=True),
    ):
        pytest.fail("took what another has")


async def test_a_kill_of_the_owner_ends_the_servers_and_the_next_start_recovers(
    folder: Path, hold: Hold
) -> None:
    dev = hold(folder, own=True)
    await ask(dev.database_url(), "CREATE TABLE word AS SELECT 'kept' AS text")
    running = dev.servers()
    assert running
    dev.kill()
    assert not living(running, after=30)
    with servers(folder, own=True, durable=False) as held:
        assert await ask(held, "SELECT text FROM word") == "kept"


async def test_one_who_outlives_its_owner_holds_up_nobody(
    folder: Path, hold: Hold, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev = hold(folder, own=True)
    dev.database_url()
    with servers(folder):
        dev.kill()
        monkeypatch.setattr(ownership, "pause", lambda: pytest.fail("somebody waits"))
        # At once, while the servers of the killed owner may still be ending.
        with servers(folder, own=True, durable=False) as held:
            assert await ask(held, "SELECT 1") == 1
