"""What ends a command: an exit code with a meaning, and one line that says what to do."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended; scripts may rely on the numbers."""

    meaning: str

    OK = 0, "done"
    REFUSED = 1, "a check found something, or the input is refused"
    USAGE = 2, "the command or the settings are wrong"
    UNAVAILABLE = 3, "a server, a port or the data folder cannot be had"
    STALE_SCHEMA = 4, "the database's schema is not this version's"
    CRASHED = 70, "a fault of the program"
    INTERRUPTED = 130, "ended by Ctrl-C"

    def __new__(cls, code: int, meaning: str) -> "ExitCode":
        """A number that carries its meaning."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member


class CommandFailed(Exception):
    """The command cannot go on; the message is one line that says what to do about it."""

    def __init__(self, message: str, code: ExitCode = ExitCode.REFUSED) -> None:
        super().__init__(message)
        self.code = code


@contextmanager
def one_line(program: str, *, show_crashes: bool = False) -> Iterator[None]:
    """End the process with the code and the line, on stderr, of the error that ends the block.

    With `show_crashes` an error that nobody foresaw passes: a server's may never come again to be looked at.
    """
    try:
        yield
    except Exception as error:
        if os.environ.get("SKILLPROFILE_DEBUG"):
            raise
        failure = explain(error)
        if show_crashes and failure.code is ExitCode.CRASHED:
            raise
        print(f"{program}: {failure}", file=sys.stderr)  # noqa: T201
        sys.exit(failure.code)


def explain(error: BaseException) -> CommandFailed:
    """The line for an error; one that nobody foresaw is named and leads to its traceback."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, CommandFailed):
        return error
    return (
        _of_the_product(error)
        or _of_the_settings(error)
        or _of_a_server(error)
        or _of_the_system(error)
        or CommandFailed(
            f"{type(error).__name__}: {_first_line(error)} (a fault of the program; "
            "run again with SKILLPROFILE_DEBUG=1 for the traceback)",
            ExitCode.CRASHED,
        )
    )


def _of_the_product(error: BaseException) -> CommandFailed | None:
    from alembic.util import CommandError

    from service.embedded import EmbeddedError
    from service.errors import DomainError
    from service.migration import StaleSchema

    match error:
        case DomainError():
            return CommandFailed(str(error))
        case EmbeddedError():
            return CommandFailed(_sentence(error), ExitCode.UNAVAILABLE)
        case StaleSchema():
            return CommandFailed(_sentence(error), ExitCode.STALE_SCHEMA)
        case CommandError() if "Can't locate revision" in str(error):
            return CommandFailed(
                "The database was made by a newer version of Skill Profile: use that version, "
                "or another data folder (--data DIR) or database.",
                ExitCode.STALE_SCHEMA,
            )
    return None


def _of_the_settings(error: BaseException) -> CommandFailed | None:
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return None
    faults = "; ".join(
        f"{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors(include_url=False, include_input=False)
    )
    return CommandFailed(f"The settings in the environment are wrong: {faults}.", ExitCode.USAGE)


def _of_a_server(error: BaseException) -> CommandFailed | None:
    from asyncpg.exceptions import PostgresError, UndefinedTableError
    from redis.exceptions import RedisError
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.exc import TimeoutError as PoolTimeout

    cause = error.__cause__ if isinstance(error, DBAPIError) and error.__cause__ else error
    # SQLAlchemy wraps the driver's error twice.
    cause = cause.__cause__ or cause
    if isinstance(cause, UndefinedTableError):
        return CommandFailed(
            "The database has no schema yet: run `skillprofile migrate`.", ExitCode.STALE_SCHEMA
        )
    if isinstance(error, RedisError):
        return CommandFailed(f"REDIS_URL: {_first_line(error)}.", ExitCode.UNAVAILABLE)
    if isinstance(cause, PostgresError) or isinstance(error, PoolTimeout | DBAPIError):
        return CommandFailed(f"PostgreSQL: {_first_line(cause)}.", ExitCode.UNAVAILABLE)
    return None


def _of_the_system(error: BaseException) -> CommandFailed | None:
    if isinstance(error, TimeoutError) and not str(error):
        return CommandFailed("A server did not answer in time: look whether it runs.", ExitCode.UNAVAILABLE)
    if not isinstance(error, OSError):
        return None
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        place = f" for {error.filename}" if error.filename else ""
        return CommandFailed(f"The disk is full{place}: free some space.", ExitCode.UNAVAILABLE)
    if error.filename:
        return CommandFailed(f"{error.filename}: {error.strerror}.", ExitCode.UNAVAILABLE)
    if isinstance(error, ConnectionError) or error.errno is not None:
        return CommandFailed(f"A server cannot be reached: {_first_line(error)}.", ExitCode.UNAVAILABLE)
    return None


def _sentence(error: BaseException) -> str:
    text = _first_line(error)
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _first_line(error: BaseException) -> str:
    """The first line of an error's text, without the full stop: a driver's may go on with SQL."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
