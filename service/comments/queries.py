"""Reading comments in order to write them. What their readers see comes from `sources.py`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.activity.models import Event, EventKind
from service.comments import markdown, rules
from service.comments.markdown import Rendered
from service.comments.models import Comment, CommentVersion, DiscussionLock, Reaction, ReactionKind
from service.people.models import Person
from service.people.trust import Gate


@dataclass(frozen=True)
class Place:
    """The columns of a comment that say what it is about."""

    skill_id: int
    role_id: int | None = None
    level_id: int | None = None
    proposal_id: int | None = None
    thread_id: int | None = None


async def get_comment(
    session: AsyncSession, comment_id: int | None, *, by: Person, path: str = "commentId"
) -> Comment:
    """The comment, with its row lock held until the transaction ends.

    Raises:
        CommentNotFound: there is none that the person may see.
    """
    statement = select(Comment).where(col(Comment.id) == comment_id).with_for_update(key_share=True)
    comment = (
        await session.execute(statement.execution_options(populate_existing=True))
    ).scalar_one_or_none()
    if comment is None or not rules.can_see(comment, by):
        raise rules.CommentNotFound(path)
    return comment


async def get_first(
    session: AsyncSession, comment_id: int | None, *, by: Person, path: str = "commentId"
) -> Comment:
    """The first comment of the thread in which the comment stands, with its row lock held.

    Raises:
        CommentNotFound: there is none that the person may see.
    """
    comment = await get_comment(session, comment_id, by=by, path=path)
    return (
        comment
        if comment.thread_id is None
        else await get_comment(session, comment.thread_id, by=by, path=path)
    )


async def find_comment_by_key(session: AsyncSession, author_id: int, key: str) -> Comment | None:
    """What the person has said under the idempotency key."""
    statement = select(Comment).where(
        col(Comment.author_id) == author_id, col(Comment.idempotency_key) == key
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def first_body(session: AsyncSession, comment: Comment) -> str:
    """The text of a comment as it was written at first."""
    statement = select(CommentVersion.body).where(col(CommentVersion.comment_id) == comment.id)
    earliest = statement.order_by(col(CommentVersion.number)).limit(1)
    found = (await session.execute(earliest)).scalar_one_or_none()
    return comment.body if found is None else found


async def number_of_versions(session: AsyncSession, comment_id: int) -> int:
    """How many earlier texts the comment has."""
    statement = sa.select(sa.func.count()).where(col(CommentVersion.comment_id) == comment_id)
    return int((await session.execute(statement)).scalar_one())


async def comments_since(
    session: AsyncSession, since: datetime, *, person_id: int
) -> tuple[int, datetime | None]:
    """How many comments the person has written after the time, and when the first of them."""
    statement = sa.select(sa.func.count(), sa.func.min(col(Comment.created_at))).where(
        col(Comment.author_id) == person_id, col(Comment.created_at) > since
    )
    count, first_at = (await session.execute(statement)).one()
    return count, first_at


async def is_locked(session: AsyncSession, place: Place) -> bool:
    """Whether nobody but moderators writes there: about the subject, or about the whole skill that it belongs to."""
    own = (place.role_id, place.level_id, place.proposal_id)
    columns = (col(DiscussionLock.role_id), col(DiscussionLock.level_id), col(DiscussionLock.proposal_id))
    of_subject = sa.and_(
        *(column.is_not_distinct_from(value) for column, value in zip(columns, own, strict=True))
    )
    of_skill = sa.and_(sa.literal(place.proposal_id is None), *(column.is_(None) for column in columns))
    lock = sa.select(sa.literal(1)).where(
        col(DiscussionLock.skill_id) == place.skill_id, sa.or_(of_subject, of_skill)
    )
    return (await session.execute(lock.limit(1))).scalar_one_or_none() is not None


async def locked_by_subject(
    session: AsyncSession, subjects: Collection[tuple[str, int]]
) -> dict[tuple[str, int], bool]:
    """Whether the whole discussion is locked of each skill and proposal: `("skill_id", 1)` or `("proposal_id", 1)`."""
    wanted: dict[str, list[int]] = {"skill_id": [], "proposal_id": []}
    for name, key in subjects:
        wanted[name].append(key)
    of_skill = sa.and_(
        col(DiscussionLock.skill_id).in_(wanted["skill_id"]), col(DiscussionLock.proposal_id).is_(None)
    )
    of_proposal = col(DiscussionLock.proposal_id).in_(wanted["proposal_id"])
    statement = sa.select(col(DiscussionLock.skill_id), col(DiscussionLock.proposal_id)).where(
        col(DiscussionLock.role_id).is_(None), sa.or_(of_skill, of_proposal)
    )
    locked = {
        ("skill_id", row.skill_id) if row.proposal_id is None else ("proposal_id", row.proposal_id)
        for row in await session.execute(statement)
    }
    return {subject: subject in locked for subject in subjects}


async def locked_by_place(
    session: AsyncSession, places: Collection[tuple[int, int, int]]
) -> dict[tuple[int, int, int], bool]:
    """Whether nobody but moderators writes about each requirement, by its skill, role and level: the same as
    `is_locked`, of many."""
    skills = {skill_id for skill_id, _, _ in places}
    statement = sa.select(
        col(DiscussionLock.skill_id), col(DiscussionLock.role_id), col(DiscussionLock.level_id)
    ).where(col(DiscussionLock.skill_id).in_(skills), col(DiscussionLock.proposal_id).is_(None))
    locked = {tuple(row) for row in await session.execute(statement)}
    return {place: place in locked or (place[0], None, None) in locked for place in places}


async def people_among(session: AsyncSession, ids: Collection[int]) -> set[int]:
    """Which of the ids are those of people."""
    statement = sa.select(col(Person.id)).where(col(Person.id).in_(ids))
    return set((await session.execute(statement)).scalars()) if ids else set()


async def bodies_by_id(session: AsyncSession, ids: Collection[int]) -> dict[int, str]:
    """The texts of comments, hidden and deleted ones included: for moderators alone."""
    statement = sa.select(col(Comment.id), col(Comment.body)).where(col(Comment.id).in_(ids))
    return dict((await session.execute(statement)).all())


def is_public() -> sa.ColumnElement[bool]:
    """Whether everybody may read the text of a row of comments."""
    return sa.and_(
        col(Comment.gate) == Gate.OPEN, col(Comment.deleted_at).is_(None), col(Comment.hidden_at).is_(None)
    )


async def called_before(session: AsyncSession, comment_id: int) -> set[int] | None:
    """Whom the comment has called by name in what was told of it; None where nothing has been told yet."""
    told = (EventKind.COMMENT_WRITTEN, EventKind.COMMENT_EDITED)
    statement = sa.select(col(Event.payload)).where(
        col(Event.comment_id) == comment_id, col(Event.kind).in_(told)
    )
    payloads = list((await session.execute(statement)).scalars())
    return {key for payload in payloads for key in payload.get("mentioned", [])} if payloads else None


async def text_of(session: AsyncSession, comment: Comment) -> str:
    """What the comment says, as plain text with the names that the mentioned people bear now."""
    statement = sa.select(col(Person.id), col(Person.name)).where(col(Person.id).in_(comment.mentions))
    names = dict((await session.execute(statement)).all()) if comment.mentions else {}
    return markdown.as_text(comment.body, Rendered(tuple(comment.html), tuple(comment.mentions)), names)


async def reactions_by_comment(
    session: AsyncSession, ids: Collection[int], *, person_id: int
) -> dict[int, list[ReactionKind]]:
    """The person's own reactions to each of the comments."""
    statement = sa.select(col(Reaction.comment_id), col(Reaction.kind)).where(
        col(Reaction.comment_id).in_(ids), col(Reaction.person_id) == person_id
    )
    own: dict[int, list[ReactionKind]] = {key: [] for key in ids}
    for comment_id, kind in (await session.execute(statement)).all():
        own[comment_id].append(kind)
    return {key: sorted(kinds, key=list(ReactionKind).index) for key, kinds in own.items()}
