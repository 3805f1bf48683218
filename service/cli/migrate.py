"""`skillprofile migrate`: the database's schema, brought up to date or put to the test."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from service.cli.failures import ExitCode
from service.cli.options import DataOption, JsonOption
from service.cli.output import print_json, say
from service.cli.stores import ensure_reachable, stores


def migrate(
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Change nothing: rehearse every migration up, down and up again in a scratch database that is "
            "dropped afterwards, and compare the result with the models. Exit code 1 where they differ.",
        ),
    ] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Bring the database's schema to this version's. Safe to run twice, also at once."""
    if check:
        _check(as_json=as_json)
    else:
        _migrate(data, as_json=as_json)


def _migrate(data: Path | None, *, as_json: bool) -> None:
    from service import migration

    async def work() -> tuple[str | None, str]:
        await ensure_reachable(where)
        return await migration.migrate(where.settings().database_url)

    with stores(data) as where:
        before, after = asyncio.run(work())
    if as_json:
        print_json({"before": before, "after": after})
    elif before == after:
        say(f"the schema is at {after} already")
    else:
        say(f"the schema went from {before or 'nothing'} to {after}")


def _check(*, as_json: bool) -> None:
    from service import migration
    from service.cli.rehearsal import rehearse

    faults = rehearse()
    if as_json:
        print_json({"head": migration.head(), "faults": faults})
    elif faults:
        say("models and migrations differ:")
        for fault in faults:
            say(f"  {fault}")
    else:
        say(
            f"ok: the migrations up to {migration.head()} go up, down and up again, and agree with the models"
        )
    if faults:
        raise typer.Exit(ExitCode.REFUSED)
