"""`skillprofile migrate --check` on the tests' own server."""

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from service.activity.models import EventKind
from service.cli.rehearsal import rehearse, scratch_database
from service.tables import metadata


def test_models_and_migrations_agree(server: str) -> None:
    assert rehearse() == []


def test_a_column_without_a_migration_is_found(server: str) -> None:
    table = metadata.tables["framework"]
    extra = sa.Column("motto", sa.Text)
    table.append_column(extra)
    try:
        [fault, *_] = rehearse()
    finally:
        table._columns.remove(extra)
    assert "motto" in fault


def test_a_new_value_of_an_enum_without_a_migration_is_found(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = metadata.tables["event"]
    [check] = [each for each in table.constraints if isinstance(each, sa.CheckConstraint)]
    values = [*EventKind, "SKILL_ADMIRED"]
    monkeypatch.setattr(check, "sqltext", sa.literal_column("kind").in_([str(value) for value in values]))
    [fault] = rehearse()
    assert "constraint ck_event__kind of event" in fault
    assert fault.count("SKILL_ADMIRED") == 1


def test_another_predicate_of_an_index_without_a_migration_is_found(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    [index] = [each for each in metadata.tables["event"].indexes if each.name == "ix_event__waiting"]
    monkeypatch.setitem(index.dialect_options["postgresql"], "where", sa.text("fanned_out_at IS NOT NULL"))
    [fault] = rehearse()
    assert "index ix_event__waiting of event" in fault


def test_a_constraint_that_only_one_side_has_is_found(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = metadata.tables["framework"]
    lost = next(each for each in table.constraints if each.name == "ck_framework__name_length")
    extra = sa.CheckConstraint("char_length(name) < 100", name="name_short")
    table.constraints.remove(lost)
    table.append_constraint(extra)
    try:
        more, less = rehearse()
    finally:
        table.constraints.remove(extra)
        table.constraints.add(lost)
    assert "ck_framework__name_length of framework: only the migrations" in more
    assert "ck_framework__name_short of framework: only the models" in less


async def test_no_scratch_database_is_left(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _: "of_this_test")
    async with scratch_database(server):
        assert "skillprofile_check_of_this_test" in await names(server)
    assert "skillprofile_check_of_this_test" not in await names(server)


async def names(server: str) -> list[str]:
    """The databases of the server."""
    engine = create_async_engine(server)
    async with engine.connect() as connection:
        found = list((await connection.execute(sa.text("SELECT datname FROM pg_database"))).scalars())
    await engine.dispose()
    return found
