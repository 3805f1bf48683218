"""Where revisions come from."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from service.catalogue.models import Revision, Skill
from service.catalogue.narrowing import OfSlug, skill_of_slug
from service.database import Select
from service.paging import Direction
from service.sources import Order, Source, columns_of

REVISIONS = Source(sa.select(*columns_of(Revision)), order=("skill_id", "number"))

# The revisions of one skill, as a history is read.
NEWEST_FIRST = Order("newest first", ("number",), Direction.DESC)
# The revisions of many skills together.
LAST_APPLIED = Order("last applied", ("id",), Direction.DESC)


@dataclass(frozen=True)
class OfNumber:
    """The one revision of the number of the skill of the slug, or of the former slug."""

    skill: str
    number: int


def revision_of_number(rows: Select, wanted: OfNumber) -> Select:
    """The revision of the number."""
    skills = skill_of_slug(sa.select(col(Skill.id)), OfSlug(wanted.skill))
    return rows.where(col(Revision.skill_id).in_(skills), col(Revision.number) == wanted.number)
