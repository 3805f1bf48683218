"""Faults against the database: all of them at once, with their lines, and nothing is written."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from service.catalogue.files import FaultyCatalogue, plan_import, scan_catalogue
from service.catalogue.models import Framework, Skill
from service.database import Database
from tests.factories.catalogue_files import (
    Document,
    import_document,
    plan_document,
    requirement,
    skill,
    small_catalogue,
)


async def faults_of(
    database: Database, document: Document | str, *, prune: bool = False
) -> list[tuple[int | None, str]]:
    """The lines and reasons for which an import is refused; a dry run finds the same."""
    with pytest.raises(FaultyCatalogue) as planned:
        await plan_document(database, document, prune=prune)
    with pytest.raises(FaultyCatalogue) as caught:
        await import_document(database, document, prune=prune)
    found = [(fault.line, fault.reason) for fault in caught.value.faults]
    assert found == [(fault.line, fault.reason) for fault in planned.value.faults]
    return found


async def only_fault(database: Database, document: Document | str, *, prune: bool = False) -> str:
    """The one reason."""
    ((_, reason),) = await faults_of(database, document, prune=prune)
    return reason


async def test_faults_of_shape_and_of_reference_come_together(database: Database) -> None:
    await import_document(database, small_catalogue())
    found = await faults_of(
        database,
        """\
        levels:
          - {slug: middle, name: Middle}
        skills:
          - slug: stew
            group: hott
            name: Stew
            replacedBy: soap
            requirements:
              - {role: coock, level: junior, necessity: MANDATORY, description: x}
              - role: waiter
                level: middel
                necessity: Mandatry
                description: x
              - {role: waiter, level: senior, necessity: OPTIONAL, description: x}
              - {role: waiter, level: senior, necessity: OPTIONAL, description: x}
        """,
    )
    expected = [
        (2, "A level needs a rank"),
        (
            5,
            "The group “hott” stands neither in these files nor in the framework “house”. Did you mean “hot”?",
        ),
        (7, "The skill “soap” stands neither in these files nor in the framework “house”."),
        (7, "replacedBy: Only a deprecated skill is replaced by another"),
        (
            9,
            "The role “coock” stands neither in these files nor in the framework “house”. Did you mean “cook”?",
        ),
        (
            11,
            "The level “middel” stands neither in these files nor in the framework “house”. Did you mean “middle”?",
        ),
        (12, "necessity: “Mandatry” is not known here."),
        (15, "already, on line 14"),
    ]
    assert [line for line, _ in found] == [line for line, _ in expected]
    assert all(reason in text for (_, text), (_, reason) in zip(found, expected, strict=True))


async def test_nothing_is_written(database: Database) -> None:
    document = small_catalogue(skills=[skill(), skill("tea", group="warm")])
    assert "The group “warm”" in await only_fault(database, document)
    async with database.read_session() as session:
        assert not (await session.execute(select(Framework))).all()


@pytest.mark.parametrize("roles", ["roles: [", "roles:", "roles: {slug: cook}", "- slug: cook"])
async def test_what_may_stand_in_an_unread_part_is_not_called_unknown(
    database: Database, tmp_path: Path, roles: str
) -> None:
    document = small_catalogue()
    del document["roles"]
    (tmp_path / "a.json").write_text(json.dumps(document))
    (tmp_path / "roles.yaml").write_text(roles)
    async with database.read_session() as session:
        with pytest.raises(FaultyCatalogue) as caught:
            await plan_import(session, scan_catalogue(tmp_path))
    assert [Path(fault.file).name for fault in caught.value.faults] == ["roles.yaml"]


async def test_references_lead_to_what_is_stored(database: Database) -> None:
    await import_document(database, small_catalogue(skills=[skill(), skill("tea")]))
    document = {"skills": [skill("stew", status="DEPRECATED", replacedBy="tea")]}
    assert not (await import_document(database, document)).is_empty


async def test_a_replacement_may_be_named_by_a_former_slug_and_from_another_framework(
    database: Database,
) -> None:
    await import_document(database, small_catalogue(skills=[skill("broth", formerSlugs=["soup"])]))
    other = {
        "framework": {"slug": "inn", "name": "Inn"},
        "domains": [{"slug": "drinks", "name": "Drinks", "groups": [{"slug": "warm", "name": "Warm"}]}],
        "skills": [
            {"slug": "tea", "group": "warm", "name": "Tea", "status": "DEPRECATED", "replacedBy": "soup"},
        ],
    }
    await import_document(database, other)
    assert (await import_document(database, other)).is_empty


TAKEN: list[tuple[Document, str]] = [
    (
        {"roles": [{"slug": "cook", "name": "Cook"}]},
        "slug: “cook” is a role of the framework “house” already",
    ),
    (
        {"domains": [{"slug": "food", "name": "Food"}]},
        "slug: “food” is a domain of the framework “house” already",
    ),
    (
        {"domains": [{"slug": "new", "name": "N", "groups": [{"slug": "hot", "name": "Hot"}]}]},
        "slug: “hot” is a group of the framework “house” already",
    ),
    ({"skills": [{"slug": "soup"}]}, "slug: “soup” is a skill of the framework “house” already"),
    ({"skills": [{"slug": "broth"}]}, "slug: “broth” is a skill of the framework “house” already"),
    (
        {"skills": [{"slug": "stew", "formerSlugs": ["soup"]}]},
        "formerSlugs: “soup” is a skill of the framework “house” already",
    ),
]


@pytest.mark.parametrize(("sections", "reason"), TAKEN)
async def test_slugs_are_unique_over_all_frameworks(
    database: Database, sections: Document, reason: str
) -> None:
    await import_document(database, small_catalogue(skills=[skill(formerSlugs=["broth"])]))
    inn: Document = {
        "framework": {"slug": "inn", "name": "Inn"},
        "domains": [{"slug": "drinks", "name": "Drinks", "groups": [{"slug": "warm", "name": "Warm"}]}],
    }
    await import_document(database, inn)
    for entry in sections.get("skills", []):
        entry |= {"group": "warm", "name": "Name"}
    assert reason in await only_fault(database, {"framework": {"slug": "inn"}} | sections)


async def test_levels_are_each_frameworks_own(database: Database) -> None:
    await import_document(database, small_catalogue())
    levels = [{"slug": "junior", "name": "Junior", "rank": 1}]
    inn = {"framework": {"slug": "inn", "name": "Inn"}, "levels": levels}
    assert not (await import_document(database, inn)).is_empty


FORMER: list[tuple[list[Any], str]] = [
    ([skill("broth")], "slug: “broth” is a former slug of the skill “soup” and still leads to it."),
    (
        [skill("stew", formerSlugs=["broth"])],
        "formerSlugs: “broth” leads to the skill “soup”, which is another one",
    ),
    (
        [skill("tea", formerSlugs=["soup"])],
        "formerSlugs: “soup” leads to the skill “soup”, which is another one",
    ),
]


@pytest.mark.parametrize(("skills", "reason"), FORMER)
async def test_a_slug_leads_to_one_skill_for_good(database: Database, skills: list[Any], reason: str) -> None:
    await import_document(database, small_catalogue(skills=[skill(formerSlugs=["broth"]), skill("tea")]))
    assert reason in await only_fault(database, small_catalogue(skills=skills))


async def test_a_new_framework_needs_a_name(database: Database) -> None:
    assert "“inn” is new here and needs a name" in await only_fault(database, "framework: {slug: inn}\n")


async def test_without_a_default_framework_the_files_must_name_theirs(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Framework(slug="house", name="House", is_default=False))
    assert "there is no default one here" in await only_fault(database, "roles: [{slug: cook, name: Cook}]\n")


async def test_a_rank_is_given_once(database: Database) -> None:
    await import_document(database, small_catalogue())
    levels = [{"slug": "middle", "name": "Middle", "rank": 2}]
    reason = await only_fault(database, small_catalogue(levels=levels))
    assert "rank: The level “senior” of the framework has the rank 2" in reason
    both = [*levels, {"slug": "senior", "name": "Senior", "rank": 3}]
    assert not (await import_document(database, small_catalogue(levels=both))).is_empty


async def test_a_replacement_needs_a_deprecated_skill(database: Database) -> None:
    await import_document(database, small_catalogue(skills=[skill(status="DEPRECATED"), skill("tea")]))
    document = small_catalogue(skills=[skill(replacedBy="tea"), skill("tea", replacedBy="soup")])
    assert "Only a deprecated skill is replaced by another" in await only_fault(database, document)
    await import_document(database, small_catalogue(skills=[skill(replacedBy="tea")]))


async def test_a_fault_of_thousands_of_references_is_told_for_each(database: Database) -> None:
    rows = [requirement(f"nobody-{number}", "junior") for number in range(2_000)]
    found = await faults_of(database, small_catalogue(skills=[skill(requirements=rows)]))
    assert len(found) == 2_000
    async with database.read_session() as session:
        assert not (await session.execute(select(Skill))).all()
