"""Whatever changes, by whichever process: lists put together from rows in memory say what the executor says."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from service.settings import Settings
from tests.api.plan.ends import Ends
from tests.factories.catalogue_files import import_document, requirement, small_catalogue
from tests.factories.catalogue_files import skill as skill_of_file
from tests.factories.community import Community, add, edit, edit_skill, remove
from tests.factories.documents import UPDATE_PROFILE

_PATIENCE_SECONDS = 10
_SERIAL = count(1)
_ROW = """
  id slug name summary keywords status revision watcherCount roleCount mandatoryRequirementCount
  lastUpdatedBy { name } group { name domain { name } }
  levels { level { name } requirements { necessity description revision role { name family } skill { name } } }
"""
DOCUMENTS = {
    "skills": f"{{ skills(first: 50) {{ totalCount nodes {{ {_ROW} }} }} }}",
    "last updated": f"""{{ skills(first: 2, orderBy: {{field: LAST_UPDATED, direction: DESC}}) {{
      edges {{ cursor node {{ {_ROW} }} }} pageInfo {{ hasNextPage }} }} }}""",
    "drafts": f"{{ skills(filter: {{status: [DRAFT, DEPRECATED]}}) {{ nodes {{ {_ROW} }} }} }}",
    "groups": f"{{ domains {{ name groups {{ name skillCount skills(first: 3) {{ nodes {{ {_ROW} }} }} }} }} }}",
    "roles": """{ roles { name skillCount skills { totalCount nodes { id
      skill { slug name status group { name } } requirements { description necessity level { name } } } } } }""",
    "plain": "{ skills(first: 2) { totalCount nodes { slug name } } }",
}
ACTS = ("edit", "rename", "status", "add", "remove", "import", "prune", "roles", "watch", "person")


class Life:
    """A catalogue that changes, by this process (proposals, watches, profiles) and by another one (imports)."""

    def __init__(self, community: Community, ends: Ends) -> None:
        self.community = community
        self.ends = ends

    async def act(self, name: str) -> None:
        """Change something."""
        nth = next(_SERIAL)
        match name:
            case "edit":
                rows = await self._rows()
                wish = edit(rows[0], description=f"In way {nth}.") if rows else edit_skill(summary=f"{nth}")
                await self.community.apply(wish)
            case "rename":
                await self.community.apply(edit_skill(name=f"{'AZ'[nth % 2]} {nth}", slug=f"slug-{nth}"))
                self.community.slug = f"slug-{nth}"
            case "status":
                present = (await self.community.skill())["status"]
                status = "DEPRECATED" if present == "PUBLISHED" else "PUBLISHED"
                await self.community.apply(edit_skill(status=status))
            case "add" if not any(_is_free_place(row) for row in await self._rows()):
                await self.community.apply(add("site-reliability-engineer", "junior"))
            case "remove" if rows := await self._rows():
                await self.community.apply(remove(rows[-1]))
            case "import":
                await self._import([skill_of_file(name=f"Soup {nth}"), skill_of_file("tea", status="DRAFT")])
            case "prune":
                await self._import([skill_of_file("pie", requirements=[requirement(description=f"{nth}")])])
            case "roles":
                roles = [{"slug": "cook", "name": f"Cook {nth}"}, {"slug": "waiter", "name": f"Waiter {nth}"}]
                await self._import([skill_of_file(), skill_of_file("tea")], roles=roles)
            case "watch":
                watching = (await self.community.watching())["viewerWatch"] is not None
                await (self.community.unwatch() if watching else self.community.watch())
            case "person":
                given = {"input": {"name": f"Author {nth}"}}
                await self.community.product.run(UPDATE_PROFILE, given, token=self.community.author)

    async def agrees(self, name: str, token: str | None) -> bool:
        """Whether the API gives the document's answer as the executor does."""
        expected = (await self.ends.by_executor(DOCUMENTS[name])).json["data"]
        found = await self.community.product.run(DOCUMENTS[name], token=token)
        return bool(found == expected)

    async def _rows(self) -> list[dict[str, Any]]:
        skill = await self.community.skill()
        return [row for step in skill["levels"] for row in step["requirements"]]

    async def _import(self, skills: Sequence[dict[str, Any]], **sections: Any) -> None:
        document = small_catalogue(skills=list(skills), **sections)
        await import_document(
            self.community.product.database, document, prune=True, at=self.community.product.clock()
        )


def _is_free_place(row: dict[str, Any]) -> bool:
    return str(row["role"]["slug"]) == "site-reliability-engineer"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Without the response cache, which would answer before any list is put together."""
    return settings.model_copy(update={"response_cache": "off"})


@pytest.fixture
async def life(community: Community, database_url: str) -> AsyncIterator[Life]:
    """With the catalogue of a house beside the community's."""
    ends = Ends(community.product.database, database_url, community.product.clock)
    await import_document(community.product.database, small_catalogue())
    found = Life(community, ends)
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not counted("hit"):
            await found.agrees("skills", None)
    yield found
    await ends.fetcher.close()


def counted(result: str) -> float:
    """How many rows were looked up so far with this result."""
    return REGISTRY.get_sample_value("skillprofile_piece_total", {"result": result}) or 0.0


STEPS = st.tuples(st.sampled_from(ACTS), st.lists(st.sampled_from(list(DOCUMENTS)), max_size=4, unique=True))


@bounds(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(steps=st.lists(STEPS, min_size=2, max_size=8), is_signed_in=st.booleans())
async def test_lists_are_fresh_after_any_acts(
    life: Life, steps: list[tuple[str, list[str]]], *, is_signed_in: bool
) -> None:
    life.community.product.clock.pass_time(hours=2)
    token = life.community.watcher if is_signed_in else None
    for act, documents in steps:
        await life.act(act)
        for name in documents:
            if act in ("import", "prune", "roles"):
                # The other process's change is heard of a moment later.
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    while not await life.agrees(name, token):  # noqa: ASYNC110  told by the answers
                        await asyncio.sleep(0)
            assert await life.agrees(name, token), (act, name)


def test_rows_were_taken_from_memory() -> None:
    if not counted("hit"):
        pytest.skip("it counts the rows of the test above: run both")
    assert counted("hit") > 100
    assert counted("miss") > 100
