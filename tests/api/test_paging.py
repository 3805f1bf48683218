"""Lists in pages: each row once and in order, whatever the size, the direction, and whatever is written meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from service.catalogue.models import Necessity
from tests.factories import Product, make_frame, make_skill
from tests.factories.catalogue import UPDATED_AT, Frame
from tests.factories.community import edit_skill
from tests.factories.documents import CREATE, KEYS

Json = dict[str, Any]

PAGE = "totalCount nodes {{ {node} }} edges {{ cursor node {{ {node} }} }} pageInfo {{ {info} }}"
INFO = "hasNextPage hasPreviousPage startCursor endCursor"
VARIABLES = "$first: Int, $after: String, $last: Int, $before: String"
ARGUMENTS = "first: $first, after: $after, last: $last, before: $before"
# No shrinking: every step of it pages through lists in the database.
UNBOTHERED = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@dataclass(frozen=True)
class List:
    """A list of the API: the fields that lead to it, its own arguments, and a row's key."""

    way: tuple[str, ...]
    arguments: str = ""
    node: str = "slug"

    @property
    def document(self) -> str:
        *above, name = self.way
        page = PAGE.format(node=self.node, info=INFO)
        own = f"{self.arguments}, " if self.arguments else ""
        closing = " }" * len(above)
        return (
            f"query ({VARIABLES}) {{ {' { '.join([*above, name])}({own}{ARGUMENTS}) {{ {page} }}{closing} }}"
        )

    async def page(self, product: Product, **arguments: Any) -> Json:
        found: Any = await product.run(self.document, arguments)
        for step in self.way:
            found = found[step.split("(")[0]]
        page: Json = found
        return page


LISTS = {
    "skills": List(("skills",)),
    "skills by name downwards": List(("skills",), "orderBy: {field: NAME, direction: DESC}"),
    "skills by update": List(("skills",), "orderBy: {field: LAST_UPDATED}"),
    "skills by update downwards": List(("skills",), "orderBy: {field: LAST_UPDATED, direction: DESC}"),
    "skills of a role": List(("skills",), 'filter: {role: "release-engineer"}'),
    "skills of a group": List(('group(slug: "test-group")', "skills")),
    "rows of a role's matrix": List(('role(slug: "release-engineer")', "skills"), node="skill { slug }"),
    "proposals": List(("proposals",), node="number"),
    "proposals of a skill": List(('skill(slug: "skill-0")', "proposals"), node="number"),
}
OF_SKILLS = [name for name in LISTS if "proposals" not in name]


class Shelf:
    """Thirteen skills, some of one name, some of one date; seven proposals."""

    def __init__(self, product: Product, frame: Frame) -> None:
        self.product = product
        self._frame = frame

    async def add(self, name: str, slug: str, day: int) -> None:
        async with self.product.database.transaction() as session:
            at = UPDATED_AT + timedelta(days=day)
            skill = await make_skill(session, self._frame, slug, requirements=[ROW], at=at)
            skill.name = name


ROW = ("release-engineer", "senior", Necessity.MANDATORY)
NAMES = [
    "Zebra",
    "apple",
    "Apple",
    "Äpfel",
    "Same",
    "Same",
    "Same",
    "100 %",
    "über",
    "Ωmega",
    "a",
    "B",
    "Ab Ba",
]


@pytest.fixture
async def shelf(product: Product) -> Shelf:
    async with product.database.transaction() as session:
        frame = await make_frame(session)
    made = Shelf(product, frame)
    for number, name in enumerate(NAMES):
        await made.add(name, f"skill-{number}", day=number * 7 % 5)
    skill = (await product.run(KEYS, {"slug": "skill-0"}))["skill"]
    author = await product.token("author@skills.test")
    for number in range(7):
        wish = {
            "skillId": skill["id"],
            "baseRevision": 1,
            "title": "Anew",
            "changes": [edit_skill(name=f"N{number}")],
        }
        await product.run(CREATE, {"input": wish}, token=author)
        product.clock.pass_time(seconds=number // 3)
    return made


async def walk(product: Product, found: List, size: int, *, forwards: bool) -> list[Json]:
    """All pages of the list, one after another; in the list's order within each."""
    pages: list[Json] = []
    cursor: str | None = None
    for _ in range(40):
        turn: Json = {"first": size, "after": cursor} if forwards else {"last": size, "before": cursor}
        pages.append(await found.page(product, **turn))
        info = pages[-1]["pageInfo"]
        if not info["hasNextPage" if forwards else "hasPreviousPage"]:
            return pages
        cursor = info["endCursor" if forwards else "startCursor"]
    raise AssertionError("the pages do not end")


def rows(pages: Sequence[Json]) -> list[Any]:
    """The rows of pages, as they stand."""
    return [node for page in pages for node in page["nodes"]]


@UNBOTHERED
@given(name=st.sampled_from(list(LISTS)), size=st.integers(1, 15), forwards=st.booleans())
async def test_pages_of_any_size_give_each_row_once_and_in_order(
    shelf: Shelf, name: str, size: int, forwards: bool
) -> None:
    whole = await LISTS[name].page(shelf.product, first=100)
    pages = await walk(shelf.product, LISTS[name], size, forwards=forwards)
    assert rows(pages if forwards else pages[::-1]) == whole["nodes"]
    assert len(whole["nodes"]) == (7 if "proposals" in name else 13)
    assert all(len(page["nodes"]) == size for page in pages[:-1])
    assert {page["totalCount"] for page in pages} == {len(whole["nodes"])}


@UNBOTHERED
@given(
    name=st.sampled_from(OF_SKILLS), at=st.integers(0, 12), size=st.integers(1, 13), forwards=st.booleans()
)
async def test_a_page_tells_truly_what_lies_before_and_behind_it(
    shelf: Shelf, name: str, at: int, size: int, forwards: bool
) -> None:
    whole = await LISTS[name].page(shelf.product, first=100)
    cursor = whole["edges"][at]["cursor"]
    turn: Json = {"first": size, "after": cursor} if forwards else {"last": size, "before": cursor}
    page = await LISTS[name].page(shelf.product, **turn)
    start, end = (at + 1, min(at + 1 + size, 13)) if forwards else (max(at - size, 0), at)
    assert page["nodes"] == whole["nodes"][start:end]
    assert [edge["node"] for edge in page["edges"]] == page["nodes"]
    cursors = [edge["cursor"] for edge in page["edges"]]
    if cursors:
        assert page["pageInfo"] == {
            "hasPreviousPage": start > 0,
            "hasNextPage": end < 13,
            "startCursor": cursors[0],
            "endCursor": cursors[-1],
        }
    else:
        assert (page["pageInfo"]["startCursor"], page["pageInfo"]["endCursor"]) == (None, None)


SERIAL = count(100)


@UNBOTHERED
@given(
    name=st.sampled_from(OF_SKILLS),
    size=st.integers(1, 6),
    forwards=st.booleans(),
    new=st.lists(
        st.tuples(st.sampled_from([*NAMES, "A", "M", "Zz"]), st.integers(-1, 6)), min_size=1, max_size=4
    ),
)
async def test_what_is_written_between_pages_makes_no_duplicate_and_no_gap(
    shelf: Shelf, name: str, size: int, forwards: bool, new: list[tuple[str, int]]
) -> None:
    found = LISTS[name]
    before = rows([await found.page(shelf.product, first=100)])
    waiting, pages, cursor = list(new), [], None
    while True:
        turn: Json = {"first": size, "after": cursor} if forwards else {"last": size, "before": cursor}
        pages.append(await found.page(shelf.product, **turn))
        info = pages[-1]["pageInfo"]
        if not info["hasNextPage" if forwards else "hasPreviousPage"]:
            break
        cursor = info["endCursor" if forwards else "startCursor"]
        if waiting:
            title, day = waiting.pop()
            await shelf.add(title, f"new-{next(SERIAL)}", day)
    seen = rows(pages if forwards else pages[::-1])
    assert [row for row in seen if row in before] == before
    assert len({str(row) for row in seen}) == len(seen)
    async with shelf.product.database.transaction() as session:
        await forget_new_skills(session)


async def forget_new_skills(session: AsyncSession) -> None:
    """The next example begins with the same shelf."""
    new = "(SELECT id FROM skill WHERE slug LIKE 'new-%')"
    for table in ("requirement", "revision", "skill_counters"):
        await session.execute(sa.text(f"DELETE FROM {table} WHERE skill_id IN {new}"))
    await session.execute(sa.text("DELETE FROM skill WHERE slug LIKE 'new-%'"))


async def test_by_update_the_dates_rise_and_fall(shelf: Shelf) -> None:
    for direction, wanted in (("ASC", sorted), ("DESC", lambda dates: sorted(dates, reverse=True))):
        found = List(
            ("skills",), f"orderBy: {{field: LAST_UPDATED, direction: {direction}}}", "lastUpdatedAt"
        )
        dates = [row["lastUpdatedAt"] for row in rows([await found.page(shelf.product, first=100)])]
        assert dates == wanted(dates)


async def test_by_name_the_names_rise_and_downwards_they_fall(shelf: Shelf) -> None:
    def names(pages: list[Json]) -> list[str]:
        plain = ["Zebra", "Same", "B", "Ab Ba", "100 %"]
        return [row["name"] for row in rows(pages) if row["name"] in plain]

    up = names([await List(("skills",), node="name").page(shelf.product, first=100)])
    down = List(("skills",), "orderBy: {field: NAME, direction: DESC}", "name")
    assert up == ["100 %", "Ab Ba", "B", "Same", "Same", "Same", "Zebra"]
    assert names([await down.page(shelf.product, first=100)]) == up[::-1]


async def test_proposals_come_the_newest_first(shelf: Shelf) -> None:
    for name in ("proposals", "proposals of a skill"):
        page = await LISTS[name].page(shelf.product)
        assert [row["number"] for row in page["nodes"]] == [7, 6, 5, 4, 3, 2, 1]


async def test_a_page_has_twenty_rows_where_nothing_is_said(shelf: Shelf) -> None:
    for number in range(10):
        await shelf.add("More", f"more-{number}", 0)
    page = await LISTS["skills"].page(shelf.product)
    assert (len(page["nodes"]), page["totalCount"], page["pageInfo"]["hasNextPage"]) == (20, 23, True)


async def test_a_page_of_nothing_still_counts(shelf: Shelf) -> None:
    for name, found in LISTS.items():
        page = await found.page(shelf.product, first=0)
        assert page["nodes"] == page["edges"] == []
        assert page["totalCount"] == (7 if "proposals" in name else 13)
        assert page["pageInfo"]["startCursor"] is None


async def refusals(shelf: Shelf, found: List, **arguments: Any) -> set[str]:
    """The codes of the answer's errors."""
    answer = await shelf.product.send(found.document, arguments)
    return {error["extensions"]["code"] for error in answer.get("errors", [])}


async def test_a_page_of_a_wrong_size_or_from_a_wrong_place_is_refused(shelf: Shelf) -> None:
    wrong: list[Json] = [
        {"first": -1},
        {"first": 101},
        {"last": -1},
        {"last": 101},
        {"first": 2, "last": 2},
        {"after": ""},
        {"after": "nonsense"},
        {"after": "AAAA"},
        {"before": "😀"},
        {"after": "x" * 10_000},
        {"after": "bnVsbA=="},
    ]
    for name, found in LISTS.items():
        for arguments in wrong:
            assert await refusals(shelf, found, **arguments) == {"BAD_USER_INPUT"}, (
                name,
                str(arguments)[:60],
            )
        assert await refusals(shelf, found, first=2_147_483_647) <= {"BAD_USER_INPUT", "COST_EXCEEDED"}


async def test_a_cursor_of_another_order_is_refused(shelf: Shelf) -> None:
    orders = [
        "skills",
        "skills by name downwards",
        "skills by update",
        "skills by update downwards",
        "proposals",
    ]
    cursors = {
        name: (await LISTS[name].page(shelf.product, first=1))["pageInfo"]["endCursor"] for name in orders
    }
    for given_by, cursor in cursors.items():
        for name in orders:
            expected = set() if name == given_by else {"BAD_USER_INPUT"}
            assert await refusals(shelf, LISTS[name], first=1, after=cursor) == expected, (given_by, name)


async def test_a_long_cursor_is_not_echoed(shelf: Shelf) -> None:
    answer = await shelf.product.send(LISTS["skills"].document, {"after": "x" * 10_000})
    assert "xxxxx" not in str(answer["errors"])


async def test_rows_between_two_cursors(shelf: Shelf) -> None:
    whole = await LISTS["skills"].page(shelf.product, first=100)
    after, before = whole["edges"][2]["cursor"], whole["edges"][8]["cursor"]
    page = await LISTS["skills"].page(shelf.product, first=100, after=after, before=before)
    assert page["nodes"] == whole["nodes"][3:8]
    page = await LISTS["skills"].page(shelf.product, last=2, after=after, before=before)
    assert page["nodes"] == whole["nodes"][6:8]
