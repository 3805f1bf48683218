"""The book-keeping of the fault run: right books keep every limit, and each wrong one is found."""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest

from tests.faults import __main__ as command
from tests.faults import plan
from tests.faults.books import Books, Skill, checks
from tests.faults.breaks import BREAKS
from tests.faults.journal import Answer, Copy, Disturbance, Entry, Post, Wish

ACCEPTS = 40
WATCHERS = 8


def kept() -> Books:
    """A run in which all went well: each change is accepted a second after the other, and told half a second later."""
    journal = [entry for rivals in plan.wishes(1, ACCEPTS) for entry in entries(rivals)]
    accepted = [entry for entry in journal if entry.answer is Answer.ACCEPTED]
    slugs = sorted({entry.wish.skill for entry in journal})
    watchers = {slug: [f"{n}@{slug}.test" for n in range(WATCHERS)] for slug in slugs}
    copies = [
        Copy((entry.asked_at or 0) + 0.5, address, f"Has learnt {entry.wish.word}.", is_told=True)
        for entry in accepted
        for address in watchers[entry.wish.skill]
    ]
    return Books(
        journal=journal,
        skills={slug: shown([one.wish for one in accepted if one.wish.skill == slug]) for slug in slugs},
        post=Post(copies, refusals=ACCEPTS),
        watchers=watchers,
        also={slug: [f"author@{slug}.test"] for slug in slugs},
        counts=dict.fromkeys(slugs, (10, 0)),
        disturbances=[Disturbance("a fault", 5, 8, 3.0, loses_answers=True)],
        left={"mails": 0},
    )


def entries(rivals: tuple[Wish, ...]) -> list[Entry]:
    """The first of the rivals wins."""
    first, *others = (Entry(wish, asked_at=float(wish.number), longest=0.1) for wish in rivals)
    first.answer = Answer.ACCEPTED
    for other in others:
        other.answer = Answer.REFUSED
    return [first, *others]


def shown(wishes: list[Wish]) -> Skill:
    optional = sum(wish.becomes_optional for wish in wishes)
    words = {(wish.role, wish.level): f"Has learnt {wish.word}." for wish in wishes}
    return Skill(1 + len(wishes), 10 - optional, optional, words)


def post_with(books: Books, *more: Copy, **changed: int) -> Books:
    return replace(books, post=replace(books.post, copies=[*books.post.copies, *more], **changed))


def again(books: Books, at: float, later: float = 1.0) -> Copy:
    """One more copy of the mail that was taken at the time."""
    first = next(copy for copy in books.post.copies if copy.at == at)
    return replace(first, at=at + later)


def with_skill(books: Books, **changed: object) -> Books:
    slug, skill = next(iter(books.skills.items()))
    return replace(books, skills={**books.skills, slug: replace(skill, **changed)})  # type: ignore[arg-type]


def emptied(books: Books) -> dict[tuple[str, str], str]:
    return dict.fromkeys(next(iter(books.skills.values())).descriptions, "As before.")


def both_accepted(books: Books) -> Books:
    journal = [replace(entry, answer=Answer.ACCEPTED) for entry in books.journal]
    return replace(books, journal=journal)


def unanswered(books: Books) -> Books:
    *rest, last = books.journal
    return replace(books, journal=[*rest, replace(last, answer=None)])


def to_others(books: Books) -> Books:
    return post_with(books, replace(books.post.copies[0], to="nobody@skills.test"))


def without_mails_to_one(books: Books) -> Books:
    copies = [copy for copy in books.post.copies if copy.to != "0@skill-00.test"]
    return replace(books, post=replace(books.post, copies=copies))


def slow(books: Books) -> Books:
    copies = [replace(copy, at=copy.at + 20) for copy in books.post.copies[:40]]
    return replace(books, post=replace(books.post, copies=[*copies, *books.post.copies[40:]]))


def never_ready(books: Books) -> Books:
    return replace(books, disturbances=[replace(books.disturbances[0], ready_after=None)])


def sent_twice(books: Books) -> Books:
    return post_with(books, again(books, 20.5), again(books, 21.5))


WRONG: dict[str, Callable[[Books], Books]] = {
    "accepted of those": lambda books: replace(books, journal=books.journal[5:]),
    "accepted but missing": lambda books: with_skill(books, descriptions=emptied(books)),
    "pairs both applied": both_accepted,
    "watchers without a mail": without_mails_to_one,
    "avoidable duplicates": sent_twice,
    "mails to others": to_others,
    "counts unequal": lambda books: with_skill(books, mandatory=0),
    "left in any queue": lambda books: replace(books, left={"mails": 1}),
    "tries per event": lambda books: post_with(books, refusals=2 * ACCEPTS),
    "ready again": never_ready,
    "longest wait": unanswered,
    "accept to mail": slow,
}


def test_right_books_keep_every_limit() -> None:
    assert [check.name for check in checks(kept(), accepts=ACCEPTS) if not check.holds] == []


@pytest.mark.parametrize("limit", WRONG)
def test_wrong_books_are_found(limit: str) -> None:
    broken = [check.name for check in checks(WRONG[limit](kept()), accepts=ACCEPTS) if not check.holds]
    assert any(name.startswith(limit) for name in broken), broken


def test_every_limit_has_wrong_books_and_a_broken_build() -> None:
    names = [check.name for check in checks(kept(), accepts=ACCEPTS)]
    for limits in (WRONG, {one.limit for one in BREAKS.values()} | {"accepted of those"}):
        assert all(any(name.startswith(limit) for limit in limits) for name in names)


def test_a_mail_that_comes_again_is_excused_where_its_answer_was_lost() -> None:
    books = kept()
    untold = replace(again(books, 20.5), is_told=False, at=20.0)
    disturbed = post_with(books, untold, again(books, 6.5))
    found = {check.name: check.found for check in checks(disturbed, accepts=ACCEPTS)}
    assert found["avoidable duplicates"] == 0


def test_a_plan_is_made_of_its_seed_alone() -> None:
    wishes = plan.wishes(3)
    assert wishes == plan.wishes(3)
    assert wishes != plan.wishes(4)
    assert len(wishes) == len({rivals[0].place for rivals in wishes}) == plan.ACCEPTS
    assert sum(len(rivals) == 2 for rivals in wishes) == plan.ACCEPTS / plan.PAIR_EVERY
    shares = plan.shares(200, 31)
    assert [number for share in shares for number in range(200)[share]] == list(range(200))


def test_a_run_that_takes_too_long_is_given_up_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def without_end(*_: object) -> Books:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(command, "run", without_end)
    monkeypatch.setattr(command, "_LONGEST_SECONDS", 0.01)
    monkeypatch.setattr(command, "stopped_in_order", nullcontext)
    assert command.main(["--accepts", "4"]) == 1
    assert "GIVEN UP: not over after 0 s" in capsys.readouterr().out
