"""`skillprofile doctor`: what is well, what is not, and what to do about it."""

import asyncio
from dataclasses import asdict
from pathlib import Path

import typer

from service.cli.checks import Check, State, of_the_machine, of_the_stores
from service.cli.failures import ExitCode, explain
from service.cli.folder import data_folder
from service.cli.options import DataOption, JsonOption
from service.cli.output import print_json, print_table
from service.cli.stores import given, stores

_COLOURS = {State.OK: "green", State.WARN: "yellow", State.FAIL: "red"}


def doctor(as_json: JsonOption = False, data: DataOption = None) -> None:
    """Look at everything that the product needs, and say what to do. Exit code 1 where something fails."""
    embedded = given() is None
    found = list(of_the_machine(data, embedded=embedded))
    # A data folder that is not there is not made just to be looked at.
    if not embedded or data_folder(data).is_dir():
        found += _of_the_stores(data)
    if as_json:
        print_json([asdict(check) for check in found])
    else:
        rows = [(check.subject, check.state, check.found, check.advice) for check in found]
        print_table(("", "", "found", "what to do"), rows, colours=_COLOURS)
    if any(check.state is State.FAIL for check in found):
        raise typer.Exit(ExitCode.REFUSED)


def _of_the_stores(data: Path | None) -> list[Check]:
    try:
        with stores(data) as where:
            return asyncio.run(of_the_stores(where))
    except Exception as error:
        return [Check("servers", State.FAIL, str(explain(error)))]
