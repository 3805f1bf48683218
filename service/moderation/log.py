"""Writing the log of what was done to keep order. A line is never changed: it outlives what it tells of."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from service.moderation.models import AuditAction, AuditEntry


def log(
    session: AsyncSession, action: AuditAction, *, by: int, at: datetime, reason: str = "", **about: Any
) -> None:
    """Log an act in its own transaction; `about` names the person or text it was done to, and further `details`."""
    session.add(AuditEntry(action=action, actor_id=by, reason=reason, happened_at=at, **about))
