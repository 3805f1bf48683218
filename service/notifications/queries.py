"""Reading notifications: what waits, and what a mail has to say."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity.models import Event
from service.activity.queries import act_of
from service.catalogue.content import Change, change_from_json
from service.comments.models import Comment
from service.comments.queries import is_public
from service.notifications.models import Mail, MailSettings, MailState
from service.proposals import queries as proposal_queries
from service.proposals.models import Proposal

_WAITING = (MailState.QUEUED, MailState.DEFERRED)


async def events_waiting(session: AsyncSession, *, limit: int) -> list[int]:
    """The oldest events that have not been told, by id."""
    statement = sa.select(col(Event.id)).where(col(Event.fanned_out_at).is_(None)).order_by(col(Event.id))
    return list((await session.execute(statement.limit(limit))).scalars())


async def mails_due(session: AsyncSession, *, at: datetime, limit: int) -> list[int]:
    """The mails that are due, the longest waiting first, by id."""
    statement = (
        sa.select(col(Mail.id))
        .where(col(Mail.state).in_(_WAITING), col(Mail.due_at) <= at)
        .order_by(col(Mail.due_at), col(Mail.id))
        .limit(limit)
    )
    return list((await session.execute(statement)).scalars())


async def settings_by_person(session: AsyncSession, ids: Collection[int]) -> dict[int, MailSettings]:
    """How each of the people wants mail; the defaults for those who have never said."""
    rows = await session.execute(sa.select(MailSettings).where(col(MailSettings.person_id).in_(ids)))
    found = {settings.person_id: settings for settings in rows.scalars()}
    return {key: found.get(key) or MailSettings(person_id=key) for key in ids}


async def knows_time_zone(session: AsyncSession, name: str) -> bool:
    """Whether PostgreSQL, by whose clock digests go, knows the time zone."""
    zones = sa.table("pg_timezone_names", sa.column("name"))
    return bool((await session.execute(sa.select(sa.exists().where(zones.c.name == name)))).scalar_one())


async def is_withheld(session: AsyncSession, event: Event) -> bool:
    """Whether the event is about a comment that not everybody may read any more."""
    if event.comment_id is None:
        return False
    comment = sa.select(sa.not_(is_public())).where(col(Comment.id) == event.comment_id)
    return bool((await session.execute(comment)).scalar_one_or_none())


async def changes_by_skill(
    session: AsyncSession, event: Event, proposal: Proposal | None
) -> dict[int, Sequence[Change]]:
    if "changes" not in event.payload and proposal is not None:
        parts = await proposal_queries.parts_of(session, proposal)
        return {part.skill_id: part.changes for part in parts}
    return {
        each.skill_id: [change_from_json(document) for document in each.payload.get("changes", [])]
        for each in await act_of(session, event)
        if each.skill_id is not None
    }
