"""`python -m tests.faults`: run, and print what was found; the exit code says whether every limit was kept."""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from service.cli.failures import ExitCode
from service.cli.supervision import stopped_in_order
from tests.faults import plan
from tests.faults.blows import Blow, blows
from tests.faults.books import Books, Check, checks
from tests.faults.breaks import BREAKS
from tests.faults.run import Wanted, folder_in_memory, run

_SEED = 5
# With what it takes to stop all parts, a run ends within five minutes.
_LONGEST_SECONDS = 280.0
_PROGRAM = "python -m tests.faults"


class GivenUp(Exception):
    """A run has taken too long."""


def main(words: Sequence[str]) -> int:
    """0 where every limit was kept, or, with --broken, where each broken build was found out; else 1."""
    given = _read(words)
    screen = Console(width=None if sys.stdout.isatty() else 100)
    with stopped_in_order():
        try:
            return 0 if _is_well(given, screen) else 1
        except GivenUp:
            said = f"GIVEN UP: not over after {_LONGEST_SECONDS:.0f} s, so there are no books to balance."
            screen.print(f"{said} The last line above says what it was at.", highlight=False)
            return 1
    return ExitCode.INTERRUPTED


def _is_well(given: argparse.Namespace, screen: Console) -> bool:
    if given.broken is None:
        wanted = Wanted(given.seed, given.accepts, _chosen(given.seed, given.only))
        return all(check.holds for check in _found(wanted, given.keep, screen))
    names = list(BREAKS) if given.broken == "all" else [given.broken]
    found_out = [_is_found_out(name, given, screen) for name in names]
    return all(found_out)


def _is_found_out(name: str, given: argparse.Namespace, screen: Console) -> bool:
    """Whether the limit that the broken build is to break was seen to be broken."""
    one = BREAKS[name]
    screen.rule(f"{name}: {one.put_in.__doc__}")
    wanted = Wanted(given.seed, one.accepts, _chosen(given.seed, one.during), name, one.collapse)
    found = _found(wanted, given.keep, screen)
    is_found = not next(check for check in found if check.name.startswith(one.limit)).holds
    screen.print(f"{name}: {'found out' if is_found else 'NOT FOUND OUT'} by “{one.limit}”", highlight=False)
    return is_found


def _found(wanted: Wanted, keep: Path | None, screen: Console) -> list[Check]:
    begun = time.monotonic()
    with folder_in_memory() as folder:
        Path(folder).chmod(0o711)  # as root, PostgreSQL runs under another account
        try:
            books = asyncio.run(_in_time(wanted, Path(folder), lambda what: _tell(screen, begun, what)))
        finally:
            if keep is not None:
                _keep(Path(folder), keep)
    found = checks(books, accepts=wanted.accepts)
    screen.print(_disturbances(books), _limits(found))
    screen.print(f"seed {wanted.seed}, {time.monotonic() - begun:.0f} s; left: {books.left}", highlight=False)
    return found


async def _in_time(wanted: Wanted, folder: Path, tell: Callable[[str], None]) -> Books:
    """The books of a run. Raises `GivenUp` for one that takes too long, when all its parts have been stopped."""
    try:
        async with asyncio.timeout(_LONGEST_SECONDS) as limit:
            return await run(wanted, folder, tell)
    except TimeoutError:
        if limit.expired():
            raise GivenUp from None
        raise


def _chosen(seed: int, words: Sequence[str]) -> list[Blow]:
    """The faults whose names contain one of the words, or all, in an order of the seed's."""
    chosen = [blow for blow in blows() if not words or any(word in blow.name for word in words)]
    random.Random(seed).shuffle(chosen)
    return chosen


def _read(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=_PROGRAM, description="Run the whole product through every fault.")
    add = parser.add_argument
    add("--seed", type=int, default=_SEED, help=f"of all that is left to chance; {_SEED}")
    add("--accepts", type=int, default=plan.ACCEPTS, help=f"changes to accept, at most {plan.ACCEPTS}")
    add(
        "--only", action="append", default=[], metavar="WORD", help="only faults whose names contain the word"
    )
    add("--keep", type=Path, metavar="DIR", help="where to put what the parts have logged")
    broken = "put a fault into the product, and see that it is found out; “all” of them, one after the other"
    add("--broken", choices=[*BREAKS, "all"], help=broken)
    return parser.parse_args(words)


def _tell(screen: Console, begun: float, what: str) -> None:
    screen.print(f"{time.monotonic() - begun:6.1f} s  {what}", markup=False, highlight=False)


def _keep(folder: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for file in (*folder.glob("*.log"), *folder.glob("*.jsonl")):
        (target / file.name).write_bytes(file.read_bytes())


def _disturbances(books: Books) -> Table:
    table = Table("fault", "ready again after", title="Faults")
    for one in books.disturbances:
        table.add_row(one.name, "never" if one.ready_after is None else f"{one.ready_after:.1f} s")
    return table


def _limits(found: Sequence[Check]) -> Table:
    table = Table("what", "found", "limit", "", title="The books")
    for check in found:
        bound = "at least" if check.at_least else "at most"
        table.add_row(
            check.name,
            f"{check.found:,.4g} {check.unit}".strip(),
            f"{bound} {check.limit:g} {check.unit}".strip(),
            "kept" if check.holds else "BROKEN",
        )
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
