"""The tables of events."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from service.database import Table, enum_column_type, timestamp_type


class EventKind(StrEnum):
    """A past fact."""

    CATALOGUE_IMPORTED = "CATALOGUE_IMPORTED"
    COMMENT_DELETED = "COMMENT_DELETED"
    COMMENT_EDITED = "COMMENT_EDITED"
    COMMENT_WRITTEN = "COMMENT_WRITTEN"
    PERSON_JOINED = "PERSON_JOINED"
    PERSON_REMOVED = "PERSON_REMOVED"
    PROPOSAL_CREATED = "PROPOSAL_CREATED"
    PROPOSAL_EDITED = "PROPOSAL_EDITED"
    PROPOSAL_REVIEWED = "PROPOSAL_REVIEWED"
    PROPOSAL_ACCEPTED = "PROPOSAL_ACCEPTED"
    PROPOSAL_DECLINED = "PROPOSAL_DECLINED"
    PROPOSAL_WITHDRAWN = "PROPOSAL_WITHDRAWN"
    PROPOSAL_MARKED_STALE = "PROPOSAL_MARKED_STALE"
    PROPOSAL_EXPIRED = "PROPOSAL_EXPIRED"
    REVIEW_RULE_SET = "REVIEW_RULE_SET"
    REVISION_REVERTED = "REVISION_REVERTED"
    THREAD_REOPENED = "THREAD_REOPENED"
    THREAD_RESOLVED = "THREAD_RESOLVED"
    WATCH_STARTED = "WATCH_STARTED"
    WATCH_CHANGED = "WATCH_CHANGED"
    WATCH_ENDED = "WATCH_ENDED"
    WEBHOOK_CHANGED = "WEBHOOK_CHANGED"


# What somebody does for themselves alone: nobody else is ever told.
UNTOLD = frozenset({EventKind.WATCH_STARTED, EventKind.WATCH_CHANGED, EventKind.WATCH_ENDED})


class PublicEventKind(StrEnum):
    """The kinds of event that everybody may hear of, by the names that they have in `EventKind`."""

    CATALOGUE_IMPORTED = "CATALOGUE_IMPORTED"
    COMMENT_WRITTEN = "COMMENT_WRITTEN"
    PROPOSAL_CREATED = "PROPOSAL_CREATED"
    PROPOSAL_EDITED = "PROPOSAL_EDITED"
    PROPOSAL_REVIEWED = "PROPOSAL_REVIEWED"
    PROPOSAL_ACCEPTED = "PROPOSAL_ACCEPTED"
    PROPOSAL_DECLINED = "PROPOSAL_DECLINED"
    PROPOSAL_WITHDRAWN = "PROPOSAL_WITHDRAWN"
    PROPOSAL_MARKED_STALE = "PROPOSAL_MARKED_STALE"
    PROPOSAL_EXPIRED = "PROPOSAL_EXPIRED"
    REVISION_REVERTED = "REVISION_REVERTED"


class Event(Table, table=True):
    """One fact, with who did it and to what. `fanned_out_at` is empty until everybody who should hear is known.

    One act may be several facts: accepting a change set is one for each skill. `part_of_id` then names the first.
    """

    __tablename__ = "event"
    __table_args__ = (
        sa.Index("ix_event__waiting", "id", postgresql_where=sa.text("fanned_out_at IS NULL")),
        sa.Index("ix_event__skill_id_id", "skill_id", "id"),
        sa.Index("ix_event__part_of_id", "part_of_id", postgresql_where=sa.text("part_of_id IS NOT NULL")),
    )

    id: int = Field(default=None, primary_key=True, sa_type=sa.BigInteger)
    kind: EventKind = Field(sa_type=enum_column_type(EventKind, "kind"))
    happened_at: datetime = Field(sa_type=timestamp_type)
    actor_id: int | None = Field(
        default=None, foreign_key="person.id", sa_type=sa.BigInteger, ondelete="SET NULL"
    )
    skill_id: int | None = Field(
        default=None, foreign_key="skill.id", sa_type=sa.BigInteger, ondelete="SET NULL"
    )
    proposal_id: int | None = Field(
        default=None, foreign_key="proposal.id", sa_type=sa.BigInteger, ondelete="SET NULL"
    )
    part_of_id: int | None = Field(
        default=None, foreign_key="event.id", sa_type=sa.BigInteger, ondelete="CASCADE"
    )
    comment_id: int | None = Field(
        default=None, foreign_key="comment.id", sa_type=sa.BigInteger, ondelete="SET NULL"
    )
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    # The last person who has been told, while an event is told batch by batch.
    fanned_out_to: int | None = Field(default=None, sa_type=sa.BigInteger)
    fanned_out_at: datetime | None = Field(default=None, sa_type=timestamp_type)


class Publication(Table, table=True):
    """The place of a public event in the order in which all hear of them; empty until it is published.

    Ids follow the order in which transactions began to write, so one that is lower may become visible later. A
    position is given afterwards, to what can be seen, by one publisher at a time (`service.news`): whoever has read
    up to one has missed nothing before it. It stands in a table of its own, where no lock on the event holds it up.
    `skill_ids` are all the skills that the event is about; of those removed since, too.
    """

    __tablename__ = "publication"
    __table_args__ = (
        sa.Index("ix_publication__waiting", "event_id", postgresql_where=sa.text("position IS NULL")),
        sa.Index("ix_publication__skill_ids", "skill_ids", postgresql_using="gin"),
    )

    event_id: int = Field(primary_key=True, foreign_key="event.id", sa_type=sa.BigInteger, ondelete="CASCADE")
    position: int | None = Field(default=None, unique=True, sa_type=sa.BigInteger)
    skill_ids: list[int] = Field(default_factory=list, sa_type=ARRAY(sa.BigInteger))
