"""Skills are found by their words, the best first, and the answer shows where the words stand."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from service.catalogue.models import Necessity, Requirement
from service.catalogue.search import index_texts
from tests.factories import Product, make_frame, make_skill
from tests.factories.catalogue import Frame
from tests.factories.community import add, edit_skill, make_community, remove, row_of

Json = dict[str, Any]
FOUND = """query ($filter: SkillFilter, $orderBy: SkillOrder, $text: String!) {
  skills(filter: $filter, orderBy: $orderBy) { totalCount nodes { name excerpt(text: $text) } }
}"""


class Catalogue:
    """Skills of one framework, and what a text finds among them."""

    def __init__(self, product: Product, frame: Frame) -> None:
        self.product = product
        self.frame = frame

    async def add(
        self, name: str, summary: str = "", keywords: list[str] | None = None, says: str = ""
    ) -> None:
        """A skill whose one requirement says something."""
        at = [("release-engineer", "senior", Necessity.MANDATORY)] if says else []
        async with self.product.database.transaction() as session:
            skill = await make_skill(session, self.frame, name, requirements=at)
            skill.summary, skill.keywords = summary, keywords or []
            if says:
                (requirement,) = await session.scalars(
                    select(Requirement).where(Requirement.skill_id == skill.id)
                )
                requirement.description = says
            await index_texts(session, [skill.id])

    async def found(self, text: str, **more: Any) -> list[str]:
        """The names, the best first."""
        return [node["name"] for node in await self.nodes(text, **more)]

    async def nodes(self, text: str, **more: Any) -> list[Json]:
        """Names and excerpts; there are as many as are counted."""
        variables = {"filter": {"text": text, **more.pop("filter", {})}, "text": text, **more}
        page = (await self.product.run(FOUND, variables))["skills"]
        assert page["totalCount"] == len(page["nodes"])
        nodes: list[Json] = page["nodes"]
        return nodes


@pytest.fixture
async def catalogue(product: Product) -> Catalogue:
    async with product.database.transaction() as session:
        found = Catalogue(product, await make_frame(session))
    await found.add("Containers", "Small machines.", ["Docker", "on-call"])
    await found.add("Observability", "Seeing what containers do.", ["traces", "IT"])
    await found.add(
        "Incident Response", "Calm, on the pager.", ["postmortem"], says="Restarts every container."
    )
    await found.add("Senales", "Señales über Grafana “naïve” façades.", ["C:\\temp", "100%_sure"])
    return found


async def test_the_place_of_a_word_decides_which_skill_comes_first(catalogue: Catalogue) -> None:
    assert await catalogue.found("containers") == ["Containers", "Observability", "Incident Response"]


async def test_a_whole_word_comes_before_a_beginning(catalogue: Catalogue) -> None:
    await catalogue.add("Container")
    assert (await catalogue.found("container"))[:2] == ["Container", "Containers"]


async def test_beginnings_of_words_are_enough(catalogue: Catalogue) -> None:
    assert await catalogue.found("obs") == ["Observability"]
    assert await catalogue.found("postm") == ["Incident Response"]
    assert await catalogue.found("serv") == []


async def test_all_words_must_be_there(catalogue: Catalogue) -> None:
    assert await catalogue.found("containers pager") == ["Incident Response"]
    assert await catalogue.found("containers pager unheard-of") == []


async def test_words_of_another_form_are_found_in_english(catalogue: Catalogue) -> None:
    assert await catalogue.found("restarting") == ["Incident Response"]
    assert await catalogue.found("how to restart the containers") == ["Incident Response"]


async def test_small_words_and_those_of_other_languages_are_words(catalogue: Catalogue) -> None:
    assert await catalogue.found("IT") == ["Observability"]
    assert await catalogue.found("SEÑALES") == ["Senales"]
    assert await catalogue.found("façades über") == ["Senales"]
    assert await catalogue.found("on-call") == ["Containers"]


async def test_every_sign_stands_for_itself_or_for_nothing(catalogue: Catalogue) -> None:
    assert await catalogue.found("100%_sure") == ["Senales"]
    assert await catalogue.found("grafana & !nothing") == []
    for text in ["%", "_", "\\", "'", "''", '"', "&", "|", "!", "<->", "(", ":*", "***", "-"]:
        assert await catalogue.found(text) in ([], ["Senales"]), text


async def test_an_empty_text_narrows_nothing(catalogue: Catalogue) -> None:
    names = ["Containers", "Incident Response", "Observability", "Senales"]
    assert await catalogue.found("") == names
    assert await catalogue.found(" \t ") == names


async def test_a_list_may_be_narrowed_further_and_ordered_otherwise(catalogue: Catalogue) -> None:
    assert await catalogue.found("containers", orderBy={"field": "NAME", "direction": "DESC"}) == [
        "Observability",
        "Incident Response",
        "Containers",
    ]
    assert await catalogue.found("containers", filter={"role": "release-engineer"}) == ["Incident Response"]
    assert await catalogue.found("", orderBy={"field": "RELEVANCE"}) == await catalogue.found("")


async def test_a_ranked_list_is_paged(catalogue: Catalogue) -> None:
    document = """query ($after: String) { skills(filter: {text: "containers"}, first: 1, after: $after) {
        totalCount pageInfo { endCursor hasNextPage } nodes { name } } }"""
    names, after, more = [], None, True
    while more:
        page = (await catalogue.product.run(document, {"after": after}))["skills"]
        assert page["totalCount"] == 3
        names += [node["name"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert names == ["Containers", "Observability", "Incident Response"]


async def test_an_excerpt_shows_where_the_words_stand(catalogue: Catalogue) -> None:
    excerpts = {node["name"]: node["excerpt"] for node in await catalogue.nodes("container")}
    assert "Seeing what ⟦containers⟧ do." in excerpts["Observability"]
    assert "Restarts every ⟦container⟧" in excerpts["Incident Response"]
    # In the name alone: the text from its beginning.
    assert excerpts["Containers"].startswith("Small machines.")


async def test_the_marks_of_an_excerpt_are_the_servers_own(catalogue: Catalogue) -> None:
    await catalogue.add("Trickery", "⟦Not⟧ found, but marked by its author.")
    (found,) = await catalogue.nodes("marked")
    assert found["excerpt"] == "Not found, but ⟦marked⟧ by its author"


async def test_an_accepted_change_is_found_at_once(product: Product) -> None:
    community = await make_community(product)
    catalogue = Catalogue(product, community.frame)
    await community.apply(edit_skill(keywords=["zeppelin"]))
    assert await catalogue.found("zeppelin") == ["Progressive Delivery"]
    assert await catalogue.found("canary") == []
    said = {"role": "site-reliability-engineer", "level": "senior", "description": "Knows an airship."}
    skill = await community.apply(add(**said))
    assert await catalogue.found("airship") == ["Progressive Delivery"]
    await community.apply(remove(row_of(skill, said["level"], said["role"])))
    assert await catalogue.found("airship") == []


async def test_a_skill_that_is_gone_is_found_no_more(catalogue: Catalogue) -> None:
    async with catalogue.product.database.transaction() as session:
        await session.execute(sa.text("DELETE FROM skill WHERE name = 'Containers'"))
    assert await catalogue.found("docker") == []


async def test_a_skill_of_any_length_can_be_kept(catalogue: Catalogue) -> None:
    words = " ".join(f"wörd{n:x}" for n in range(1_200))
    async with catalogue.product.database.transaction() as session:
        skill = await make_skill(session, catalogue.frame, "Long")
        for at, requirement in enumerate(await session.scalars(select(Requirement))):
            requirement.description = f"{at} {words}".replace("wörd", f"wörd{at}x")[:10_000]
        await index_texts(session, [skill.id])
    assert "Long" in await catalogue.found("Long")


async def test_a_text_that_is_spelt_wrong_finds_names_like_it_where_there_are_trigrams(
    catalogue: Catalogue,
) -> None:
    async with catalogue.product.database.read_session() as session:
        has_trigrams = await session.scalar(sa.text("SELECT to_regproc('word_similarity') IS NOT NULL"))
    found = await catalogue.found("obsevrability")
    assert found == (["Observability"] if has_trigrams else [])
    assert await catalogue.found("postmrtem") == (["Incident Response"] if has_trigrams else [])
