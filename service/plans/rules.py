"""What may be ticked, and how far a person is. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from service.catalogue.expectations import expectations_of
from service.catalogue.models import Level, Requirement
from service.errors import InvalidInput, NotAllowed, NotFound

TICKS_MAX = 5_000
AT_ONCE_MAX = 100


class Place(NamedTuple):
    """Where a requirement stands, whether or not it still does: ids of rows."""

    skill_id: int
    role_id: int
    level_id: int


@dataclass(frozen=True)
class Wish:
    """An expectation to tick. `revision` is that of the requirement when its person read it; None for the present."""

    place: Place
    text: str
    revision: int | None = None


@dataclass(frozen=True)
class Progress:
    """How far somebody is with what a role asks: counts of skills and of expectations."""

    skill_count: int
    covered_skill_count: int
    expectation_count: int
    ticked_count: int
    changed_count: int


class PlaceNotFound(NotFound):
    """The ids name no skill, role and level of one framework, or nothing is asked there."""

    def __init__(self) -> None:
        super().__init__("The role asks nothing of this skill at this level: read the skill again.")


class TooManyTicks(NotAllowed):
    """The person has ticked as many as may be."""

    code = "TOO_MANY_TICKS"

    def __init__(self) -> None:
        super().__init__(
            f"You have ticked {TICKS_MAX:,} expectations, as many as may be: take some away first."
        )


def ensure_number(expectations: Collection[object]) -> None:
    """Raise InvalidInput for none, and for more than may be ticked at once."""
    if not 1 <= len(expectations) <= AT_ONCE_MAX:
        raise InvalidInput(f"Send 1 to {AT_ONCE_MAX} expectations at once.", path=("expectations",))


def ensure_goal(level: Level | None, goal: Level | None) -> None:
    """Raise InvalidInput where the goal is not above the level reached."""
    if level is not None and goal is not None and goal.rank <= level.rank:
        raise InvalidInput("Choose a level above the one that you are at.", path=("goalId",))


def revision_ticked(wish: Wish, requirement: Requirement | None, *, skill_revision: int) -> int:
    """The revision that the tick keeps, against the requirement as it stands; None where there is none.

    What was ticked earlier, in a browser that nobody was signed in with, may have gone meanwhile: it is taken as it
    is, with the earlier revision.

    Raises:
        PlaceNotFound: nothing is asked there, and nobody says that it was.
        InvalidInput: the requirement does not say so.
    """
    if wish.revision is not None and not 0 < wish.revision <= skill_revision:
        raise InvalidInput("The skill has no such revision yet: read it again.", path=("revision",))
    if wish.revision is not None and (requirement is None or wish.revision < requirement.revision):
        return wish.revision
    if requirement is None:
        raise PlaceNotFound
    if wish.text not in expectations_of(requirement.description):
        raise InvalidInput(
            "The requirement has no such sentence or list item: read it again.", path=("text",)
        )
    return requirement.revision


def ensure_room(ticks: int) -> None:
    """Raise TooManyTicks where there are more than may be."""
    if ticks > TICKS_MAX:
        raise TooManyTicks


def progress(requirements: Iterable[Any], ticks: Iterable[Any], levels: Sequence[int]) -> Progress:
    """How far the ticks lead through the requirements of these levels; rows of a role, with their places.

    A tick counts where its words still stand there. One whose row has changed since counts as changed besides.
    """
    wanted = frozenset(levels)
    ticked = {(tick.skill_id, tick.level_id, tick.text) for tick in ticks if tick.level_id in wanted}
    changed = sum(tick.is_changed_since for tick in ticks if tick.level_id in wanted)
    left: dict[int, int] = {}
    asked = covered = 0
    for row in requirements:
        if row.level_id not in wanted:
            continue
        texts = set(expectations_of(row.description))
        found = sum((row.skill_id, row.level_id, text) in ticked for text in texts)
        asked, covered = asked + len(texts), covered + found
        left[row.skill_id] = left.get(row.skill_id, 0) + len(texts) - found
    done = sum(not number for number in left.values())
    return Progress(len(left), done, asked, covered, changed)
