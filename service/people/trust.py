"""How far people are trusted: how often they may write, and what of somebody new waits for a moderator. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from service.errors import NotAllowed, RateLimited
from service.people.models import Person, PersonRole
from service.people.rules import leads_elsewhere, may

HOUR = timedelta(hours=1)
# Somebody is new for so long; reviewers and those above them never are.
NEW_FOR = timedelta(days=7)


class Gate(StrEnum):
    """Whether everybody may see what somebody wrote: what is HELD waits for a moderator."""

    OPEN = "OPEN"
    HELD = "HELD"
    REJECTED = "REJECTED"


@dataclass(frozen=True)
class Rate:
    """How often something may be done within an hour, by people who are new, who are known, and who review."""

    what: str
    new: int
    known: int
    reviewing: int


COMMENTS = Rate("comments", new=10, known=60, reviewing=300)
PROPOSALS = Rate("proposals", new=10, known=100, reviewing=1_000)
REPORTS = Rate("reports", new=10, known=30, reviewing=300)


class Suspended(NotAllowed):
    """Somebody who is suspended reads, and does nothing else."""

    code = "SUSPENDED"

    def __init__(self) -> None:
        super().__init__("Your account is suspended: you may read. Write to a maintainer to have that ended.")


def ensure_not_suspended(person: Person) -> None:
    """Raise Suspended where the person is."""
    if person.suspended_at is not None:
        raise Suspended


def is_new(person: Person, *, at: datetime) -> bool:
    """Whether the person has joined lately, and nobody has given them more to do."""
    return not may(person, PersonRole.REVIEWER) and at - person.created_at < NEW_FOR


def ensure_not_too_often(
    rate: Rate, person: Person, done: int, first_at: datetime | None, *, at: datetime
) -> None:
    """Raise RateLimited where so much, the first of it at that time, was done within the last hour."""
    most = rate.reviewing if may(person, PersonRole.REVIEWER) else rate.known
    if is_new(person, at=at):
        most = rate.new
    if first_at is not None and done >= most:
        raise RateLimited(
            f"You have made {done} {rate.what} within an hour, as many as may be. Go on a while later.",
            reset_at=first_at + HOUR,
        )


def gate_for(person: Person, texts: Iterable[str], *, at: datetime) -> Gate:
    """HELD for texts of somebody new that lead elsewhere, which is what advertising does; OPEN for all others."""
    held = is_new(person, at=at) and any(map(leads_elsewhere, texts))
    return Gate.HELD if held else Gate.OPEN
