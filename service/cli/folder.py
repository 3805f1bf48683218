"""The data folder: the embedded servers' files, the secret key and, in development, the mails."""

import os
import secrets
import sys
from pathlib import Path

from service.cli.failures import CommandFailed, ExitCode

INBOX = "inbox"
_SECRET = "secret_key"  # noqa: S105
_SECRET_BYTES = 32


def data_folder(given: Path | None) -> Path:
    """The full path of the folder as named, else of the default one."""
    return (given or default_folder()).expanduser().absolute()


def default_folder() -> Path:
    """The same whatever the current folder: beside the project in a checkout, else in the person's own."""
    project = Path(__file__).resolve().parents[2]
    if (project / "pyproject.toml").is_file():
        return project / ".data"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "skillprofile"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "skillprofile"


def secret_key(folder: Path) -> str:
    """The key that signs what leaves in mails: made once, for the owner's eyes only.

    Raises:
        CommandFailed: it can be neither read nor made.
    """
    place = folder / _SECRET
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not place.exists():
            _make_secret(place)
        key = place.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(place, error.strerror if isinstance(error, OSError) else str(error)) from error
    if len(key) < _SECRET_BYTES:
        raise _unusable(
            place, "it does not hold a whole key; remove it, and links in mails sent so far will end"
        )
    return key


def _make_secret(place: Path) -> None:
    # Written aside and then linked: of two processes that start at once, both see the same whole key.
    aside = place.with_name(f".{_SECRET}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(_SECRET_BYTES))
        try:
            os.link(aside, place)
        except FileExistsError:
            return
    finally:
        aside.unlink()


def _unusable(place: Path, reason: str | None) -> CommandFailed:
    return CommandFailed(
        f"{place} cannot be used: {reason}. Name another data folder with --data DIR.", ExitCode.UNAVAILABLE
    )
