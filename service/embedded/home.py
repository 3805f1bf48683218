"""Where the servers of a data folder keep what they write.

That is the data folder itself, whenever it can be. Started by root the servers run as another account, which
may be unable to come as far (a folder under /root, or one that only root may enter). No mode of a folder that
was there before is changed for that; instead the database and the logs then live in
`/var/lib/skillprofile/<hash of the folder's path>`, and `postgresql-elsewhere.txt` in the folder says so.
That note is believed afterwards: with it removed the folder counts as new, and the database of before is set
aside as `<hash>.previous`, one at most.
"""

import os
import shutil
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from stat import S_IWGRP, S_IWOTH

from service.embedded.account import Account
from service.embedded.errors import EmbeddedError

ELSEWHERE = Path("/var/lib/skillprofile")
CLUSTER = "postgresql"
# Bytes; PostgreSQL takes 1,024 for a path, and its files lie deeper.
LONGEST_PATH = 900
NOTE = "postgresql-elsewhere.txt"


@dataclass(frozen=True)
class Home:
    """A folder for the database and the logs, and the account the servers run as (None: our own).

    `note` is the note that says of a home elsewhere, just made, where it is.
    """

    path: Path
    account: Account | None
    note: Path | None = None

    def remove_if_just_made(self) -> None:
        """Remove a home that this start has made elsewhere: whoever removes the data folder would miss it."""
        if self.note:
            shutil.rmtree(self.path)
            self.note.unlink(missing_ok=True)


def make_folder(folder: Path) -> Path:
    """Make the data folder where there is none and return its full path.

    Raises EmbeddedError where the path is too long, OSError where it cannot be made.
    """
    folder = folder.resolve()
    if (length := len(os.fsencode(folder))) > LONGEST_PATH:
        raise EmbeddedError(
            f"the data folder's path is too long for PostgreSQL ({length} bytes, at most {LONGEST_PATH}): "
            f"choose another with --data"
        )
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        # Others may pass through where root starts the servers, but not look around.
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder


def home_of(folder: Path) -> Home:
    """Find or choose the home of the data folder; raises EmbeddedError where its database is out of reach."""
    note = folder / NOTE
    if os.geteuid() != 0:
        if note.exists():
            raise EmbeddedError(
                f"the database of {folder} was made by root and is elsewhere (see {note}): "
                f"run as root, or choose another folder with --data"
            )
        return Home(folder, None)
    if note.exists():
        path = _noted(note, folder)
        return Home(path, Account.owning(path / CLUSTER) or Account.without_privileges())
    # A database that an ordinary user made stays that user's.
    account = Account.owning(folder / CLUSTER) or Account.without_privileges()
    if account.can_reach(folder):
        return Home(folder, account)
    if (folder / CLUSTER).exists():
        raise EmbeddedError(
            f"the account {account.name} can no longer reach the database in {folder}: "
            f"let others pass through the folders above it again (o+x), or choose another with --data"
        )
    return Home(_make_elsewhere(note, folder, account), account, note)


def _noted(note: Path, folder: Path) -> Path:
    path = Path(note.read_text().splitlines()[-1])
    if path != _elsewhere(folder):
        raise EmbeddedError(
            f"{folder} was moved or copied, and its database stayed behind in {path}: "
            f"move the folder back, or remove {note} to begin an empty database"
        )
    if not path.is_dir():
        raise EmbeddedError(
            f"the database of {folder} has gone from {path}: "
            f"restore it, or remove {note} to begin an empty one"
        )
    return path


def _make_elsewhere(note: Path, folder: Path, account: Account) -> Path:
    path = _elsewhere(folder)
    ours = private_state()
    if (path / CLUSTER).exists():
        previous = path.with_suffix(".previous")
        shutil.rmtree(previous, ignore_errors=True)
        path.rename(previous)
    path.mkdir(exist_ok=True)
    path.chmod(0o711)
    if not account.can_reach(path):
        raise EmbeddedError(
            f"the account {account.name} can reach neither {folder} nor {ours}: choose a folder that others "
            f"may pass into (o+x on all above it) with --data, or give DATABASE_URL and REDIS_URL"
        )
    note.write_text(
        f"The servers run as the account {account.name}, which cannot come as far as this folder.\n"
        f"Its database and logs are therefore in\n{path}\n"
    )
    return path


def _elsewhere(folder: Path) -> Path:
    return ELSEWHERE / sha256(os.fsencode(folder)).hexdigest()[:16]


def private_state() -> Path:
    """The folder of root's for what must stand elsewhere, made where it is missing."""
    if not ELSEWHERE.is_dir():
        ELSEWHERE.mkdir(parents=True, exist_ok=True)
        # Whatever root's umask: the servers' account must come through.
        ELSEWHERE.chmod(0o755)
    status = ELSEWHERE.stat()
    if status.st_uid != 0 or status.st_mode & (S_IWGRP | S_IWOTH):
        raise EmbeddedError(
            f"{ELSEWHERE} must belong to root and be writable for nobody else: "
            f"mend that, or choose a data folder that others may pass into with --data"
        )
    return ELSEWHERE
