"""Telling of comments: which Events there are, who then hears of what follows, and whose pages look different."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from service.activity import actions as activity
from service.activity.announcements import announce
from service.activity.models import EventKind
from service.comments import queries
from service.comments.models import Comment
from service.people.trust import Gate
from service.proposals.queries import get_proposal, skills_touched
from service.proposals.records import go_on
from service.watches import actions as watches
from service.watches.models import WatchReason


async def record_written(session: AsyncSession, comment: Comment, *, at: datetime) -> None:
    """Tell of a comment once everybody may see it: when it is written, or when a moderator lets it through.

    One that was told of before an edit let it wait is told to those alone whom it newly calls by name.
    """
    before = await queries.called_before(session, comment.id)
    if before is not None:
        await record_edited(session, comment, before, at=at)
        return
    if comment.proposal_id is not None:
        await go_on(session, comment.proposal_id, at=at)
    called = await _called_now(session, comment)
    await _let_hear(session, comment, called, at=at)
    await record(session, EventKind.COMMENT_WRITTEN, comment, by=comment.author_id, at=at, mentioned=called)


async def record_edited(
    session: AsyncSession, comment: Comment, before: Collection[int], *, at: datetime
) -> None:
    """Tell those alone whom a new text calls by name, and the one before did not."""
    called = sorted(set(await _called_now(session, comment)) - set(before))
    await _let_hear(session, comment, called, at=at)
    await record(session, EventKind.COMMENT_EDITED, comment, by=comment.author_id, at=at, mentioned=called)


async def _called_now(session: AsyncSession, comment: Comment) -> list[int]:
    """Whom the comment calls by name; nobody to a proposal that not everybody may see."""
    return called_in(comment) if await _is_public(session, comment) else []


async def _let_hear(session: AsyncSession, comment: Comment, called: list[int], *, at: datetime) -> None:
    """Begin a watch for whoever speaks and for those called by name, but for those who have had one there."""
    subject = (
        watches.Subject("skill_id", comment.skill_id)
        if comment.proposal_id is None
        else watches.Subject("proposal_id", comment.proposal_id)
    )
    speaking = called if comment.author_id is None else [*called, comment.author_id]
    # What has waited for a moderator may name somebody who has gone since.
    for person_id in sorted(await queries.people_among(session, speaking)):
        reason = WatchReason.COMMENTED if person_id == comment.author_id else WatchReason.MENTIONED
        await watches.join(session, subject, by=person_id, at=at, reason=reason)


def called_in(comment: Comment) -> list[int]:
    """Whom the comment calls by name, but for its own author."""
    return sorted(set(comment.mentions) - {comment.author_id})


async def record(
    session: AsyncSession, kind: EventKind, comment: Comment, *, by: int | None, at: datetime, **payload: Any
) -> None:
    """Write the Event of what was done to the comment.

    Of one on a proposal that not everybody may see nothing is published: those alone hear of it who see the proposal.
    """
    await activity.record(
        session,
        kind,
        at=at,
        actor_id=by,
        skill_id=comment.skill_id,
        proposal_id=comment.proposal_id,
        comment_id=comment.id,
        is_public=await _is_public(session, comment),
        **payload,
    )
    await announce_comment(session, comment)


async def _is_public(session: AsyncSession, comment: Comment) -> bool:
    """Whether everybody may see what the comment is about."""
    if comment.proposal_id is None:
        return True
    return (await get_proposal(session, comment.proposal_id)).gate is Gate.OPEN


async def announce_comment(session: AsyncSession, comment: Comment) -> None:
    """Let the pages on which the comment stands be read anew: those of all skills that its proposal touches."""
    touched = [comment.skill_id]
    if comment.proposal_id is not None:
        touched = await skills_touched(session, await get_proposal(session, comment.proposal_id))
    await announce(session, touched)
