"""The facts of the page that the project began with, by import of a catalogue file."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from service import counters
from service.catalogue.files import STARTER, import_catalogue, read_catalogue
from tests.factories import Product
from tests.factories.community import page_numbers
from tests.factories.documents import PROFILE

Json = dict[str, Any]


@pytest.fixture(scope="module")
def facts(shared_data: Path) -> Json:
    found: Json = json.loads((shared_data / "seed" / "progressive-delivery.json").read_text("utf-8"))
    return found


def catalogue_of(facts: Json) -> Json:
    """The facts in the form of a catalogue file."""
    domain, group = facts["domain"], facts["group"]
    return {
        "levels": facts["levels"],
        "roles": [role | {"family": "Engineering"} for role in facts["roles"]],
        "domains": [domain | {"groups": [group]}],
        "skills": [
            facts["skill"]
            | {
                "group": group["slug"],
                "summary": "How a release reaches people by degrees.",
                "lastUpdatedOn": facts["page"]["lastUpdatedOn"],
                "requirements": facts["requirements"],
            }
        ],
    }


async def import_into(product: Product, path: Path) -> None:
    async with product.database.transaction() as session:
        await import_catalogue(session, read_catalogue(path), at=product.clock(), recount=counters.recount)


@pytest.fixture
async def skill(product: Product, facts: Json, tmp_path: Path) -> Json:
    """The skill as its page shows it, after an import of one JSON file."""
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps(catalogue_of(facts)), "utf-8")
    await import_into(product, path)
    found: Json = (await product.run(PROFILE, {"slug": "progressive-delivery"}))["skill"]
    return found


def rows_of(skill: Json) -> list[Json]:
    """The rows of the page from above to below, with their level."""
    return [
        {
            "level": step["level"]["slug"],
            "role": row["role"]["slug"],
            "necessity": row["necessity"],
            "description": row["description"],
        }
        for step in skill["levels"]
        for row in step["requirements"]
    ]


def test_the_facts_are_those_of_the_page(facts: Json) -> None:
    page = facts["page"]
    numbers = [page[name] for name in ("roleCount", "levelCount", "mandatoryRequirementCount")]
    assert [*numbers, page["optionalRequirementCount"], page["lastUpdatedOn"]] == [2, 5, 10, 0, "2026-03-17"]
    assert len(facts["requirements"]) == 10


async def test_the_profile_gives_the_numbers_of_the_page(skill: Json) -> None:
    assert page_numbers(skill) == [2, 5, 10, 0]
    assert skill["proposals"]["totalCount"] == 0


async def test_it_was_last_updated_when_the_file_says(skill: Json) -> None:
    assert skill["lastUpdatedAt"] == "2026-03-17T00:00:00Z"
    assert skill["revision"] == 1


async def test_all_ten_texts_stand_byte_for_byte_in_level_and_role_order(skill: Json, facts: Json) -> None:
    shown = rows_of(skill)
    assert [row["description"].encode() for row in shown] == [
        row["description"].encode() for row in facts["requirements"]
    ]
    assert shown == facts["requirements"]


async def test_the_texts_are_those_of_the_page_itself(skill: Json, shared_data: Path, facts: Json) -> None:
    page = (shared_data / "seed" / facts["source"]).read_text("utf-8")
    places = [page.index(row["description"]) for row in rows_of(skill)]
    assert places == sorted(places)


async def test_the_levels_stand_in_their_order(skill: Json, facts: Json) -> None:
    assert [step["level"] for step in skill["levels"]] == facts["levels"]


async def test_the_way_to_the_skill_is_shown(skill: Json, facts: Json) -> None:
    assert skill["group"] == facts["group"] | {"domain": facts["domain"]}
    assert skill["keywords"] == facts["skill"]["keywords"]
    assert skill["name"] == facts["skill"]["name"]
    assert (skill["status"], skill["replacedBy"], skill["lastUpdatedBy"]) == ("PUBLISHED", None, None)


async def test_importing_the_same_again_moves_nothing(
    product: Product, skill: Json, facts: Json, tmp_path: Path
) -> None:
    product.clock.now = datetime(2027, 1, 1, tzinfo=UTC)
    await import_into(product, tmp_path / "catalogue.json")
    assert (await product.run(PROFILE, {"slug": "progressive-delivery"}))["skill"] == skill


async def test_a_folder_of_yaml_files_gives_the_same_page(
    product: Product, facts: Json, tmp_path: Path
) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    for section, content in catalogue_of(facts).items():
        (folder / f"{section}.yaml").write_text(
            yaml.safe_dump({section: content}, allow_unicode=True), "utf-8"
        )
    await import_into(product, folder)
    skill = (await product.run(PROFILE, {"slug": "progressive-delivery"}))["skill"]
    assert page_numbers(skill) == [2, 5, 10, 0]
    assert rows_of(skill) == facts["requirements"]


async def test_rows_out_of_order_in_the_file_stand_in_order_on_the_page(
    product: Product, facts: Json, tmp_path: Path
) -> None:
    catalogue = catalogue_of(facts)
    catalogue["skills"][0]["requirements"] = facts["requirements"][::-1]
    catalogue["levels"] = facts["levels"][::-1]
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps(catalogue), "utf-8")
    await import_into(product, path)
    skill = (await product.run(PROFILE, {"slug": "progressive-delivery"}))["skill"]
    assert rows_of(skill) == facts["requirements"]


STARTED = """{
  levels { name } roles { slug } domains { slug groups { slug } }
  skills(first: 100) { totalCount nodes {
    slug summary roleCount levelCount mandatoryRequirementCount optionalRequirementCount
    levels { level { rank } requirements { description role { slug } } }
  } }
}"""


class TestStarter:
    """The project's own catalogue."""

    @pytest.fixture
    async def started(self, product: Product) -> Json:
        await import_into(product, STARTER)
        return await product.run(STARTED)

    async def test_it_is_as_large_as_promised(self, started: Json) -> None:
        assert started["skills"]["totalCount"] >= 15
        assert len(started["domains"]) >= 4
        assert len(started["roles"]) >= 8
        assert [level["name"] for level in started["levels"]] == [
            "Junior",
            "Middle",
            "Senior",
            "Lead / Staff",
            "Principal",
        ]

    async def test_progressive_delivery_has_the_numbers_of_the_seed(self, started: Json) -> None:
        (skill,) = (skill for skill in started["skills"]["nodes"] if skill["slug"] == "progressive-delivery")
        assert page_numbers(skill) == [2, 5, 10, 0]

    async def test_one_skill_has_optional_rows_alone(self, started: Json) -> None:
        assert any(
            skill["mandatoryRequirementCount"] == 0 and skill["optionalRequirementCount"] > 0
            for skill in started["skills"]["nodes"]
        )

    async def test_one_skill_uses_three_levels_of_five(self, started: Json) -> None:
        assert any(skill["levelCount"] == 3 for skill in started["skills"]["nodes"])

    async def test_one_role_skips_a_level(self, started: Json) -> None:
        def skips(skill: Json) -> bool:
            ranks: dict[str, list[int]] = {}
            for step in skill["levels"]:
                for row in step["requirements"]:
                    ranks.setdefault(row["role"]["slug"], []).append(step["level"]["rank"])
            return any(max(found) - min(found) >= len(found) for found in ranks.values())

        assert any(map(skips, started["skills"]["nodes"]))

    async def test_every_description_is_its_own(self, started: Json, facts: Json) -> None:
        texts = [
            row["description"]
            for skill in started["skills"]["nodes"]
            for step in skill["levels"]
            for row in step["requirements"]
        ]
        assert len(texts) == len(set(texts))
        assert not set(texts) & {row["description"] for row in facts["requirements"]}
