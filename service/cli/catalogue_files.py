"""`skillprofile import` and `export`: the catalogue from and to files."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.import_report import refuse, show
from service.cli.options import DataOption, JsonOption
from service.cli.output import print_json, say
from service.cli.progress import Progress, progress_bar
from service.cli.stores import with_database

if TYPE_CHECKING:
    from service.catalogue.files import CatalogueFile, ImportPlan
    from service.database import Database

_STDOUT = Path("-")


def import_files(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A catalogue file, YAML or JSON, or a folder of them.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print what would be done.")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove what the framework has and the files have not.")
    ] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Bring the catalogue to what the files say: all of it, or nothing.

    Prints what is added, changed, removed and unchanged. Files with faults are refused with the place of each.
    """
    from service.catalogue.files import FaultyCatalogue, scan_catalogue

    try:
        with progress_bar() as progress:
            catalogue = scan_catalogue(path, progress=progress)
            plan = with_database(data, _importing(catalogue, progress, dry_run=dry_run, prune=prune))
    except FaultyCatalogue as error:
        refuse(error.faults, as_json=as_json)
    else:
        show(plan, dry_run=dry_run, as_json=as_json)


def export_files(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="A file that ends in .yaml, .yml or .json; any other name is a folder. - is stdout, as YAML.",
        ),
    ],
    framework: Annotated[
        str | None, typer.Option(metavar="SLUG", help="The framework; the default one where not said.")
    ] = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Write a framework to catalogue files, which `import` reads back as the same."""
    from service.catalogue.files import export_catalogue, write_catalogue

    async def work(database: "Database") -> "CatalogueFile":
        async with database.read_session() as session:
            return await export_catalogue(session, framework)

    catalogue = with_database(data, work)
    if path == _STDOUT:
        _print(catalogue)
        return
    written = [str(file) for file in write_catalogue(catalogue, path)]
    if as_json:
        print_json({"files": written})
    else:
        for file in written:
            say(file)


def _print(catalogue: "CatalogueFile") -> None:
    from service.catalogue.files import write_catalogue

    with TemporaryDirectory() as folder:
        file = Path(folder, "catalogue.yaml")
        write_catalogue(catalogue, file)
        say(file.read_text(encoding="utf-8").rstrip("\n"))


def _importing(
    catalogue: "CatalogueFile", progress: Progress, *, dry_run: bool, prune: bool
) -> "Callable[[Database], Awaitable[ImportPlan]]":
    from service import counters
    from service.catalogue.files import import_catalogue, plan_import

    async def work(database: "Database") -> "ImportPlan":
        if dry_run:
            async with database.read_session() as session:
                return await plan_import(session, catalogue, prune=prune)
        now, recount = datetime.now(UTC), counters.recount
        async with database.transaction() as session:
            return await import_catalogue(
                session, catalogue, at=now, recount=recount, prune=prune, progress=progress
            )

    return work
