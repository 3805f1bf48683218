"""`python -m tests.benchmarks`: measure, print the tables, and write them to a file."""

import sys

from rich.console import Console

from service.cli.failures import CommandFailed, ExitCode
from service.cli.supervision import stopped_in_order
from service.embedded import EmbeddedError
from tests.benchmarks import arguments, report, session, table
from tests.benchmarks.failure import BenchmarkFailed

_WIDTH = 120


def main(words: list[str]) -> int:
    """Run; returns the exit code. That something falls short is a finding, not a failure."""
    given = arguments.read(words)
    aside = Console(stderr=True)
    with stopped_in_order():
        try:
            # A spinner that turned faster would take time of the processors that are measured.
            with aside.status("", refresh_per_second=1) as status:
                results = session.run(given, status.update)
        except (BenchmarkFailed, CommandFailed, EmbeddedError) as failure:
            aside.print(f"bench: {failure}", style="red", markup=False, soft_wrap=True)
            return ExitCode.UNAVAILABLE
        tables = [table.speed(results), table.community(results), table.acceptance(results)]
        tables = [one for one in tables if one.rows]
        _show(tables)
        earlier = given.out.read_text(encoding="utf-8") if given.add and given.out.exists() else ""
        run = report.run(words, given, results, tables)
        given.out.write_text(report.file(earlier, run), encoding="utf-8")
        aside.print(f"written to {given.out}", markup=False)
        return ExitCode.OK
    return ExitCode.INTERRUPTED


def _show(tables: list[table.Table]) -> None:
    # In a file or a pipe the tables keep their width.
    screen = Console(width=None if sys.stdout.isatty() else _WIDTH)
    for one in tables:
        screen.print(one.on_screen())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
