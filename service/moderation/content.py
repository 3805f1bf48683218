"""What moderators show and hide: a comment or a proposal, by one way to both."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity.announcements import announce
from service.activity.models import EventKind
from service.comments import telling
from service.comments.models import Comment
from service.comments.queries import get_comment
from service.moderation import rules
from service.moderation.models import Report
from service.people.models import Person
from service.people.trust import Gate
from service.proposals import records
from service.proposals.models import Proposal
from service.proposals.queries import get_proposal, skills_touched
from service.proposals.rules import can_see


@dataclass(frozen=True)
class Subject:
    """A comment or a proposal, by its row; neither is an id of nothing."""

    comment_id: int | None = None
    proposal_id: int | None = None


Content = Comment | Proposal


async def get_content(session: AsyncSession, subject: Subject, *, by: Person) -> Content:
    """The comment or proposal that the person sees, with its row lock held until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    if subject.comment_id is not None:
        return await get_comment(session, subject.comment_id, by=by, path="subjectId")
    if subject.proposal_id is None:
        raise rules.ContentNotFound
    proposal = await get_proposal(session, subject.proposal_id, lock=True)
    if proposal.gate is not Gate.OPEN and not can_see(proposal, by):
        raise rules.ContentNotFound
    return proposal


async def settle_reports(session: AsyncSession, subject: Subject, *, at: datetime) -> None:
    """A moderator has looked at what was reported."""
    is_about = sa.and_(
        col(Report.comment_id).is_not_distinct_from(subject.comment_id),
        col(Report.proposal_id).is_not_distinct_from(subject.proposal_id),
    )
    await session.execute(
        sa.update(Report).where(is_about, col(Report.settled_at).is_(None)).values(settled_at=at)
    )


async def tell(session: AsyncSession, content: Content, *, at: datetime) -> None:
    """Record that something was written, now that everybody may see it."""
    if isinstance(content, Comment):
        await telling.record_written(session, content, at=at)
    else:
        author = await session.get(Person, content.author_id) if content.author_id else None
        await records.record(session, EventKind.PROPOSAL_CREATED, content, by=author, at=at)


async def announce_content(session: AsyncSession, content: Content) -> None:
    """Let the pages on which it stands be read anew."""
    await session.flush()
    if isinstance(content, Comment):
        await telling.announce_comment(session, content)
    else:
        await announce(session, await skills_touched(session, content))
