"""The folder in which the servers of one data folder listen.

The path of a Unix socket must be short (104 bytes on macOS, 108 on Linux) and a data folder may lie deep, so
the sockets stand in the temporary folder, under a name made from the data folder's path. Only their account
may enter (root aside), so the servers ask for no password.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from stat import S_ISDIR

from service.embedded.account import Account
from service.embedded.errors import EmbeddedError

SOCKET_BYTES = 100
LONGEST_NAME = ".s.PGSQL.5432"
# A path that reads the same in a URL, whether the client decodes it (redis-py) or not (arq).
PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


@contextmanager
def socket_folder(folder: Path, account: Account | None) -> Iterator[Path]:
    """An empty folder for the sockets of `folder`, removed at the end.

    Nobody may be listening in one that is left from before: the caller has made sure that no server lives.
    """
    uid = account.uid if account else os.geteuid()
    name = "skillprofile-" + sha256(f"{uid}:".encode() + os.fsencode(folder)).hexdigest()[:16]
    path = _temporary_folder(name, account) / name
    _refuse_foreign(path, uid)
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700)
    if account:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _temporary_folder(name: str, account: Account | None) -> Path:
    # Everybody's folder stands in for one that is too deep, or that the servers' account cannot reach.
    choices = [Path(tempfile.gettempdir()).resolve(), Path("/tmp").resolve()]
    for choice in choices:
        longest = os.fsencode(choice / name / LONGEST_NAME)
        fits = len(longest) < SOCKET_BYTES and PLAIN.fullmatch(os.fsdecode(longest))
        if fits and (account is None or account.can_reach(choice)):
            return choice
    raise EmbeddedError(
        f"no temporary folder can hold the servers' sockets (tried {', '.join(map(str, choices))}): "
        f"set TMPDIR to one with a short plain path that every account may enter"
    )


def _refuse_foreign(path: Path, uid: int) -> None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    # Our own uid too: root may have died between making the folder and giving it away.
    if not S_ISDIR(status.st_mode) or status.st_uid not in (uid, os.geteuid()):
        raise EmbeddedError(
            f"{path} was made by another account (uid {status.st_uid}), so it is not safe to listen there: "
            f"remove it, or set TMPDIR to a folder of your own"
        )
