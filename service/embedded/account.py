"""The account that the servers run as when root starts them: PostgreSQL refuses to run as root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from stat import S_IXUSR
from typing import Self

from service.embedded.errors import EmbeddedError


@dataclass(frozen=True)
class Account:
    """An account other than root's, by its numbers; the name is for messages."""

    uid: int
    gid: int
    name: str

    @classmethod
    def without_privileges(cls) -> Self:
        """`postgres` where the machine has it, else `nobody`."""
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid, name)
        raise EmbeddedError(
            "PostgreSQL does not run as root and this machine has no account postgres or nobody: "
            "run as an ordinary user, or give DATABASE_URL and REDIS_URL"
        )

    @classmethod
    def owning(cls, place: Path) -> Self | None:
        """The account that `place` belongs to; None where that is root or there is no such place."""
        if not place.exists():
            return None
        status = place.stat()
        if status.st_uid == 0:
            return None
        try:
            name = pwd.getpwuid(status.st_uid).pw_name
        except KeyError:
            name = str(status.st_uid)
        return cls(status.st_uid, status.st_gid, name)

    def can_reach(self, place: Path) -> bool:
        """Whether the modes let this account into (or run) `place`, which is absolute, from the top down."""
        return all(self._may_enter(step) for step in (place, *place.parents))

    def _may_enter(self, step: Path) -> bool:
        status = step.stat()
        shift = 0 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 6
        return bool(status.st_mode & (S_IXUSR >> shift))

    def give(self, place: Path) -> None:
        """Make the account the owner of `place` and of all in it."""
        os.chown(place, self.uid, self.gid, follow_symlinks=False)
        for folder, folders, files in os.walk(place):
            for name in (*folders, *files):
                os.chown(Path(folder, name), self.uid, self.gid, follow_symlinks=False)
