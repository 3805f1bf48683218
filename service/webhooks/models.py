"""Tables of webhooks, and of what is sent to them."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from service.activity.models import PublicEventKind
from service.database import Table, enum_column_type, timestamp_type

URL_MAX = 500


class WebhookEnd(StrEnum):
    """Why nothing is sent to a webhook any more."""

    TURNED_OFF = "TURNED_OFF"
    FAILING = "FAILING"
    GONE = "GONE"


class DeliveryState(StrEnum):
    """Where a delivery stands. A WAITING one is still to be sent."""

    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"


class Webhook(Table, table=True):
    """An address that hears of published events: of the kinds that are named, or of all where none is.

    `position` is of the last event for which there is a delivery, if it wanted one. `failing_since` is when the first
    try failed after which none went well.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        sa.CheckConstraint(f"char_length(url) <= {URL_MAX}", name="url_length"),
        sa.CheckConstraint("(disabled_at IS NULL) = (disabled_because IS NULL)", name="disabled"),
        sa.CheckConstraint("octet_length(nonce) = 16", name="nonce"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    url: str
    kinds: list[PublicEventKind] = Field(default_factory=list, sa_type=ARRAY(sa.Text()))
    nonce: bytes
    position: int = Field(sa_type=sa.BigInteger)
    created_at: datetime = Field(sa_type=timestamp_type)
    created_by_id: int | None = Field(
        default=None, foreign_key="person.id", sa_type=sa.BigInteger, index=True, ondelete="SET NULL"
    )
    failing_since: datetime | None = Field(default=None, sa_type=timestamp_type)
    disabled_at: datetime | None = Field(default=None, sa_type=timestamp_type)
    disabled_because: WebhookEnd | None = Field(
        default=None, sa_type=enum_column_type(WebhookEnd, "disabled_because")
    )


class WebhookDelivery(Table, table=True):
    """One event for one webhook, once."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        sa.UniqueConstraint("webhook_id", "event_id"),
        sa.CheckConstraint("(state = 'DELIVERED') = (delivered_at IS NOT NULL)", name="delivered"),
        sa.Index("ix_webhook_delivery__due", "due_at", postgresql_where=sa.text("state = 'WAITING'")),
        sa.Index("ix_webhook_delivery__webhook_id_id", "webhook_id", "id"),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    webhook_id: int = Field(foreign_key="webhook.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    event_id: int = Field(foreign_key="event.id", sa_type=sa.BigInteger, index=True, ondelete="CASCADE")
    state: DeliveryState = Field(
        default=DeliveryState.WAITING, sa_type=enum_column_type(DeliveryState, "state")
    )
    attempts: int = 0
    created_at: datetime = Field(sa_type=timestamp_type)
    due_at: datetime = Field(sa_type=timestamp_type)
    delivered_at: datetime | None = Field(default=None, sa_type=timestamp_type)


class WebhookAttempt(Table, table=True):
    """One try to hand a delivery over: the status of the answer, or why there was none."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (sa.Index("ix_webhook_attempt__delivery_id_id", "delivery_id", "id"),)

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    delivery_id: int = Field(foreign_key="webhook_delivery.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    made_at: datetime = Field(sa_type=timestamp_type)
    status: int | None = None
    fault: str | None = None
    milliseconds: int
