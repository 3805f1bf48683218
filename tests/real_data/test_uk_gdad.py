"""The UK Government's framework, imported: all of it but the losses that its mapping counts."""

import sqlalchemy as sa
from sqlmodel import col

from service.catalogue.models import Necessity, Requirement, Revision, Role, Skill
from service.database import Database
from tests.factories.catalogue_files import import_document
from tests.real_data.uk_gdad import mapped, uk_gdad_rows


async def test_all_of_it_is_there_but_for_the_losses_that_are_told(database: Database) -> None:
    rows = uk_gdad_rows()
    found = mapped(rows)
    assert len(rows) == 1_825
    assert (found.losses.not_in_use, found.losses.repeated) == (28, 16)
    assert set(found.losses.same_step) == {
        ("Change and release analyst", "Configuration analyst"),
        ("Service acceptance analyst", "Service readiness analyst"),
    }
    await import_document(database, found.document)
    async with database.read_session() as session:
        counted = [
            (await session.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
            for table in (Skill, Role, Requirement, Revision)
        ]
        texts = set((await session.execute(sa.select(col(Requirement.description)))).scalars())
        necessities = set((await session.execute(sa.select(col(Requirement.necessity)))).scalars())
    assert counted == [188, 52, len(rows) - found.losses.total, 188]
    assert found.losses.total == 70
    assert necessities == {Necessity.MANDATORY}
    used = {row["Skill Level Description"] for row in rows if row["Role Level"] != "NOT IN USE"}
    assert texts <= used
    assert any("\n" in text for text in texts)
    assert any(not text.isascii() for text in texts)


async def test_importing_it_again_changes_nothing(database: Database) -> None:
    document = mapped(uk_gdad_rows()).document
    await import_document(database, document)
    assert (await import_document(database, document)).is_empty
