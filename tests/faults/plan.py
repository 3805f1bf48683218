"""What a run does, made of its seed alone."""

import itertools
import random
from collections.abc import Sequence

from tests.faults.journal import Wish

SKILLS = 20
LEVELS = ("junior", "middle", "senior", "lead-staff", "principal")
ROLES = ("platform-engineer", "release-engineer")
ACCEPTS = 200
PAIR_EVERY = 4


def skill_slug(number: int) -> str:
    """Of the skill of the number."""
    return f"skill-{number:02}"


def wishes(seed: int, accepts: int = ACCEPTS) -> list[tuple[Wish, ...]]:
    """So many wishes that can be accepted, in the order in which they are made, no two about the same requirement.

    Every fourth has a rival, of which it cannot be foretold which one is accepted.
    """
    chance = random.Random(seed)
    places = [
        (skill_slug(number), role, level) for number in range(SKILLS) for role in ROLES for level in LEVELS
    ]
    chance.shuffle(places)
    return [
        tuple(_rivals(number, place, is_pair=number % PAIR_EVERY == 0))
        for number, place in enumerate(places[:accepts])
    ]


def _rivals(number: int, place: tuple[str, str, str], *, is_pair: bool) -> list[Wish]:
    names = "ab" if is_pair else "a"
    return [
        Wish(
            number,
            *place,
            word=f"word{number:03}{name}",
            becomes_optional=number % 2 == 1,
            pair=number if is_pair else None,
        )
        for name in names
    ]


def shares(total: int, parts: int) -> Sequence[slice]:
    """As many slices of a list of `total`, as even as can be, none empty where there are enough."""
    bounds = [total * part // parts for part in range(parts + 1)]
    return [slice(begin, end) for begin, end in itertools.pairwise(bounds)]
