"""The file that runs leave: how to read it, and for each run when, where and how it ran, and its tables."""

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime

from tests.benchmarks import machine
from tests.benchmarks.arguments import Arguments
from tests.benchmarks.data import AT_ONCE
from tests.benchmarks.driver import CONNECTIONS
from tests.benchmarks.equality import SAMPLE
from tests.benchmarks.results import Results
from tests.benchmarks.servers import ROSTER
from tests.benchmarks.table import Table

_READING = f"""# Benchmarks

All servers of a run stand at the same time on the same PostgreSQL and are asked in turn, in short rounds, so that what
the machine does besides meets all of them alike. A figure is the median of the rounds. A ratio is the median of the
ratios of neighbouring rounds, and is worth more than a figure. The driver runs on the same machine. Every request of a
query asks for something else (another skill, domain, role or text); only the index is always the same.

Before a server is timed, it has answered every request once, unless that takes more than 15 s: `cached` and `memory`
then answer from their memory. Before and after the timing all servers gave the same answers to {SAMPLE} requests of
each query, cursors aside, which are opaque. Every answer of the warming up was read and had no errors; every answer
that was timed had status 200.

CPU and PostgreSQL are the processor time that an answer takes, in the server and in PostgreSQL. MB is the most resident
memory that the server held after a round.

Proposals are previewed and accepted by {AT_ONCE} people at once, each about a skill that nobody else touches; the
first of each person is not timed. The people are threads of one Python process, whose own work is in their times.

Mails go to a mail server in a process of its own that takes all and keeps nothing, and that knows pipelining, as mail
servers do. The floor hands it the same bytes by aiosmtplib, over as many connections, which waits for every answer.

The servers:

{"".join(f"- **{name}**: {server.title}{chr(10)}" for name, server in ROSTER.items())}"""


def file(earlier: str, run: str) -> str:
    """The whole file: what it held before, where that is kept, and one more run."""
    return f"{earlier or _READING}\n{run}"


def run(words: Sequence[str], given: Arguments, results: Results, tables: Sequence[Table]) -> str:
    """A run's part of the file as Markdown; `words` are those of the command line."""
    return "\n".join(
        [
            f"## `{_command(words)}`",
            "",
            f"{datetime.now(UTC).date()}, {machine.describe()}, PostgreSQL {results.postgresql}.",
            f"{given.skills:,} skills, {CONNECTIONS} connections, {given.rounds} rounds of {given.seconds} s for each",
            f"server and query, driven by {results.driver}.",
            *(f"The server **{name}** is not of this project." for name in given.others),
            "",
            *(one.markdown() for one in tables),
            _compiled(results),
        ]
    )


def _command(words: Sequence[str]) -> str:
    return f"make bench ARGS={shlex.quote(shlex.join(words))}" if words else "make bench"


def _compiled(results: Results) -> str:
    if results.compiled_rate is None:
        return ""
    return f"Compiled plans gave {results.compiled_rate:.1%} of the answers of `uncached`.\n"
