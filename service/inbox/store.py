"""A folder of raw mails, written by one process and read by any."""

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.inbox.reading import subject_of

_ID = re.compile(r"[0-9]{16}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail in the list."""

    id: str
    to: str
    """Whom it was handed over for, in the envelope; several are joined by ", "."""
    subject: str
    at: str
    """When it arrived: RFC 3339, UTC, with microseconds."""


class InboxStore:
    """At most `keep` mails; the oldest go first.

    A mail is two files, `ID.eml` with its bytes and `ID.json` with its entry. The entry is written last and
    removed first, so a mail in the list is always whole. An id is the microsecond of arrival, and later ids
    are greater even when the clock is set back.
    """

    def __init__(self, folder: Path, keep: int = 1000, *, now: Callable[[], float] = time.time) -> None:
        """Makes the folder where it is missing; OSError when that is not possible."""
        if keep < 1:
            raise ValueError("keep at least one mail")
        self._folder = folder
        self._keep = keep
        self._now = now
        # A mail never changes: an entry that was read once need not be read again.
        self._entries: dict[str, Entry] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def save(self, raw: bytes, to: Sequence[str]) -> str:
        """Keep a mail, and return its id. OSError, for instance on a full disk, leaves the list as it was."""
        ids = self._ids()
        number = int(self._now() * 1_000_000)
        if ids:
            number = max(number, int(ids[-1]) + 1)
        entry = Entry(id=f"{number:016d}", to=", ".join(to), subject=subject_of(raw), at=_rfc3339(number))
        self._write(f"{entry.id}.eml", raw)
        self._write(f"{entry.id}.json", json.dumps(asdict(entry)).encode())
        if len(ids) >= self._keep:
            self._remove_before([*ids, entry.id][-self._keep])
        return entry.id

    def entries(self) -> list[Entry]:
        """All mails, the newest first."""
        ids = self._ids()
        known = {mail_id: self._entries.get(mail_id) or self._read_entry(mail_id) for mail_id in ids}
        self._entries = {mail_id: entry for mail_id, entry in known.items() if entry is not None}
        return list(reversed(self._entries.values()))

    def read(self, mail_id: str) -> bytes | None:
        """The bytes of a mail; None when there is none of that id."""
        if not _ID.fullmatch(mail_id):
            return None
        try:
            return (self._folder / f"{mail_id}.eml").read_bytes()
        except FileNotFoundError:
            return None

    def _ids(self) -> list[str]:
        """The ids of all whole mails, the oldest first."""
        return sorted(
            path.stem
            for path in self._folder.iterdir()
            if path.suffix == ".json" and _ID.fullmatch(path.stem)
        )

    def _read_entry(self, mail_id: str) -> Entry | None:
        try:
            return Entry(**json.loads((self._folder / f"{mail_id}.json").read_bytes()))
        except FileNotFoundError:
            return None  # the process that writes has just removed it

    def _write(self, name: str, content: bytes) -> None:
        """Whole or not at all: a reader never sees half a file."""
        draft = self._folder / f".{name}"
        try:
            draft.write_bytes(content)
            draft.replace(self._folder / name)
        except OSError:
            draft.unlink(missing_ok=True)
            raise

    def _remove_before(self, oldest: str) -> None:
        """Remove what is older, entries first; also what a process left behind that was killed in `save`."""
        for path in sorted(self._folder.iterdir(), key=lambda path: path.suffix != ".json"):
            mail_id = path.stem.lstrip(".")
            if _ID.fullmatch(mail_id) and mail_id < oldest:
                path.unlink(missing_ok=True)


def _rfc3339(microseconds: int) -> str:
    moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
