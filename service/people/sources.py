"""Where people's rows come from."""

import sqlalchemy as sa
from sqlmodel import col

from service.people.models import Person
from service.sources import Source, columns_of

PEOPLE = Source(
    sa.select(*columns_of(Person), col(Person.removed_at).is_not(None).label("is_removed")),
    order=("name", "id"),
)
