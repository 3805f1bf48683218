"""Imports beside other writers: they take turns, and nobody's change is lost unseen."""

import asyncio
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from service import counters
from service.catalogue.actions import revise_skill
from service.catalogue.content import Change, ChangeKind, FieldChange
from service.catalogue.files import CatalogueFile, import_catalogue
from service.catalogue.models import Revision, Skill
from service.catalogue.queries import get_skill
from service.database import Database
from tests.factories.catalogue_files import (
    IMPORTED_AT,
    generated_catalogue,
    import_document,
    skill,
    small_catalogue,
)


async def wait_until_somebody_waits(database: Database) -> None:
    """Return once a statement of another connection is held up by a lock."""
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    async with asyncio.timeout(10), database.read_session() as session:
        while not (await session.execute(waiting)).scalar_one():
            pass


async def test_two_imports_at_once_are_one_import(database: Database) -> None:
    document = generated_catalogue(30)
    plans = await asyncio.gather(*(import_document(database, document) for _ in range(3)))
    assert sorted(plan.is_empty for plan in plans) == [False, True, True]


async def test_an_import_sees_the_change_that_it_waited_for(database: Database) -> None:
    await import_document(database, small_catalogue())
    async with database.transaction() as session:
        (skill_id,) = (await session.execute(select(Skill.id))).scalars()
        assert skill_id is not None
        soup = await get_skill(session, skill_id, lock=True)
        edit = Change(ChangeKind.EDIT_SKILL, (FieldChange("summary", "", "Proposed."),))
        await revise_skill(session, soup, [edit], at=IMPORTED_AT + timedelta(hours=1), by=None)
        document = small_catalogue(skills=[skill(summary="Imported.")])
        importing = asyncio.create_task(
            import_document(database, document, at=IMPORTED_AT + timedelta(hours=2))
        )
        await wait_until_somebody_waits(database)
    await importing
    async with database.read_session() as session:
        revisions = (await session.execute(select(Revision).order_by(col(Revision.number)))).scalars().all()
    assert [revision.number for revision in revisions] == [1, 2, 3]
    (change,) = revisions[2].changes
    assert change["fields"] == [{"field": "summary", "before": "Proposed.", "after": "Imported."}]


async def test_an_import_may_take_longer_than_a_request(database: Database) -> None:
    """It waits for its turn, and writes more; other transactions keep their bound."""
    timeout = sa.text("SHOW statement_timeout")
    async with database.transaction() as session:
        before = (await session.execute(timeout)).scalar_one()
        await import_catalogue(session, CatalogueFile(), at=IMPORTED_AT, recount=counters.recount)
        assert (await session.execute(timeout)).scalar_one() == "5min"
    async with database.transaction() as session:
        assert (await session.execute(timeout)).scalar_one() == before != "5min"
