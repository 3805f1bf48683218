"""Where watches come from, and how many there are on something."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from service.database import Column
from service.paging import Direction
from service.sources import Order, Source, columns_of
from service.watches.models import Watch

# Those that last.
WATCHES = Source(sa.select(*columns_of(Watch)).where(col(Watch.ended_at).is_(None)))
NEWEST_FIRST = Order("newest first", ("id",), Direction.DESC)


def watcher_count(column: str, subject: Column) -> sa.Label[Any]:
    """`watcher_count` for a source: how many people hear of the subject, which the watch's column names."""
    lasting = sa.and_(col(Watch.ended_at).is_(None), sa.not_(col(Watch.is_muted)))
    return (
        sa.select(sa.func.count())
        .where(getattr(Watch, column) == subject, lasting)
        .correlate(subject.table)
        .scalar_subquery()
        .label("watcher_count")
    )
