"""What PostgreSQL holds after the migrations, beside what it would hold if the models had made it."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from service.tables import metadata

_SCRATCH = "skillprofile_as_the_models_say"
# Autogeneration's own view of these knows no CHECK and no predicate: PostgreSQL is asked instead.
_ASKED_OF_POSTGRESQL = ("_constraint", "_fk", "_index")
# NOT NULL is the column's, and compared with it. The index of a constraint is the constraint's.
_RULES = text("""
    SELECT 'constraint', place.relname, rule.conname, pg_get_constraintdef(rule.oid, true)
    FROM pg_constraint rule JOIN pg_class place ON place.oid = rule.conrelid
    WHERE place.relnamespace = current_schema()::regnamespace AND rule.contype <> 'n'
    UNION ALL
    SELECT 'index', place.relname, own.relname, pg_get_indexdef(own.oid, 0, true)
    FROM pg_index JOIN pg_class own ON own.oid = indexrelid JOIN pg_class place ON place.oid = indrelid
    WHERE place.relnamespace = current_schema()::regnamespace AND NOT EXISTS (
        SELECT FROM pg_constraint WHERE conindid = own.oid AND contype IN ('p', 'u', 'x')
    )
""")


class Rule(NamedTuple):
    """A constraint or an index of a table, by its name."""

    kind: str
    table: str
    name: str


@dataclass(frozen=True)
class Drift:
    """A rule as PostgreSQL states it: by the migrations (`found`) and by the models (`wanted`); None is none."""

    rule: Rule
    found: str | None
    wanted: str | None

    def __str__(self) -> str:
        what = f"{self.rule.kind} {self.rule.name} of {self.rule.table}"
        if self.found is None:
            return f"{what}: only the models have it, as {self.wanted}"
        if self.wanted is None:
            return f"{what}: only the migrations make it, as {self.found}"
        return f"{what}: the models say {self.wanted}, the migrations {self.found}"


def differences(connection: Connection) -> list[str]:
    """Tables and columns, then constraints and indexes, that differ in the migrated database: a line each."""
    changes = compare_metadata(MigrationContext.configure(connection), metadata)
    return [str(change) for change in changes if not _is_asked_of_postgresql(change)] + [
        str(drift) for drift in drifts(connection)
    ]


def drifts(connection: Connection) -> list[Drift]:
    """Constraints and indexes that differ, in tables which both the database and the models have.

    The models make their tables in a schema that is rolled back: nothing stays.
    """
    found = _rules(connection)
    with connection.begin_nested() as scratch:
        connection.execute(text(f"CREATE SCHEMA {_SCRATCH}"))
        connection.execute(text(f"SET LOCAL search_path TO {_SCRATCH}"))
        metadata.create_all(connection, checkfirst=False)
        wanted = _rules(connection)
        scratch.rollback()
    tables = {rule.table for rule in found} & {rule.table for rule in wanted}
    return [
        Drift(rule, found.get(rule), wanted.get(rule))
        for rule in sorted(found.keys() | wanted.keys())
        if rule.table in tables and found.get(rule) != wanted.get(rule)
    ]


def _rules(connection: Connection) -> dict[Rule, str]:
    return {Rule(kind, table, name): said for kind, table, name, said in connection.execute(_RULES)}


def _is_asked_of_postgresql(change: Any) -> bool:
    """Changes of a column come as a list, all others as a tuple that begins with what would be done."""
    return isinstance(change, tuple) and change[0].endswith(_ASKED_OF_POSTGRESQL)
