"""The embedded PostgreSQL: making its cluster, starting it, knowing that it is ready."""

import os
import shutil
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT

from service.embedded.account import Account
from service.embedded.errors import EmbeddedError
from service.embedded.home import CLUSTER, Home
from service.embedded.log import Log, Server
from service.embedded.process import Child, Command, run, running
from service.embedded.wheels import Programs

# SIGINT disconnects everybody and writes all down; SIGQUIT leaves that to the recovery of the next start.
SERVER = Server(
    name="PostgreSQL",
    file="postgresql",
    stop=((SIGINT, 20.0), (SIGQUIT, 5.0), (SIGKILL, 5.0)),
    orphaned=SIGINT,
)
MAJOR = "18"
ROLE = DATABASE = "skillprofile"
# A thousand small files: one by one a busy disk needs seconds, all at once (Linux only) some milliseconds.
SYNC_METHOD = "syncfs" if sys.platform == "linux" else "fsync"
# What a new cluster takes, and some room to grow.
NEW_CLUSTER_BYTES = 100_000_000

# Small, for one person's machine; given with every start, so a cluster made before follows a change here.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "huge_pages": "off",
    "max_wal_size": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "jit": "off",
    # No replicas and no extra processes.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "io_method": "sync",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def url(sockets: Path) -> str:
    return f"postgresql+asyncpg://{ROLE}@/{DATABASE}?host={sockets}"


def started(
    programs: Programs, home: Home, sockets: Path, log: Log, *, durable: bool
) -> AbstractContextManager[Child]:
    """Start the server of the cluster in `home`, which is made where it is missing.

    The caller holds the log's lock: no server of this cluster lives.
    """
    cluster, account = home.path / CLUSTER, home.account
    if cluster.exists():
        _refuse_other_version(cluster)
        if account and cluster.stat().st_uid == 0:
            # A copy made by root: PostgreSQL serves only its own account's files.
            account.give(cluster)
    else:
        _make(programs, cluster, log, account, durable=durable)
    # A killed server leaves it, and PostgreSQL would not start where its number is another process's by now.
    (cluster / "postmaster.pid").unlink(missing_ok=True)
    settings = SETTINGS | {"unix_socket_directories": str(sockets)} | ({} if durable else NOT_DURABLE)
    options = [f"--{name}={value}" for name, value in settings.items()]
    command = Command(log, account, programs.postgres, "-D", cluster, *options)
    return running(command, lambda pid: _is_ready(cluster, pid))


def _refuse_other_version(cluster: Path) -> None:
    file = cluster / "PG_VERSION"
    major = file.read_bytes().strip().decode(errors="replace") if file.is_file() else ""
    if not major.isdecimal():
        raise EmbeddedError(
            f"{cluster} is not a whole PostgreSQL database (no readable PG_VERSION): "
            f"restore it, move it away, or choose another data folder with --data"
        )
    if major != MAJOR:
        raise EmbeddedError(
            f"the database in {cluster} was made by PostgreSQL {major}, and this is {MAJOR}: "
            f"export it with the version that made it and import it into another data folder (--data)"
        )


def _make(programs: Programs, cluster: Path, log: Log, account: Account | None, *, durable: bool) -> None:
    """Make a cluster with our role and database, under a passing name: one of the true name is whole."""
    _refuse_small_disk(cluster.parent)
    making = cluster.with_suffix(".making")
    if making.exists():
        shutil.rmtree(making)
    making.mkdir(mode=0o700)
    if account:
        account.give(making)
    # Trust: only our own account (and root) can come to the socket.
    identity = ["--username", ROLE, "--auth", "trust", "--encoding", "UTF8", "--locale", "C"]
    collation = ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    # Written through to the disk once, at the end, instead of step by step.
    haste = ["--no-sync", "--no-instructions"]
    run(Command(log, account, programs.initdb, *haste, *identity, *collation, "-D", making))
    single = Command(
        log, account, programs.postgres, "--single", "-F", "-c", "exit_on_error=on", "-D", making, "template1"
    )
    run(single, text=f"CREATE DATABASE {DATABASE}\n")
    if durable:
        through = ["--sync-only", "--sync-method", SYNC_METHOD]
        run(Command(log, account, programs.initdb, *through, "-D", making))
    making.rename(cluster)
    if durable:
        _write_through(cluster.parent)


def _refuse_small_disk(place: Path) -> None:
    if (free := shutil.disk_usage(place).free) < NEW_CLUSTER_BYTES:
        raise EmbeddedError(
            f"the disk that holds {place} has only {free // 1_000_000} MB left, and a new database needs "
            f"{NEW_CLUSTER_BYTES // 1_000_000} MB: free some space, or choose another with --data"
        )


def _write_through(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _is_ready(cluster: Path, pid: int) -> bool:
    """Whether the server `pid` has written, as its status line, that it takes connections."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"
