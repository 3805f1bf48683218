"""What must be reached, line by line, and whether it was."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.benchmarks import growth
from tests.benchmarks.queries import NAMES
from tests.benchmarks.results import Results

# Query, times the floor, times plain Strawberry.
_UNCACHED = (("profile", 0.85, 30.0), ("list", 1.5, 100.0), ("role", 1.5, 100.0), ("index", 1.0, 30.0))
_CACHED = 0.9
_LOSS = 0.15
_CHANGES = 10
_P99 = 2.0
_HITS = 0.9
_MEMORY = 250_000_000
_REQUESTS = 1_000_000
_SOCKETS = 2_000
_DELIVERY = 0.5
_PAINT = 1.5
_SOCKET_BYTES = 100_000
_TOLD, _MAILS, _DIGESTS = 100_000, 10_000, 50_000
_TELLING = 0.5
_WORKER_MEMORY = 200_000_000
_MAILING = 0.6
_TWICE = 2.2
# A process whose memory grows by less than this in the second half of its requests stays flat.
_FLAT = 0.05


@dataclass(frozen=True)
class Line:
    """What is wanted of a subject and what was found, both as text; `is_reached` is None where it was not measured."""

    subject: str
    wanted: str
    found: str = ""
    is_reached: bool | None = None

    @property
    def verdict(self) -> str:
        """In words."""
        return {None: "not measured", True: "reached", False: "falls short"}[self.is_reached]


def judge(results: Results) -> list[Line]:
    """Every line, whether it was measured or not."""
    return [
        *_speed(results),
        *_growth(results),
        *_writing(results),
        *_live(results),
        *_telling(results),
        *_mailing(results),
        *_page(results),
        *_memory(results),
    ]


def _speed(results: Results) -> Iterator[Line]:
    for query, times_floor, times_plain in _UNCACHED:
        yield _at_least(
            f"{query} uncached", times_floor, "the floor", results.ratio(query, "uncached", "floor")
        )
        yield _at_least(f"{query} uncached", times_plain, "plain", results.ratio(query, "uncached", "plain"))
    for query in NAMES:
        yield _at_least(
            f"{query} cached", _CACHED, "the cached floor", results.ratio(query, "cached", "memory")
        )


def _growth(results: Results) -> Iterator[Line]:
    for query in growth.QUERIES:
        subject, wanted = f"{query}, {growth.FACTOR} times as many skills", f"loses less than {_LOSS:.0%}"
        found = results.growth.get(query)
        if found is None:
            yield Line(subject, wanted)
        else:
            said = f"loses {found.loss:.0%}" if found.loss > 0 else "loses nothing"
            yield Line(subject, wanted, said, found.loss < _LOSS)


def _writing(results: Results) -> Iterator[Line]:
    while_writing = f"{_CHANGES:g} changes a second"
    for server in ("uncached", "cached"):
        subject, wanted = f"profile {server}, {while_writing}", f"p99 at most {_P99:g} × the quiet one"
        found = results.writing.get(server)
        if found is None:
            yield Line(subject, wanted)
        else:
            said = f"{found.p99_ratio:.2f} × at {found.pace:.1f} a second"
            yield Line(subject, wanted, said, _if(found.pace > 0.9 * _CHANGES, found.p99_ratio <= _P99))
    hits = results.writing["cached"].hit_rate if "cached" in results.writing else None
    subject, wanted = f"profile cached, {while_writing}", f"above {_HITS:.0%} hits"
    yield Line(subject, wanted) if hits is None else Line(subject, wanted, f"{hits:.1%}", hits > _HITS)


def _live(results: Results) -> Iterator[Line]:
    found = results.live
    subject = (
        "one event to " + (f"{_SOCKETS:,}" if found is None else f"{found.sockets:,}") + " subscriptions"
    )
    wanted, memory = f"{_DELIVERY:g} × raw sockets", f"below {_SOCKET_BYTES / 1e3:.0f} kB a socket"
    if found is None:
        yield Line(subject, wanted)
        yield Line(subject, memory)
        return
    is_measured = found.sockets >= _SOCKETS
    said = f"{found.ratio:.2f} × ({found.cpu_ratio:.2f} × in processor time)"
    yield Line(subject, wanted, said, _if(is_measured, found.ratio >= _DELIVERY))
    held = f"{found.bytes_a_socket / 1e3:.1f} kB"
    yield Line(subject, memory, held, _if(is_measured, found.bytes_a_socket < _SOCKET_BYTES))


def _page(results: Results) -> Iterator[Line]:
    subject, wanted = "first contentful paint of a skill", f"at most {_PAINT:g} × a file"
    found = results.page
    if found is None:
        yield Line(subject, wanted)
        return
    page, file = found.page[-1], found.file[-1]
    said = (
        f"{found.ratio:.2f} × ({found.of(found.page):.0f} ms and {found.of(found.file):.0f} ms; "
        f"{page.bytes / 1e3:.1f} kB in {page.requests} requests and {file.bytes / 1e3:.1f} kB in {file.requests})"
    )
    yield Line(subject, wanted, said, found.ratio <= _PAINT)


def _telling(results: Results) -> Iterator[Line]:
    found = results.telling
    told = _TOLD if found is None else found.told
    subjects = (
        (f"telling {told:,} people of one change", f"{_TELLING:g} × one INSERT … SELECT"),
        ("the worker that tells them", f"below {_WORKER_MEMORY / 1e6:.0f} MB"),
        ("profile meanwhile", f"p99 at most {_P99:g} × the quiet one"),
    )
    if found is None:
        yield from (Line(*subject) for subject in subjects)
        return
    verdicts = (
        (f"{found.ratio:.2f} ×", found.ratio >= _TELLING),
        (f"{found.memory / 1e6:.0f} MB", found.memory < _WORKER_MEMORY),
        (f"{found.p99_ratio:.2f} ×, all told {found.times} times", found.p99_ratio <= _P99),
    )
    for subject, (said, is_reached) in zip(subjects, verdicts, strict=True):
        yield Line(*subject, said, _if(told >= _TOLD, is_reached))


def _mailing(results: Results) -> Iterator[Line]:
    mailing, digesting = results.mailing, results.digesting
    mails = _MAILS if mailing is None else mailing.mails
    subject, wanted = f"{mails:,} mails rendered and sent", f"{_MAILING:g} × ready-made bytes"
    if mailing is None:
        yield Line(subject, wanted)
    else:
        said = f"{mailing.ratio:.2f} × ({mailing.cpu_ratio:.2f} × in processor time)"
        yield Line(subject, wanted, said, _if(mails >= _MAILS, mailing.ratio >= _MAILING))
    people = _DIGESTS if digesting is None else digesting.people
    subject, wanted = (
        f"digests for {people:,} people instead of {people // 2:,}",
        f"at most {_TWICE:g} × the time",
    )
    if digesting is None:
        yield Line(subject, wanted)
    else:
        said = f"{digesting.growth:.2f} × ({digesting.whole:.0f} s)"
        yield Line(subject, wanted, said, _if(people >= _DIGESTS, digesting.growth <= _TWICE))


def _memory(results: Results) -> Iterator[Line]:
    subject, wanted = f"one process, {_REQUESTS:,} requests", f"below {_MEMORY / 1e6:.0f} MB, flat"
    found = results.soak
    if found is None:
        yield Line(subject, wanted)
    else:
        requests, memory = found.points[-1]
        said = f"{memory / 1e6:.0f} MB after {requests:,}, {found.growth:+.1%} in the second half"
        is_well = memory < _MEMORY and found.growth < _FLAT
        yield Line(subject, wanted, said, _if(requests >= _REQUESTS, is_well))


def _if(is_measured: bool, is_reached: bool) -> bool | None:
    """A figure found under lighter conditions than those wanted says nothing."""
    return is_reached if is_measured else None


def _at_least(subject: str, wanted: float, of: str, found: float | None) -> Line:
    wish = f"{wanted:g} × {of}"
    return Line(subject, wish) if found is None else Line(subject, wish, f"{found:.2f} ×", found >= wanted)
