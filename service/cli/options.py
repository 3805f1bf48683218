"""The options that several commands have in common."""

from pathlib import Path
from typing import Annotated

import typer

DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        envvar="SKILLPROFILE_DATA",
        help="The data folder of the embedded servers. Default: .data in the project's checkout, else "
        "skillprofile in the folder for data of programs (such as ~/.local/share).",
        show_default=False,
        # What is wrong with a folder is said where it is used.
        readable=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, and nothing else there.")]
