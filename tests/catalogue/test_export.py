"""Exporting: files that people like to edit, and that lose nothing."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, given, settings
from sqlmodel import select

from service import counters
from service.catalogue.files import (
    STARTER,
    CatalogueFile,
    FilesInTheWay,
    ImportPlan,
    export_catalogue,
    framework_slugs,
    import_catalogue,
    read_catalogue,
    write_catalogue,
)
from service.catalogue.models import Skill
from service.database import Database
from service.errors import NotFound
from service.tables import metadata
from tests.catalogue.catalogues import HARD, documents
from tests.factories.catalogue_files import (
    IMPORTED_AT,
    Document,
    generated_catalogue,
    import_document,
    requirement,
    skill,
    small_catalogue,
)


async def take_in(database: Database, path: Path, *, prune: bool = False) -> ImportPlan:
    """Import what stands at the path."""
    async with database.transaction() as session:
        catalogue = read_catalogue(path)
        return await import_catalogue(
            session, catalogue, at=IMPORTED_AT, prune=prune, recount=counters.recount
        )


async def give_out(database: Database, slug: str | None = None) -> CatalogueFile:
    """Export a framework, or the default one."""
    async with database.read_session() as session:
        return await export_catalogue(session, slug)


async def empty(database: Database) -> None:
    """Take everything away: for a few rows much faster than the truncation between two tests."""
    async with database.engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            await connection.execute(table.delete())


def bytes_in(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(document=documents())
def test_what_is_written_reads_as_it_was(document: Document) -> None:
    with TemporaryDirectory() as name:
        source = Path(name) / "source.json"
        source.write_text(json.dumps(document))
        catalogue = read_catalogue(source)
        for target in ("one.yaml", "one.json"):
            write_catalogue(catalogue, Path(name) / target)
            assert read_catalogue(Path(name) / target) == catalogue


@settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(document=documents())
async def test_import_export_import_is_the_identity(database: Database, document: Document) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        await empty(database)
        await import_document(database, document)
        exported = await give_out(database)
        for target in ("one.yaml", "one.json", "many"):
            path = folder / target
            write_catalogue(exported, path)
            assert (await take_in(database, path, prune=True)).is_empty
            await empty(database)
            await take_in(database, path)
            again = await give_out(database)
            assert again == exported
            write_catalogue(again, folder / "again" / target)
            assert bytes_in(folder / "again") == {
                name: content for name, content in bytes_in(folder).items() if name.split("/")[0] == target
            }
            for file in (folder / "again").rglob("*.*"):
                file.unlink()


@pytest.mark.parametrize("text", [text for text in HARD if text.strip()])
async def test_hard_texts_are_kept_letter_by_letter(tmp_path: Path, text: str) -> None:
    document = small_catalogue(skills=[skill(summary=text, keywords=[text[:100]])])
    (tmp_path / "source.json").write_text(json.dumps(document))
    catalogue = read_catalogue(tmp_path / "source.json")
    write_catalogue(catalogue, tmp_path / "written.yaml")
    (found,) = read_catalogue(tmp_path / "written.yaml").skills or ()
    assert (found.fields["summary"], found.fields["keywords"]) == (text, [text[:100]])


async def test_yaml_is_a_pleasure_to_edit(database: Database, tmp_path: Path) -> None:
    prose = "Boils water in a pot that is large enough, salts it 🧂, and stirs until nobody remembers why it began."
    document = small_catalogue(
        roles=[{"slug": "cook", "name": "Cook"}, {"slug": "waiter", "name": "Ober für alles"}],
        skills=[
            skill(
                summary="One line.\n\nAnother: with a colon.",
                keywords=["pot", "no", "salt, pepper"],
                lastUpdatedOn="2026-03-17",
                formerSlugs=["broth"],
                requirements=[requirement("waiter"), requirement(description=prose, proficiency="working")],
            ),
            skill("ice", group="cold", status="DEPRECATED", requirements=[], lastUpdatedOn="2026-03-18"),
        ],
    )
    await import_document(database, document)
    write_catalogue(await give_out(database), tmp_path / "catalogue.yaml")
    expected = """\
        framework:
          slug: house
          name: House
          version: null
          licence: null
          attribution: null
          source: null

        levels:
          - slug: junior
            name: Junior
            rank: 1
          - slug: senior
            name: Senior
            rank: 2

        roles:
          - slug: cook
            name: Cook
            family: null
          - slug: waiter
            name: Ober für alles
            family: null

        domains:
          - slug: food
            name: Food
            groups:
              - slug: hot
                name: Hot
              - slug: cold
                name: Cold

        skills:
          - slug: soup
            formerSlugs: [broth]
            group: hot
            name: Soup
            status: PUBLISHED
            summary: |-
              One line.

              Another: with a colon.
            keywords: [pot, 'no', 'salt, pepper']
            lastUpdatedOn: 2026-03-17
            requirements:
              - role: cook
                level: junior
                necessity: MANDATORY
                proficiency: WORKING
                description: >-
                  Boils water in a pot that is large enough, salts it 🧂, and stirs until nobody remembers
                  why it began.
              - role: waiter
                level: junior
                necessity: MANDATORY
                description: Knows salt.

          - slug: ice
            group: cold
            name: Ice
            status: DEPRECATED
            replacedBy: null
            summary: ''
            keywords: []
            lastUpdatedOn: 2026-03-18
            requirements: []
        """
    assert (tmp_path / "catalogue.yaml").read_text() == dedent(expected)


async def test_a_folder_has_a_file_for_each_domain_with_skills(database: Database, tmp_path: Path) -> None:
    await import_document(database, generated_catalogue(10))
    target = tmp_path / "new" / "folder"
    written = write_catalogue(await give_out(database), target)
    names = ["catalogue.yaml", *(f"skills/domain-{number}.yaml" for number in range(5))]
    assert [str(file.relative_to(target)) for file in written] == names
    assert sorted(bytes_in(target)) == names
    assert (await take_in(database, target, prune=True)).is_empty


async def test_json_is_one_file(database: Database, tmp_path: Path) -> None:
    await import_document(
        database, small_catalogue(skills=[skill(lastUpdatedOn="2026-03-17", keywords=["ä"])])
    )
    (file,) = write_catalogue(await give_out(database), tmp_path / "out.JSON")
    assert json.loads(file.read_text())["skills"][0]["lastUpdatedOn"] == "2026-03-17"
    assert '"ä"' in file.read_text()


async def test_an_older_export_is_replaced_and_other_files_are_not_mixed_in(
    database: Database, tmp_path: Path
) -> None:
    await import_document(database, small_catalogue())
    exported = await give_out(database)
    write_catalogue(exported, tmp_path)
    write_catalogue(exported, tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    write_catalogue(exported, tmp_path)
    (tmp_path / "skills" / "drinks.yaml").write_text("skills: []")
    with pytest.raises(FilesInTheWay, match=r"other catalogue files \(skills/drinks.yaml\)"):
        write_catalogue(exported, tmp_path)


async def test_the_framework_is_named_or_the_default_one(database: Database) -> None:
    await import_document(database, small_catalogue())
    await import_document(database, {"framework": {"slug": "a-inn", "name": "Inn"}})
    assert (await give_out(database)).framework == (await give_out(database, "house")).framework
    inn = await give_out(database, "a-inn")
    assert inn.framework is not None
    assert inn.framework.slug == "a-inn"
    async with database.read_session() as session:
        assert await framework_slugs(session) == ["house", "a-inn"]
    with pytest.raises(NotFound, match=r"no framework “pub”\. There are: house, a-inn\."):
        await give_out(database, "pub")


async def test_an_export_is_of_one_moment(database: Database) -> None:
    """All its statements see the same state, whoever writes in between."""
    await import_document(database, small_catalogue())
    async with database.read_session() as session:
        await export_catalogue(session)
        await import_document(database, small_catalogue(skills=[skill(name="Broth")]))
        assert (await session.execute(select(Skill.name))).scalars().all() == ["Soup"]


async def test_an_empty_instance_has_nothing_to_export(database: Database) -> None:
    with pytest.raises(NotFound, match=r"no default framework\. Import a catalogue first."):
        await give_out(database)


async def test_a_replacement_in_another_framework_is_named(database: Database, tmp_path: Path) -> None:
    await import_document(database, small_catalogue())
    inn: Document = {
        "framework": {"slug": "inn", "name": "Inn"},
        "domains": [{"slug": "drinks", "name": "Drinks", "groups": [{"slug": "warm", "name": "Warm"}]}],
        "skills": [
            {"slug": "tea", "group": "warm", "name": "Tea", "status": "DEPRECATED", "replacedBy": "soup"}
        ],
    }
    await import_document(database, inn)
    exported = await give_out(database, "inn")
    assert exported.skills is not None
    assert exported.skills[0].fields["replaced_by"] == "soup"
    write_catalogue(exported, tmp_path)
    assert (await take_in(database, tmp_path)).is_empty


async def test_the_starter_catalogue_survives_the_round_trip(database: Database, tmp_path: Path) -> None:
    await take_in(database, STARTER)
    first = await give_out(database)
    write_catalogue(first, tmp_path / "first")
    assert (await take_in(database, tmp_path / "first", prune=True)).is_empty
    await empty(database)
    await take_in(database, tmp_path / "first")
    write_catalogue(await give_out(database), tmp_path / "second")
    assert bytes_in(tmp_path / "first") == bytes_in(tmp_path / "second")
