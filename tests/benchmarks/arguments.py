"""What the command line says."""

import argparse
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import growth
from tests.benchmarks.data import AT_ONCE, MAX_SKILLS, MIN_SKILLS
from tests.benchmarks.queries import NAMES
from tests.benchmarks.servers import ROSTER

MAIL_PARTS = ("telling", "mails", "digests")
OUT = Path("BENCHMARKS.md")
# Each about another skill, of the smallest catalogue as well.
_MOST_PROPOSALS = 400


@dataclass(frozen=True)
class Arguments:
    """How to run. `others` are servers that run already, by name; 0 in `writes`, `soak`, `live`,
    `community` and `mail` leaves them out."""

    skills: int
    seconds: int
    rounds: int
    queries: list[str]
    servers: list[str]
    others: dict[str, str]
    sizes: bool
    page: bool
    writes: int
    soak: int
    live: int
    community: int
    mail: int
    parts: list[str]
    database: str | None
    driver: str | None
    out: Path
    add: bool


def read(words: Sequence[str]) -> Arguments:
    """The arguments; ends the process with a message where they cannot be understood."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measure this API beside hand-written routes on the same PostgreSQL. Without DATABASE_URL and "
        "REDIS_URL it starts a PostgreSQL and a Valkey of its own.",
    )
    _add_what(parser)
    _add_how(parser)
    given = parser.parse_args(words)
    fault = _fault(given)
    if fault:
        parser.error(fault)
    return Arguments(**{**vars(given), "others": dict(given.others)})


def _add_what(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--skills", type=_between(MIN_SKILLS, MAX_SKILLS), default=2_000, help="of the catalogue; 2,000")
    add("--queries", type=_choice(NAMES), default=list(NAMES), help=f"some of {','.join(NAMES)}")
    add("--servers", type=_choice(tuple(ROSTER)), default=list(ROSTER), help=f"some of {','.join(ROSTER)}")
    also = "one more that runs already and answers the same documents at this URL; it is on --database"
    add(
        "--server",
        dest="others",
        type=_named_url,
        action="append",
        default=[],
        metavar="NAME=URL",
        help=also,
    )
    add("--sizes", action="store_true", help=f"compare with a catalogue {growth.FACTOR} times as large")
    add("--page", action="store_true", help="show a skill in Chromium beside a file of the same content")
    pace = "read while so many changes a second are accepted; 10"
    add("--writes", type=_between(1, 100), nargs="?", const=10, default=0, help=pace)
    requests = "look at the memory after so many requests; a million"
    sockets = "tell one event to so many open subscriptions; 2,000"
    add("--live", type=_between(10, 10_000), nargs="?", const=2_000, default=0, help=sockets)
    people = "tell so many people, mail a tenth of them, and send half of them digests; 100,000"
    add("--mail", type=_between(1_000, 1_000_000), nargs="?", const=100_000, default=0, help=people)
    add(
        "--parts",
        type=_choice(MAIL_PARTS),
        default=list(MAIL_PARTS),
        help="of --mail: " + ",".join(MAIL_PARTS),
    )
    proposals = f"preview and accept so many proposals, and read comments; {_MOST_PROPOSALS}"
    some = _between(10 * AT_ONCE, _MOST_PROPOSALS)
    add("--community", type=some, nargs="?", const=_MOST_PROPOSALS, default=0, help=proposals)
    add("--soak", type=_between(1, 10**9), nargs="?", const=10**6, default=0, help=requests)


def _add_how(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--seconds", type=_between(1, 60), default=3, help="that a round lasts; 3")
    add("--rounds", type=_between(1, 99), default=5, help="of each server, in turn with the others; 5")
    add("--driver", choices=("wrk", "own"), help="wrk where it is installed, else own")
    keep = "a database of the server at DATABASE_URL to use and to keep; made and filled where it is missing"
    add("--database", type=_database_name, metavar="NAME", help=keep)
    add("--out", type=Path, default=OUT, metavar="FILE", help=f"where the tables go as Markdown; {OUT}")
    add("--add", action="store_true", help="keep what the file holds, and add this run to it")


def _fault(given: argparse.Namespace) -> str | None:
    """What does not go together."""
    largest = MAX_SKILLS // growth.FACTOR
    if given.sizes and given.skills > largest:
        return f"--sizes goes with at most {largest:,} skills"
    if given.others and given.database is None:
        return "--server needs --database: the other server must be on the catalogue that is measured"
    if given.database is not None and not os.environ.get("DATABASE_URL"):
        return "--database needs DATABASE_URL: the servers that this starts are gone at the end"
    writing = [name for name in ("writes", "community", "mail") if getattr(given, name)]
    if given.database is not None and writing:
        return f"--{writing[0]} changes the catalogue: let it make one of its own, without --database"
    taken = sorted(dict(given.others).keys() & ROSTER.keys())
    return f"--server cannot be named {taken[0]}: a server here bears the name" if taken else None


def _between(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        found = int(text.replace("_", "").replace(",", ""))
        if not least <= found <= most:
            raise argparse.ArgumentTypeError(f"{least:,} to {most:,}, not {found:,}")
        return found

    return number


def _choice(names: Sequence[str]) -> Callable[[str], list[str]]:
    def choice(text: str) -> list[str]:
        chosen = text.split(",")
        if unknown := [name for name in chosen if name not in names]:
            raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(names)}")
        return [name for name in names if name in chosen]

    return choice


def _named_url(text: str) -> tuple[str, str]:
    name, separator, url = text.partition("=")
    if not separator or not name or not url.startswith("http://"):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=http://HOST:PORT/PATH")
    return name, url


def _database_name(text: str) -> str:
    if not re.fullmatch("[a-z_][a-z0-9_]{0,62}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not made of a-z, 0-9 and _")
    return text
