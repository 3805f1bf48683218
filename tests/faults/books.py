"""The books of a run, and each limit that they must keep. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import quantiles

from tests.faults.journal import Answer, Copy, Disturbance, Entry, Post, Wish

# From a 250 to the commit that notes it.
_NOTED_SECONDS = 2.0


@dataclass(frozen=True)
class Skill:
    """A skill as the API shows it at the end: its revision, its numbers, and its descriptions by role and level."""

    revision: int
    mandatory: int
    optional: int
    descriptions: Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Books:
    """All that was seen from outside. `watchers` are the addresses that are to hear of each skill, and `also` those
    that may; `counts` are each skill's mandatory and optional requirements before the run."""

    journal: Sequence[Entry]
    skills: Mapping[str, Skill]
    post: Post
    watchers: Mapping[str, Sequence[str]]
    also: Mapping[str, Sequence[str]]
    counts: Mapping[str, tuple[int, int]]
    disturbances: Sequence[Disturbance]
    left: Mapping[str, int] = field(default_factory=dict)
    """What waits in each queue at the end."""


@dataclass(frozen=True)
class Check:
    """One limit, and what was found; both in `unit`."""

    name: str
    found: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def holds(self) -> bool:
        """Whether the limit was kept."""
        return self.found >= self.limit if self.at_least else self.found <= self.limit


def checks(books: Books, *, accepts: int) -> list[Check]:
    """Every limit of the run."""
    copies = _copies_by_word(books)
    heard = accepts * 8
    return [
        Check("accepted of those that can be", len(_accepted(books)), accepts, at_least=True),
        Check("accepted but missing", _missing(books), 0),
        Check("pairs both applied", _both_applied(books), 0),
        Check(f"watchers without a mail, of {heard:,}", _without_mail(books, copies), 0),
        Check("avoidable duplicates", 100 * _avoidable(books, copies) / heard, 0.5, "%"),
        Check("mails to others", _to_others(books, copies), 0),
        Check("counts unequal to a recount", _miscounted(books), 0),
        Check("left in any queue", sum(books.left.values()), 0),
        Check("tries per event for the refused address", books.post.refusals / accepts, 1.2),
        Check("ready again after a fault, at most", _slowest(books), 15, "s"),
        Check("longest wait for a definite answer", _longest(books), 90, "s"),
        Check("accept to mail, p95", _p95(books, copies), 15, "s"),
    ]


def _accepted(books: Books) -> list[Wish]:
    return [entry.wish for entry in books.journal if entry.answer is Answer.ACCEPTED]


def _missing(books: Books) -> int:
    """Changes that were answered as accepted, and are not in the catalogue."""
    return sum(
        wish.word not in books.skills[wish.skill].descriptions[wish.role, wish.level]
        for wish in _accepted(books)
    )


def _both_applied(books: Books) -> int:
    """Pairs of which both were answered as accepted, and revisions that nobody was told of."""
    pairs: dict[int, int] = defaultdict(int)
    applied: dict[str, int] = defaultdict(int)
    for wish in _accepted(books):
        applied[wish.skill] += 1
        if wish.pair is not None:
            pairs[wish.pair] += 1
    untold = (max(0, skill.revision - 1 - applied[slug]) for slug, skill in books.skills.items())
    return sum(number > 1 for number in pairs.values()) + sum(untold)


def _without_mail(books: Books, copies: Mapping[tuple[str, str], list[Copy]]) -> int:
    return sum(
        (wish.word, address) not in copies
        for wish in _accepted(books)
        for address in books.watchers[wish.skill]
    )


def _avoidable(books: Books, copies: Mapping[tuple[str, str], list[Copy]]) -> int:
    """Mails that came again though nothing had kept the first one's 250 from being noted."""
    return sum(
        not _is_excused(books, first)
        for of_one in copies.values()
        for first in sorted(of_one, key=lambda copy: copy.at)[:-1]
    )


def _is_excused(books: Books, copy: Copy) -> bool:
    return not copy.is_told or any(
        one.loses_answers and one.began_at - _NOTED_SECONDS <= copy.at <= one.ended_at
        for one in books.disturbances
    )


def _to_others(books: Books, copies: Mapping[tuple[str, str], list[Copy]]) -> int:
    """Mails that tell somebody of what they do not watch, or of what was never applied."""
    may_hear = {
        (wish.word, address)
        for wish in _accepted(books)
        for address in (*books.watchers[wish.skill], *books.also[wish.skill])
    }
    return sum(len(of_one) for key, of_one in copies.items() if key not in may_hear)


def _miscounted(books: Books) -> int:
    optional: dict[str, int] = defaultdict(int)
    for wish in _accepted(books):
        optional[wish.skill] += wish.becomes_optional
    expected = {
        slug: (mandatory - optional[slug], was_optional + optional[slug])
        for slug, (mandatory, was_optional) in books.counts.items()
    }
    return sum((skill.mandatory, skill.optional) != expected[slug] for slug, skill in books.skills.items())


def _slowest(books: Books) -> float:
    return max(
        (float("inf") if one.ready_after is None else one.ready_after for one in books.disturbances),
        default=0.0,
    )


def _longest(books: Books) -> float:
    return max(
        (float("inf") if entry.answer is None else entry.longest for entry in books.journal), default=0.0
    )


def _p95(books: Books, copies: Mapping[tuple[str, str], list[Copy]]) -> float:
    """From the first try to accept to the first mail, at each watcher."""
    times = list(_delays(books, copies))
    return quantiles(times, n=20)[-1] if len(times) > 1 else float("inf")


def _delays(books: Books, copies: Mapping[tuple[str, str], list[Copy]]) -> Iterator[float]:
    asked = {entry.wish.word: entry.asked_at for entry in books.journal}
    for wish in _accepted(books):
        begun = asked[wish.word]
        assert begun is not None
        for address in books.watchers[wish.skill]:
            of_one = copies.get((wish.word, address), [])
            yield min((copy.at for copy in of_one), default=float("inf")) - begun


def _copies_by_word(books: Books) -> dict[tuple[str, str], list[Copy]]:
    """Each mail by every wish that it tells of, and its address."""
    found: dict[tuple[str, str], list[Copy]] = defaultdict(list)
    words: Iterable[str] = [entry.wish.word for entry in books.journal]
    for copy in books.post.copies:
        for word in words:
            if word in copy.text:
                found[word, copy.to].append(copy)
    return found
