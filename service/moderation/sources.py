"""Where reports and the log come from: for moderators alone."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from service.comments.models import Comment
from service.database import Select
from service.moderation.models import AuditEntry, Report
from service.paging import Direction
from service.people.trust import Gate
from service.proposals.models import Proposal
from service.sources import Order, Source, Viewpoint, columns_of

OLDEST_FIRST = Order("oldest first", ("id",))
NEWEST_FIRST = Order("newest first", ("id",), Direction.DESC)


def _for_moderators(rows: Select, viewpoint: Viewpoint) -> Select:
    return rows.where(viewpoint.moderates())


REPORTS = Source(sa.select(*columns_of(Report)), seen=_for_moderators)
AUDIT = Source(sa.select(*columns_of(AuditEntry)), seen=_for_moderators)


def open_reports(rows: Select, _: Any = None) -> Select:
    """Those that no moderator has looked at."""
    return rows.where(col(Report.settled_at).is_(None))


def held_comments(rows: Select, _: Any = None) -> Select:
    """Comments that wait, and were not taken back meanwhile."""
    return rows.where(col(Comment.gate) == Gate.HELD, col(Comment.deleted_at).is_(None))


def held_proposals(rows: Select, _: Any = None) -> Select:
    """Open proposals that wait."""
    return rows.where(col(Proposal.gate) == Gate.HELD, col(Proposal.state) == "OPEN")
