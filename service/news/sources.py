"""Where published events come from."""

import sqlalchemy as sa
from sqlmodel import col

from service.activity.models import Event, Publication
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
        sa.func.lpad(sa.func.to_hex(col(Publication.position)), 16, "0").label("cursor"),
    )
    .join(Publication, col(Publication.event_id) == col(Event.id))
    .where(col(Publication.position).is_not(None)),
    order=("position",),
)
