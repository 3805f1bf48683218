"""Where people's rows come from."""

import sqlalchemy as sa

from service.people.models import Person
from service.sources import Source, columns_of

PEOPLE = Source(sa.select(*columns_of(Person)), order=("name", "id"))
