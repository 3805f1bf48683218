"""Where published events come from."""

import sqlalchemy as sa
from sqlmodel import col

from service.activity.models import Event, Publication
from service.cursors import cursor_column
from service.sources import Source

NEWS = Source(
    sa.select(
        col(Event.id),
        col(Event.kind),
        col(Event.happened_at),
        col(Event.actor_id),
        col(Event.skill_id),
        col(Event.proposal_id),
        col(Publication.position),
        cursor_column(col(Publication.position)),
    )
    .join(Publication, col(Publication.event_id) == col(Event.id))
    .where(col(Publication.position).is_not(None)),
    order=("position",),
)
