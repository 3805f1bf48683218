"""All that the tables hold of one person, whatever the tables are.

A foreign key says whose a row is. So a new table is a part of this, and of the end of an account, by its declaration.
"""

from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from service.database import Select
from service.people.models import Person
from service.tables import metadata

# Columns that say who wrote or did something, where the row itself outlives its author.
_AUTHORS = ("author_id", "actor_id", "person_id")

Rows = list[dict[str, Any]]


async def own_data(session: AsyncSession, person_id: int) -> dict[str, Rows]:
    """The person's rows of every table, by its name: without secrets, and without the ids of other people."""
    found = {"person": await _rows(session, _people(), sa.column("id") == person_id, person_id)}
    for table in metadata.sorted_tables:
        columns = [column for column in people_columns(table) if column.name in _AUTHORS or _is_own(column)]
        if columns:
            of_person = sa.or_(*(column == person_id for column in columns))
            found[str(table.name)] = await _rows(session, table, of_person, person_id)
    for key in _parts(found):
        owners = [
            tuple(row[each.column.name] for each in key.elements) for row in found[key.referred_table.name]
        ]
        of_owners = sa.tuple_(*key.columns).in_(owners)
        found[str(key.table.name)] = await _rows(session, key.table, of_owners, person_id)
    return {name: rows for name, rows in found.items() if rows}


def own_tables() -> Iterator[tuple[sa.Table, sa.Column[Any]]]:
    """The tables whose rows are a person's own and go with them, each with the column that says whose they are.

    Those that refer to others come first.
    """
    for table in reversed(metadata.sorted_tables):
        for column in people_columns(table):
            if _is_own(column):
                yield table, column


def people_columns(table: sa.Table) -> list[sa.Column[Any]]:
    """The table's columns that name a person."""
    people = _people()
    return [column for column in table.columns if any(key.references(people) for key in column.foreign_keys)]


def _parts(found: Collection[str]) -> Iterator[sa.ForeignKeyConstraint]:
    """The keys of rows that are parts of rows that are found, such as a proposal's changes: they are nobody else's own.

    What a part of a part is comes after it, when its owner has been found.
    """
    for table in metadata.sorted_tables:
        keys = sorted(table.foreign_key_constraints, key=lambda key: tuple(key.column_keys))
        owned = [key for key in keys if key.ondelete == "CASCADE" and key.referred_table.name in found]
        # An event's rows are other people's: whom it was told to.
        owned = [key for key in owned if key.referred_table.name not in ("person", "event")]
        if owned and table.name not in found and not any(map(_is_own, people_columns(table))):
            yield owned[0]


def _is_own(column: sa.Column[Any]) -> bool:
    return any(key.ondelete == "CASCADE" for key in column.foreign_keys)


async def _rows(
    session: AsyncSession, table: sa.Table, wanted: sa.ColumnElement[bool], person_id: int
) -> Rows:
    shown = [column for column in table.columns if not isinstance(column.type, sa.LargeBinary)]
    statement: Select = sa.select(*shown).where(wanted)
    named = {column.name for column in people_columns(table)}
    return [
        {str(name): value for name, value in row.items() if name not in named or value in (person_id, None)}
        for row in (await session.execute(statement)).mappings()
    ]


def _people() -> sa.Table:
    return metadata.tables[Person.__tablename__]
