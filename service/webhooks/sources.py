"""Where webhooks and what was sent to them come from: for moderators alone."""

import sqlalchemy as sa

from service.database import Select
from service.paging import Direction
from service.sources import Order, Source, Viewpoint, columns_of
from service.webhooks.models import Webhook, WebhookAttempt, WebhookDelivery

OLDEST_FIRST = Order("oldest first", ("id",))
NEWEST_FIRST = Order("newest first", ("id",), Direction.DESC)
_KEPT_BACK = ("nonce", "position")


def _for_moderators(rows: Select, viewpoint: Viewpoint) -> Select:
    return rows.where(viewpoint.moderates())


WEBHOOKS = Source(
    sa.select(*(column for column in columns_of(Webhook) if column.key not in _KEPT_BACK)),
    seen=_for_moderators,
)
DELIVERIES = Source(sa.select(*columns_of(WebhookDelivery)), seen=_for_moderators)
ATTEMPTS = Source(sa.select(*columns_of(WebhookAttempt)), seen=_for_moderators)
