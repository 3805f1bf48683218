"""What people say. Each action checks, changes, records and returns; the caller's transaction commits."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity.models import EventKind
from service.comments import markdown, queries, rules, telling
from service.comments.markdown import Rendered
from service.comments.models import Comment, CommentVersion, Reaction, ReactionKind
from service.comments.places import Subject, place_of
from service.comments.queries import Place
from service.people import trust
from service.people.models import Person
from service.people.queries import lock_person
from service.people.rules import is_moderator
from service.people.trust import Gate
from service.proposals.queries import get_proposal


async def add_comment(
    session: AsyncSession,
    *,
    by: Person,
    about: Subject,
    body: str,
    people: Mapping[str, int],
    at: datetime,
    idempotency_key: str | None = None,
) -> Comment:
    """Say something about a skill, a requirement or a proposal, or answer what was said.

    `people` are the rows of those whom the body mentions, by the ids that stand in it. The same idempotency key gives
    the same comment back.

    Raises:
        NotFound, InvalidInput, Conflict: see `service.comments.rules`.
    """
    text = rules.clean_body(body)
    rules.ensure_key(idempotency_key)
    # The lock makes two requests with one key take turns.
    await lock_person(session, by.id)
    place = await place_of(session, about, by=by)
    if idempotency_key is not None:
        earlier = await queries.find_comment_by_key(session, by.id, idempotency_key)
        if earlier is not None:
            return await _same_again(session, earlier, place, text)
    await _ensure_may_write(session, place, by=by, at=at)
    comment = Comment(
        **vars(place),
        author_id=by.id,
        body=text,
        html=[text],
        gate=trust.gate_for(by, [text], at=at),
        created_at=at,
        idempotency_key=idempotency_key,
    )
    _write(comment, text, await _rendered(session, text, people))
    session.add(comment)
    await session.flush()
    if comment.gate is Gate.OPEN:
        await telling.record_written(session, comment, at=at)
    return comment


async def _ensure_may_write(session: AsyncSession, place: Place, *, by: Person, at: datetime) -> None:
    if not is_moderator(by) and await queries.is_locked(session, place):
        raise rules.DiscussionLocked
    written = await queries.comments_since(session, at - trust.HOUR, person_id=by.id)
    trust.ensure_not_too_often(trust.COMMENTS, by, *written, at=at)


async def edit_comment(
    session: AsyncSession,
    comment_id: int | None,
    *,
    by: Person,
    body: str,
    people: Mapping[str, int],
    at: datetime,
) -> Comment:
    """Give one's own comment a new text; the earlier one is kept. The same text again changes nothing.

    Raises:
        NotFound, NotAllowed, InvalidInput, Conflict: see `service.comments.rules`.
    """
    text = rules.clean_body(body)
    comment = await queries.get_comment(session, comment_id, by=by)
    rules.ensure_can_edit(comment, by)
    if text == comment.body:
        return comment
    number = await queries.number_of_versions(session, comment.id)
    rules.ensure_can_edit_again(number)
    earlier = CommentVersion(
        comment_id=comment.id,
        number=number + 1,
        body=comment.body,
        written_at=comment.edited_at or comment.created_at,
    )
    session.add(earlier)
    before = telling.called_in(comment)
    _write(comment, text, await _rendered(session, text, people))
    comment.edited_at = at
    # An edit brings no link in by the back door.
    if comment.gate is Gate.OPEN:
        comment.gate = trust.gate_for(by, [text], at=at)
    if comment.gate is Gate.OPEN:
        await telling.record_edited(session, comment, before, at=at)
    else:
        await telling.announce_comment(session, comment)
    return comment


async def delete_comment(
    session: AsyncSession, comment_id: int | None, *, by: Person, at: datetime
) -> Comment:
    """Take one's own comment back: its text is gone for all but moderators, its place in the thread stays.

    Raises:
        NotFound, NotAllowed: see `service.comments.rules`.
    """
    comment = await queries.get_comment(session, comment_id, by=by)
    rules.ensure_is_author(comment, by)
    if comment.deleted_at is None:
        comment.deleted_at = at
        await telling.record(session, EventKind.COMMENT_DELETED, comment, by=by.id, at=at)
    return comment


async def resolve_thread(
    session: AsyncSession, comment_id: int | None, *, by: Person, at: datetime
) -> Comment:
    """Mark the thread of a comment as settled; its first comment.

    Raises:
        NotFound, NotAllowed, Conflict: see `service.comments.rules`.
    """
    first = await _settled(session, comment_id, by=by)
    if first.resolved_at is None:
        first.resolved_at, first.resolved_by_id = at, by.id
        await telling.record(session, EventKind.THREAD_RESOLVED, first, by=by.id, at=at)
    return first


async def reopen_thread(
    session: AsyncSession, comment_id: int | None, *, by: Person, at: datetime
) -> Comment:
    """Mark the thread of a comment as not settled after all; its first comment.

    Raises:
        NotFound, NotAllowed, Conflict: see `service.comments.rules`.
    """
    first = await _settled(session, comment_id, by=by)
    if first.resolved_at is not None:
        first.resolved_at = first.resolved_by_id = None
        await telling.record(session, EventKind.THREAD_REOPENED, first, by=by.id, at=at)
    return first


async def add_reaction(
    session: AsyncSession, comment_id: int | None, kind: ReactionKind, *, by: Person, at: datetime
) -> Comment:
    """React to a comment in one way more; once, however often it is said.

    Raises:
        NotFound, Conflict: see `service.comments.rules`.
    """
    comment = await queries.get_comment(session, comment_id, by=by)
    rules.ensure_can_react(comment)
    reaction = insert(Reaction).values(comment_id=comment.id, kind=kind, person_id=by.id, created_at=at)
    await session.execute(reaction.on_conflict_do_nothing())
    await telling.announce_comment(session, comment)
    return comment


async def remove_reaction(
    session: AsyncSession, comment_id: int | None, kind: ReactionKind, *, by: Person
) -> Comment:
    """Take a reaction back, where there is one.

    Raises:
        NotFound: there is no such comment.
    """
    comment = await queries.get_comment(session, comment_id, by=by)
    own = sa.delete(Reaction).where(
        col(Reaction.comment_id) == comment.id,
        col(Reaction.kind) == kind,
        col(Reaction.person_id) == by.id,
    )
    await session.execute(own)
    await telling.announce_comment(session, comment)
    return comment


def _write(comment: Comment, text: str, rendered: Rendered) -> None:
    comment.body = text
    comment.html, comment.mentions = list(rendered.pieces), list(rendered.people)


async def _settled(session: AsyncSession, comment_id: int | None, *, by: Person) -> Comment:
    first = await queries.get_first(session, comment_id, by=by)
    proposal = None if first.proposal_id is None else await get_proposal(session, first.proposal_id)
    rules.ensure_can_settle(first, by, proposal)
    return first


async def _rendered(session: AsyncSession, body: str, people: Mapping[str, int]) -> Rendered:
    """The body as safe HTML, with those of the people who are there.

    Raises:
        InvalidInput: too many are mentioned.
    """
    rules.ensure_mentions(len(set(people.values())))
    present = await queries.people_among(session, set(people.values()))
    return markdown.render(body, {token: key for token, key in people.items() if key in present})


async def _same_again(session: AsyncSession, earlier: Comment, place: Place, body: str) -> Comment:
    """The comment that the key made before, if it is the same one."""
    if Place(**{name: getattr(earlier, name) for name in vars(place)}) != place:
        raise rules.CommentKeyReused
    if await queries.first_body(session, earlier) != body:
        raise rules.CommentKeyReused
    return earlier
