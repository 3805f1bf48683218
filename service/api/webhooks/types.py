"""Webhooks and what was sent to them, as moderators see them."""

from datetime import datetime

import strawberry

from service.activity.models import PublicEventKind
from service.api.connection import Connection
from service.api.enums import describe_enum
from service.api.news.types import Event
from service.api.node import Node
from service.api.people.types import Person
from service.api.plan.fields import column, many, one, page
from service.api.plan.marks import Asked
from service.webhooks import sources
from service.webhooks.models import DeliveryState, WebhookEnd

describe_enum(
    WebhookEnd,
    "Why nothing is sent to a webhook any more.",
    TURNED_OFF="Somebody turned it off.",
    FAILING="All that was sent had failed for five days.",
    GONE="The receiver answered 410: it wants nothing more.",
)
describe_enum(
    DeliveryState,
    "Where a delivery stands.",
    WAITING="It is still to be sent, for the first time or again.",
    DELIVERED="The receiver has answered with a status of 200 to 299.",
    FAILED="It was tried as often as may be, or the webhook was turned off.",
)


@strawberry.type(description="One try to hand a delivery over. For moderators alone.")
class WebhookAttempt(Node, source=sources.ATTEMPTS):
    """Kept with its delivery."""

    made_at: datetime = column("When.")
    status: int | None = column("The status of the answer; null where there was none.")
    fault: str | None = column("Why there was no answer; null where there was one.")
    milliseconds: int = column("How long it took.")


@strawberry.type(
    description="One event for one webhook, kept for 30 days. Sent again, it has the same id and the same text. "
    "For moderators alone."
)
class WebhookDelivery(Node, source=sources.DELIVERIES):
    """At least once."""

    state: DeliveryState = column("Where it stands.")
    created_at: datetime = column("When the event was published for the webhook.")
    due_at: datetime = column("When it is sent, or was to be sent last.")
    delivered_at: datetime | None = column("When the receiver had it; null until then.")
    event: Event = one("What it tells of.", on={"id": "event_id"})
    attempts: list[WebhookAttempt] = many("Each try, the oldest first.", on={"delivery_id": "id"})


def _oldest_first() -> Asked:
    return Asked(order=sources.OLDEST_FIRST)


def _newest_first() -> Asked:
    return Asked(order=sources.NEWEST_FIRST)


@strawberry.type(
    description="An address of another program that hears of published events, signed by Standard Webhooks. "
    "For moderators alone."
)
class Webhook(Node, source=sources.WEBHOOKS):
    """Its secret is shown once, when it is made."""

    url: str = column("Where it is sent to, by POST.")
    kinds: list[PublicEventKind] = column("The kinds of event that it hears of; all where none is named.")
    created_at: datetime = column("When it was made; it hears of what was published since.")
    created_by: Person | None = one(
        "Who made it; null where the account is gone.", on={"id": "created_by_id"}
    )
    failing_since: datetime | None = column(
        "When the first try failed after which none went well; null where the last one did."
    )
    disabled_at: datetime | None = column("Since when nothing is sent to it; null while it is on.")
    disabled_because: WebhookEnd | None = column("Why nothing is sent to it; null while it is on.")
    deliveries: Connection[WebhookDelivery] = page(
        "What was sent to it, or is to be, the newest first.", on={"webhook_id": "id"}, ask=_newest_first
    )


@strawberry.type
class Webhooks:
    """What webhooks add to what moderators look at."""

    webhooks: Connection[Webhook] = page("The webhooks, the oldest first.", ask=_oldest_first)
