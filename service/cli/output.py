"""What commands print: a table for a person, tab-separated lines for a pipe, JSON for a program."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def say(text: str) -> None:
    """A line on stdout."""
    print(text)  # noqa: T201


def say_aside(text: str) -> None:
    """A line on stderr, out of the way of what a pipe is to get."""
    print(text, file=sys.stderr)  # noqa: T201


def print_json(value: Any) -> None:
    """Indented JSON; what JSON has no form for is written as text."""
    say(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, colours: Mapping[Any, str] | None = None
) -> None:
    """Rows under their headings; a pipe gets the rows alone, uncut, with tabs between the values.

    A value that `colours` knows is shown in its colour.
    """
    if not sys.stdout.isatty():
        for row in rows:
            say("\t".join(" ".join(value.split()) for value in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False, header_style="dim")
    for row in rows:
        table.add_row(*(Text(value, style=(colours or {}).get(value, "")) for value in row))
    Console().print(table)
