"""One line for whatever goes wrong, and the right exit code."""

import errno

import pytest
from alembic.util import CommandError
from asyncpg.exceptions import InvalidPasswordError, UndefinedTableError
from pydantic import ValidationError
from redis.exceptions import ConnectionError as RedisConnectionError

from service.cli.failures import CommandFailed, ExitCode, explain, one_line
from service.embedded import EmbeddedError
from service.errors import InvalidInput
from service.migration import StaleSchema
from service.settings import Settings
from tests.cli.program import run


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (CommandFailed("No.", ExitCode.USAGE), ExitCode.USAGE, "No."),
        (InvalidInput("No address."), ExitCode.REFUSED, "No address."),
        (EmbeddedError("the disk is full"), ExitCode.UNAVAILABLE, "The disk is full."),
        (StaleSchema("run `skillprofile migrate`"), ExitCode.STALE_SCHEMA, "Run `skillprofile migrate`."),
        (CommandError("Can't locate revision 'x'"), ExitCode.STALE_SCHEMA, "newer version"),
        (UndefinedTableError('relation "skill"'), ExitCode.STALE_SCHEMA, "skillprofile migrate"),
        (InvalidPasswordError("wrong"), ExitCode.UNAVAILABLE, "PostgreSQL: wrong."),
        (RedisConnectionError("gone"), ExitCode.UNAVAILABLE, "REDIS_URL: gone."),
        (OSError(errno.ENOSPC, "No space left", "x"), ExitCode.UNAVAILABLE, "full for x: free some space"),
        (
            PermissionError(errno.EACCES, "Permission denied", "x"),
            ExitCode.UNAVAILABLE,
            "x: Permission denied.",
        ),
        (ConnectionRefusedError(111, "refused"), ExitCode.UNAVAILABLE, "cannot be reached"),
        (TimeoutError(), ExitCode.UNAVAILABLE, "in time"),
        (ExceptionGroup("many", [CommandFailed("one")]), ExitCode.REFUSED, "one"),
        (ZeroDivisionError("by zero\nline two"), ExitCode.CRASHED, "SKILLPROFILE_DEBUG=1"),
    ],
)
def test_explains_in_one_line(error: Exception, code: ExitCode, said: str) -> None:
    failure = explain(error)
    assert failure.code is code
    assert said in str(failure)
    assert "\n" not in str(failure)


def test_names_the_variables_of_wrong_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://x")
    monkeypatch.setenv("SECRET_KEY", "short")
    with pytest.raises(ValidationError) as caught:
        Settings()
    failure = explain(caught.value)
    assert failure.code is ExitCode.USAGE
    assert "DATABASE_URL: it begins with postgresql://" in str(failure)
    assert "REDIS_URL: Field required" in str(failure)
    assert "SECRET_KEY" in str(failure)
    assert "short" not in str(failure).replace("shorter", "")


@pytest.mark.parametrize(
    ("environment", "code", "said"),
    [
        ({"DATABASE_URL": "postgresql://x/y"}, ExitCode.USAGE, "DATABASE_URL is set but REDIS_URL is not"),
        ({"REDIS_URL": "redis://x"}, ExitCode.USAGE, "REDIS_URL is set but DATABASE_URL is not"),
        (
            {"DATABASE_URL": "postgresql://a:b@127.0.0.1:1/x", "REDIS_URL": "redis://127.0.0.1:1"},
            ExitCode.UNAVAILABLE,
            "_URL leads to no server that answers",
        ),
        (
            {"DATABASE_URL": "postgresql://a:b@127.0.0.1:port/x", "REDIS_URL": "redis://127.0.0.1:1"},
            ExitCode.UNAVAILABLE,
            "_URL leads to no server that answers",
        ),
    ],
)
def test_wrong_addresses_end_a_command_with_one_line(
    environment: dict[str, str], code: ExitCode, said: str
) -> None:
    done = run("recount", **environment)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "show_crashes", "ends_with"),
    [
        (RuntimeError("odd"), True, RuntimeError),
        (RuntimeError("odd"), False, SystemExit),
        (StaleSchema("migrate"), True, SystemExit),
    ],
)
def test_a_server_shows_the_whole_of_a_crash_and_only_of_that(
    error: Exception, show_crashes: bool, ends_with: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SKILLPROFILE_DEBUG", raising=False)
    with pytest.raises(ends_with), one_line("worker", show_crashes=show_crashes):
        raise error
