"""`skillprofile recount`: the stored numbers, held against the truth or mended."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.failures import ExitCode
from service.cli.options import DataOption, JsonOption
from service.cli.output import print_json, print_table, say, say_aside
from service.cli.stores import with_database

if TYPE_CHECKING:
    from service.counters import StaleCounter
    from service.database import Database


def recount(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit code 1 where a number is wrong.")
    ] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Recompute every stored number of the skills from the truth."""
    if check:
        _show(with_database(data, _stale), as_json=as_json)
        return
    mended = with_database(data, _recount)
    if as_json:
        print_json({"mended": mended})
    else:
        say(f"skills whose numbers are mended: {mended}" if mended else "every number was right")


async def _stale(database: "Database") -> "list[StaleCounter]":
    from service import counters

    async with database.read_session() as session:
        return await counters.stale(session)


async def _recount(database: "Database") -> int:
    from service import counters

    async with database.transaction() as session:
        return await counters.recount(session)


def _show(found: "list[StaleCounter]", *, as_json: bool) -> None:
    if as_json:
        print_json([asdict(counter) for counter in found])
    elif found:
        columns = ("skill", "number", "stored", "true")
        print_table(columns, [(each.skill, each.counter, each.stored, each.true) for each in found])
        say_aside(f"wrong numbers: {len(found)}; `skillprofile recount` mends them")
    else:
        say("every number is right")
    if found:
        raise typer.Exit(ExitCode.REFUSED)
