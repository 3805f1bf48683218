"""What goes wrong around the embedded servers, said in one line."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class EmbeddedError(Exception):
    """The embedded servers cannot be had; the message is one line for a person and says what to do."""


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn an operating system's refusal within the block into an EmbeddedError about `folder`."""
    try:
        yield
    except OSError as fault:
        raise EmbeddedError(_sentence(folder, fault)) from fault


def full_disk(place: Path) -> EmbeddedError:
    return EmbeddedError(
        f"the disk that holds {place} is full: free some space, or choose another folder with --data"
    )


def _sentence(folder: Path, fault: OSError) -> str:
    place = Path(fault.filename) if isinstance(fault.filename, str) else folder
    match fault.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return str(full_disk(place))
        case errno.ENOTDIR | errno.EEXIST:
            return f"a file stands where {place} or a folder above it should be: choose another with --data"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return (
                f"{place} cannot be used by this account ({fault.strerror}): run as the account that made "
                f"the data folder, or choose another with --data"
            )
        case _:
            reason = f"{fault.strerror or fault} at {place}"
            return f"the data folder {folder} cannot be used, {reason}: choose another with --data"
