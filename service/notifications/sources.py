"""Where a person's notifications come from."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from service.activity.models import Event, EventKind
from service.comments.models import Comment
from service.comments.queries import is_public
from service.cursors import cursor_column
from service.database import Column, Select, enum_column_type
from service.notifications.models import Notification
from service.paging import Direction
from service.sources import Order, Source, any_of, columns_of

_KIND = enum_column_type(EventKind, "kind")
# With what their event is about; those of comments that not everybody may read any more are left out.
NOTIFICATIONS = Source(
    sa.select(
        *columns_of(Notification),
        # Whoever is called by name in an edit has a comment to read like any other.
        sa.case(
            (col(Event.kind) == EventKind.COMMENT_EDITED, sa.literal(EventKind.COMMENT_WRITTEN, _KIND)),
            else_=col(Event.kind),
        ).label("kind"),
        col(Event.happened_at),
        col(Event.actor_id),
        col(Event.skill_id),
        col(Event.proposal_id),
        col(Event.comment_id),
        cursor_column(col(Notification.id)),
    )
    .join(Event, col(Event.id) == col(Notification.event_id))
    .outerjoin(Comment, col(Comment.id) == col(Event.comment_id))
    .where(sa.or_(col(Comment.id).is_(None), is_public()))
)
NEWEST_FIRST = Order("newest first", ("id",), Direction.DESC)


@dataclass(frozen=True)
class NotificationFilter:
    """Each that is given narrows the list."""

    reasons: tuple[str, ...] | None = None
    is_read: bool | None = None
    is_done: bool | None = None


def notifications_shown(rows: Select, wanted: NotificationFilter) -> Select:
    """Those that fit the filter."""
    if wanted.reasons is not None:
        rows = rows.where(sa.type_coerce(col(Notification.reason), sa.Text) == any_of(wanted.reasons))
    if wanted.is_read is not None:
        rows = rows.where(_is_set(col(Notification.read_at), wanted=wanted.is_read))
    if wanted.is_done is not None:
        rows = rows.where(_is_set(col(Notification.done_at), wanted=wanted.is_done))
    return rows


def _is_set(time: Column, *, wanted: bool) -> Column:
    """Not compared with a parameter, so that the index of what is unread serves."""
    return time.is_not(None) if wanted else time.is_(None)
