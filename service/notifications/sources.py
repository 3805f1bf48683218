"""Where notifications come from."""

import sqlalchemy as sa
from sqlmodel import col

from service.activity.models import Event
from service.cursors import cursor_column
from service.database import Select
from service.notifications.models import Notification
from service.sources import Source, Viewpoint, columns_of


def _seen(rows: Select, viewpoint: Viewpoint) -> Select:
    """Each by its own person."""
    return rows.where(viewpoint.is_person(col(Notification.person_id)))


NOTIFICATIONS = Source(
    sa.select(
        *columns_of(Notification),
        col(Event.kind),
        col(Event.happened_at),
        col(Event.actor_id),
        col(Event.skill_id),
        col(Event.proposal_id),
        col(Event.comment_id),
        cursor_column(col(Notification.id)),
    ).join(Event, col(Event.id) == col(Notification.event_id)),
    seen=_seen,
)
