"""Where plans and ticks come from: each is seen by its own person alone."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from service.catalogue.models import Requirement
from service.database import Select
from service.paging import Direction
from service.plans.models import Plan, Tick
from service.sources import Order, Source, Viewpoint, columns_of

NEWEST_FIRST = Order("newest first", ("id",), Direction.DESC)


def _own(rows: Select, viewpoint: Viewpoint) -> Select:
    return rows.where(viewpoint.is_person(rows.selected_columns["person_id"]))


PLANS = Source(sa.select(*columns_of(Plan)), key=("person_id",), order=("person_id",), seen=_own)

_STANDS_THERE = sa.and_(
    col(Requirement.skill_id) == col(Tick.skill_id),
    col(Requirement.role_id) == col(Tick.role_id),
    col(Requirement.level_id) == col(Tick.level_id),
)

TICKS = Source(
    sa.select(
        *columns_of(Tick),
        # Where the requirement is gone there is no revision to compare, and that is a change too.
        sa.func.coalesce(col(Requirement.revision) > col(Tick.revision), sa.true()).label("is_changed_since"),
    ).outerjoin(Requirement, _STANDS_THERE),
    spans_skills=True,
    seen=_own,
)


@dataclass(frozen=True)
class Ticked:
    """Which ticks a list shows: those whose requirement has changed since or has not; all where it is None."""

    changed_since: bool | None = None


def ticks_shown(rows: Select, wanted: Ticked) -> Select:
    """Narrow a SELECT over ticks to those of the wish."""
    if wanted.changed_since is None:
        return rows
    return rows.where(rows.selected_columns["is_changed_since"] == wanted.changed_since)
