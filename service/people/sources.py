"""Where people's rows come from."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from service.database import Select
from service.people.models import Person
from service.sources import Order, Source, columns_of

PEOPLE = Source(
    sa.select(*columns_of(Person), col(Person.removed_at).is_not(None).label("is_removed")),
    order=("name", "id"),
)

BY_NAME = Order("by name", ("name", "id"))


@dataclass(frozen=True)
class PersonFilter:
    """Which people a list shows; None asks for no more. `name` is a part of the name, in any case."""

    name: str | None = None


def people_shown(rows: Select, wanted: PersonFilter) -> Select:
    """Narrow a SELECT over people to those of the filter whose account is there."""
    rows = rows.where(col(Person.removed_at).is_(None))
    if wanted.name is None:
        return rows
    lowered: Any = sa.func.lower(wanted.name)
    return rows.where(sa.func.strpos(sa.func.lower(col(Person.name)), lowered) > 0)
