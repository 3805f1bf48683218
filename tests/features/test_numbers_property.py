"""Whatever is accepted, the numbers are those of the rows that stand there."""

from itertools import count
from itertools import product as pairs
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.catalogue.models import Necessity
from tests.factories import make_skill
from tests.factories.catalogue import slug_of
from tests.factories.community import ROLES, Community, add, edit, page_numbers, remove

Json = dict[str, Any]
LEVELS = ("junior", "middle", "senior", "lead-staff", "principal")
PLACES = list(pairs(map(slug_of, ROLES), LEVELS))
NECESSITIES = st.sampled_from(list(Necessity))
SKILLS = st.dictionaries(st.sampled_from(PLACES), NECESSITIES, max_size=15)
WISHES = st.dictionaries(st.sampled_from(PLACES), st.one_of(st.none(), NECESSITIES), min_size=1, max_size=15)
SERIAL = count(1)

Rows = dict[tuple[str, str], Necessity]


def numbers_of(rows: Rows) -> list[int]:
    """Roles, levels, mandatory and optional rows, by their definitions."""
    necessities = list(rows.values())
    return [
        len({role for role, _ in rows}),
        len({level for _, level in rows}),
        necessities.count(Necessity.MANDATORY),
        necessities.count(Necessity.OPTIONAL),
    ]


def rows_of(skill: Json) -> Rows:
    """The rows that the page shows."""
    return {
        (row["role"]["slug"], step["level"]["slug"]): Necessity(row["necessity"])
        for step in skill["levels"]
        for row in step["requirements"]
    }


def changes_of(skill: Json, wishes: dict[tuple[str, str], Necessity | None]) -> list[Json]:
    """What leads from the rows that stand there to those wished; None wishes a row away."""
    standing = {
        (row["role"]["slug"], step["level"]["slug"]): row
        for step in skill["levels"]
        for row in step["requirements"]
    }
    changes: list[Json] = []
    for (role, level), necessity in wishes.items():
        row = standing.get((role, level))
        if row is None and necessity is not None:
            changes.append(add(role, level, necessity))
        elif row is not None and necessity is None:
            changes.append(remove(row))
        elif row is not None and necessity != row["necessity"]:
            changes.append(edit(row, necessity=necessity))
    return changes


async def put_up(community: Community, rows: Rows) -> None:
    """A skill of its own for an example."""
    name = f"Skill {next(SERIAL)}"
    async with community.product.database.transaction() as session:
        await make_skill(
            session,
            community.frame,
            name,
            requirements=[(role, level, nec) for (role, level), nec in rows.items()],
        )
    community.slug = slug_of(name)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=SKILLS, wishes=WISHES)
async def test_numbers_are_those_of_the_rows_before_and_after_a_change(
    community: Community, rows: Rows, wishes: dict[tuple[str, str], Necessity | None]
) -> None:
    await put_up(community, rows)
    before = await community.skill()
    assert (rows_of(before), page_numbers(before)) == (rows, numbers_of(rows))
    changes = changes_of(before, wishes)
    if not changes:
        return
    wished = {place: necessity for place, necessity in (rows | wishes).items() if necessity is not None}
    after = await community.apply(*changes)
    assert (rows_of(after), page_numbers(after)) == (wished, numbers_of(wished))
    await community.product.work()
    assert page_numbers(await community.skill()) == numbers_of(wished)
