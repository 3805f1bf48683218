"""`python -m service.cli.drafting "add guidance"`: the next migration, as far as it follows from the models."""

import argparse
import asyncio
import io
from collections.abc import Iterable
from contextlib import redirect_stdout
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from sqlalchemy import CheckConstraint, Connection
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.sql.naming import conv

from service import migration
from service.cli.failures import CommandFailed, ExitCode, one_line
from service.cli.output import say
from service.cli.rehearsal import scratch_database, server
from service.cli.stores import Stores, ensure_reachable
from service.drift import Drift, drifts
from service.tables import metadata

_CHECKOUT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Write the file, and say where it is and what comes next."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="what it does, in a few words")
    name = parser.parse_args().name.strip()
    with one_line("migration"):
        if not name:
            raise CommandFailed('Say what it does: make migration NAME="add guidance".', ExitCode.USAGE)
        file = draft(name)
        say(f"{file}: read it and mend it, then run `make check`")


def draft(name: str, project: Path = _CHECKOUT) -> Path:
    """Write the migration into the project's folder; the databases that are there are not touched."""
    with server() as where:
        return asyncio.run(_draft(where, name, project))


async def _draft(where: Stores, name: str, project: Path) -> Path:
    await ensure_reachable(where)
    async with scratch_database(where.settings().database_url) as url:
        await migration.migrate(url)
        engine = create_async_engine(url)
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(_write, name, project)
        finally:
            await engine.dispose()


def _write(connection: Connection, name: str, project: Path) -> Path:
    config = Config(toml_file=project / "pyproject.toml")
    config.attributes["connection"] = connection
    # What Alembic tells of its doings would stand among what we say.
    with redirect_stdout(io.StringIO()):
        script = command.revision(config, name, autogenerate=True, process_revision_directives=_add_checks)
    assert isinstance(script, Script)
    return Path(script.path)


def _add_checks(context: MigrationContext, _: object, directives: list[ops.MigrationScript]) -> None:
    """Autogeneration sees no CHECK in a table that is there: add those that differ, to both ways."""
    [script] = directives
    assert context.connection is not None
    assert script.upgrade_ops is not None
    assert script.downgrade_ops is not None
    checks = [drift for drift in drifts(context.connection) if _is_check(drift)]
    # A column takes its constraints along, so they go before it and come after it.
    script.upgrade_ops.ops[:0] = _drops(drift for drift in checks if drift.found)
    script.upgrade_ops.ops += [_create(drift, _of_the_models(drift)) for drift in checks if drift.wanted]
    script.downgrade_ops.ops[:0] = _drops(drift for drift in checks if drift.wanted)
    script.downgrade_ops.ops += [_create(drift, _condition(drift.found)) for drift in checks if drift.found]


def _is_check(drift: Drift) -> bool:
    return any(said is not None and said.startswith("CHECK ") for said in (drift.found, drift.wanted))


def _drops(checks: Iterable[Drift]) -> list[ops.MigrateOperation]:
    return [ops.DropConstraintOp(conv(each.rule.name), each.rule.table, type_="check") for each in checks]


def _create(drift: Drift, condition: str) -> ops.MigrateOperation:
    return ops.CreateCheckConstraintOp(conv(drift.rule.name), drift.rule.table, condition)


def _of_the_models(drift: Drift) -> str:
    """The condition in the models' words, which read better than PostgreSQL's."""
    dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
    for each in metadata.tables[drift.rule.table].constraints:
        if (
            isinstance(each, CheckConstraint)
            and dialect.identifier_preparer.format_constraint(each) == drift.rule.name
        ):
            return str(each.sqltext.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return _condition(drift.wanted)


def _condition(said: str | None) -> str:
    assert said is not None
    return said.removeprefix("CHECK ").removeprefix("(").removesuffix(")")


if __name__ == "__main__":
    main()
