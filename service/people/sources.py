"""Where people's rows come from, and which of them a list shows."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from service.database import Select
from service.paging import Direction
from service.people.models import Person
from service.sources import Order, Source, Viewpoint, columns_of

PEOPLE = Source(
    sa.select(*columns_of(Person), col(Person.removed_at).is_not(None).label("is_removed")),
    order=("name", "id"),
    of_skills=False,
)


def _listed(rows: Select, viewpoint: Viewpoint) -> Select:
    """Those whose account is there; who is suspended is listed for moderators alone."""
    in_order = sa.or_(col(Person.suspended_at).is_(None), viewpoint.moderates())
    return rows.where(col(Person.removed_at).is_(None), in_order)


# Whoever has signed a text is met at it, by its id; a list is for finding those who can still be spoken to.
LISTED = replace(PEOPLE, seen=_listed)


class PersonOrderField(StrEnum):
    """What a list of people is ordered by."""

    NAME = "NAME"
    JOINED = "JOINED"


_ORDERS = {PersonOrderField.NAME: ("name", "id"), PersonOrderField.JOINED: ("id",)}


def person_order(field: PersonOrderField, direction: Direction = Direction.ASC) -> Order:
    """An order of a list of people; ties go by the age of the row."""
    return Order(f"{field.value} {direction.value}", _ORDERS[field], direction)


BY_NAME = person_order(PersonOrderField.NAME)


@dataclass(frozen=True)
class PersonFilter:
    """Which people a list shows, by their names in any case; None asks for no more.

    `name` is a part of the name, `begins` the beginning of the name or of one of its words.
    """

    name: str | None = None
    begins: str | None = None


@dataclass(frozen=True)
class OfPerson:
    """The one person of the row; None for nobody."""

    id: int | None


def people_shown(rows: Select, wanted: PersonFilter) -> Select:
    """Narrow a SELECT over people to those of the filter."""
    name: Any = sa.func.lower(col(Person.name))
    if wanted.name is not None:
        rows = rows.where(sa.func.strpos(name, sa.func.lower(wanted.name)) > 0)
    if wanted.begins is not None:
        # Names stand on one line, with one space between their words.
        begins = sa.func.strpos(sa.func.concat(" ", name), sa.func.concat(" ", sa.func.lower(wanted.begins)))
        rows = rows.where(begins > 0)
    return rows


def person_of_id(rows: Select, wanted: OfPerson) -> Select:
    """The person of the row."""
    return rows.where(sa.false() if wanted.id is None else col(Person.id) == wanted.id)
