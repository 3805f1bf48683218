"""The results as tables: on the screen, and as Markdown in a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import rich.box
import rich.table
from rich.markup import escape

from tests.benchmarks.acceptance import judge
from tests.benchmarks.community import Timing
from tests.benchmarks.data import AT_ONCE
from tests.benchmarks.driver import CONNECTIONS
from tests.benchmarks.results import Figures, Results, typical

_UNKNOWN = "–"


@dataclass(frozen=True)
class Table:
    """A title, the columns (those of numbers are aligned to the right) and rows of as many texts."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: int = 0

    def on_screen(self) -> rich.table.Table:
        """For a terminal."""
        table = rich.table.Table(title=self.title, title_justify="left", box=rich.box.SIMPLE_HEAD)
        for number, column in enumerate(self.columns):
            table.add_column(column, justify="right" if self._is_number(number) else "left", no_wrap=True)
        for row in self.rows:
            table.add_row(*map(escape, row))
        return table

    def markdown(self) -> str:
        """For a file."""
        marks = ("--:" if self._is_number(number) else "---" for number in range(len(self.columns)))
        lines = (_line(cells) for cells in (self.columns, list(marks), *self.rows))
        return f"### {self.title}\n\n" + "\n".join(lines) + "\n"

    def _is_number(self, column: int) -> bool:
        return column >= len(self.columns) - self.numbers


def speed(results: Results) -> Table:
    """A row for each query and server."""
    rows = [
        _row(results, query, server, typical(rounds))
        for query, servers in results.rounds.items()
        for server, rounds in servers.items()
    ]
    columns = ("query", "server", "answers/s", "× floor", "× plain", "p50 ms", "p99 ms")
    costs = ("CPU ms", "PostgreSQL ms", "MB")
    return Table("Speed", (*columns, *costs), rows, numbers=8)


def community(results: Results) -> Table:
    """A row for each thing that people do beside reading, and one for a profile read at that time; none where nothing
    was measured."""
    found = results.community
    timed: list[tuple[str, str, Timing | Figures]] = []
    if found is not None:
        timed = [
            ("accept a proposal", f"cached, {AT_ONCE} people", found.accepting),
            ("preview a proposal", f"cached, {AT_ONCE} people", found.previewing),
            ("a page of comments", f"uncached, {CONNECTIONS} connections", typical(found.comments)),
            ("profile, quiet", f"uncached, {CONNECTIONS} connections", typical(found.profile)),
        ]
    rows = [
        (what, where, _number(one.rate), _number(one.p50 * 1e3), _number(one.p99 * 1e3))
        for what, where, one in timed
    ]
    return Table("Community", ("what", "server", "answers/s", "p50 ms", "p99 ms"), rows, numbers=3)


def acceptance(results: Results) -> Table:
    """A row for each line that must be reached and of which this run has found something."""
    rows = [(line.subject, line.wanted, line.found, line.verdict) for line in judge(results) if line.found]
    return Table("What must be reached", ("subject", "wanted", "found", "verdict"), rows)


def _row(results: Results, query: str, server: str, found: Figures) -> Sequence[str]:
    return (
        query,
        server,
        _number(found.rate),
        _number(results.ratio(query, server, "floor")),
        _number(results.ratio(query, server, "plain")),
        _number(found.p50 * 1e3),
        _number(found.p99 * 1e3),
        _number(None if found.server_cpu is None else found.server_cpu * 1e3),
        _number(None if found.postgresql_cpu is None else found.postgresql_cpu * 1e3),
        _UNKNOWN if found.memory is None else f"{found.memory / 1e6:.0f}",
    )


def _number(value: float | None) -> str:
    """Three digits that count."""
    if value is None:
        return _UNKNOWN
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
