"""Beginning, changing and ending watches. All may be done twice: the second time changes nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.activity import actions as activity
from service.activity.announcements import announce
from service.activity.models import EventKind
from service.prepared import Prepared
from service.watches import queries, rules
from service.watches.models import SUBJECTS, Watch, WatchEvent, WatchFrequency, WatchReason
from service.watches.rules import Choices

# Watches that one sweep ends because their time is over.
_BATCH = 500
# A proposal's rooms are above this one, and so are its models.
_SKILLS_OF_PROPOSAL = Prepared(
    sa.text(
        "SELECT skill.skill_id FROM proposal JOIN proposal_skill skill"
        " ON skill.proposal_id = proposal.id AND skill.version = proposal.version WHERE proposal.id = :id"
    )
)
# Made once, for each column of a subject: to put a statement together takes longer than to run it.
_BEGUN_WITH = ("person_id", "reason", "events", "frequency", "is_muted", "only_own_levels", "created_at")
_BEGUN = {
    subject: Prepared(
        insert(Watch.__table__).on_conflict_do_nothing().returning(col(Watch.id)),  # type: ignore[attr-defined]
        (*_BEGUN_WITH, subject),
    )
    for subject in SUBJECTS
}
_PRESENT = {
    subject: select(Watch)
    .where(
        getattr(Watch, subject) == sa.bindparam("subject_id"),
        col(Watch.person_id) == sa.bindparam("of_person"),
    )
    .with_for_update()
    .execution_options(populate_existing=True)
    for subject in SUBJECTS
}

# Those of the people who have not watched the proposal before begin to; the reason of the others becomes the stronger.
_ASK = Prepared(
    sa.text(
        """
    WITH begun AS (
      INSERT INTO watch (person_id, proposal_id, reason, events, frequency, is_muted, only_own_levels, created_at)
      SELECT person_id, CAST(:proposal_id AS bigint), CAST(:reason AS text), CAST(:events AS text[]),
        CAST(:frequency AS text), FALSE, FALSE, CAST(:at AS timestamptz)
      FROM unnest(CAST(:people AS bigint[])) AS asked (person_id)
      ORDER BY person_id
      ON CONFLICT DO NOTHING
      RETURNING person_id
    ), strengthened AS (
      UPDATE watch SET reason = CAST(:reason AS text)
      WHERE proposal_id = CAST(:proposal_id AS bigint) AND person_id = ANY(CAST(:people AS bigint[]))
        AND reason = ANY(CAST(:weaker AS text[]))
    )
    SELECT person_id FROM begun ORDER BY person_id
    """
    ).columns(sa.column("person_id", sa.BigInteger))
)


@dataclass(frozen=True)
class Subject:
    """What is watched: the watch's column (one of `SUBJECTS`) and the row's id."""

    column: str
    id: int


async def watch(
    session: AsyncSession, subject: Subject, *, by: int, at: datetime, choices: Choices | None = None
) -> Watch:
    """The person's watch on the subject, begun now unless there was one already, with these choices.

    Raises:
        InvalidInput: see `service.watches.rules`.
        RateLimited: the person has begun as many as may be within an hour.
    """
    choices = choices or Choices()
    rules.ensure_choices(choices, at=at)
    await queries.take_turn(session, by)
    rules.ensure_can_watch_more(*await queries.watches_since(session, at - rules.HOUR, person_id=by))
    found, is_new = await _begun(session, subject, by=by, at=at, reason=WatchReason.WATCHING)
    is_resumed = _resume(found, at=at)
    before = found.model_dump()
    found.reason = rules.stronger(found.reason, WatchReason.WATCHING)
    for name, value in choices.items():
        setattr(found, name, value)
    rules.ensure_own_level(found.own_role_id, found.own_level_id, only_own_levels=found.only_own_levels)
    if is_new or is_resumed:
        await _record(session, EventKind.WATCH_STARTED, found, at=at)
    elif found.model_dump() != before:
        await _record(session, EventKind.WATCH_CHANGED, found, at=at)
    return found


async def join(
    session: AsyncSession, subject: Subject, *, by: int, at: datetime, reason: WatchReason
) -> Watch:
    """The watch that taking part begins: in a proposal by writing it or by judging it, by a comment, by being called.

    Somebody who has ended or muted their watch on it is left alone. The stronger reason stays, and the first comment
    of somebody who watches already adds comments to what the watch is about.
    """
    found, is_new = await _begun(session, subject, by=by, at=at, reason=reason)
    if is_new:
        await _record(session, EventKind.WATCH_STARTED, found, at=at)
    elif rules.stronger(found.reason, reason) is not found.reason:
        found.reason = reason
        if reason is WatchReason.COMMENTED and WatchEvent.COMMENTED not in found.events:
            found.events = [*found.events, WatchEvent.COMMENTED.value]
    return found


async def watch_own_proposal(session: AsyncSession, proposal_id: int, *, by: int, at: datetime) -> Watch:
    """The author's watch on a proposal, so that the author hears what becomes of it and may stop hearing."""
    subject = Subject("proposal_id", proposal_id)
    return await join(session, subject, by=by, at=at, reason=WatchReason.AUTHOR)


async def watch_reviewed_proposal(session: AsyncSession, proposal_id: int, *, by: int, at: datetime) -> Watch:
    """A reviewer's watch on a proposal, so that the reviewer hears when it says something else."""
    subject = Subject("proposal_id", proposal_id)
    return await join(session, subject, by=by, at=at, reason=WatchReason.REVIEWER)


async def watch_decided_proposal(session: AsyncSession, proposal_id: int, *, by: int, at: datetime) -> Watch:
    """The watch of whoever has decided on a proposal, so that they hear what is said of it afterwards."""
    subject = Subject("proposal_id", proposal_id)
    return await join(session, subject, by=by, at=at, reason=WatchReason.DECIDED)


async def ask_for_review(
    session: AsyncSession, proposal_id: int, people: Collection[int], *, at: datetime
) -> None:
    """A watch on the proposal for each of those who are asked to review it, so that they hear of it and may stop.

    For all in one statement, as `join` does it for one. Its author, who has one already, stays the author. Whoever asks
    announces the proposal, which has more watchers now.
    """
    if not people:
        return
    reason = WatchReason.REVIEW_REQUESTED
    begun = await _ASK.rows(
        session,
        proposal_id=proposal_id,
        people=list(people),
        reason=reason.value,
        weaker=[other.value for other in rules.weaker_than(reason)],
        events=rules.events_to_begin_with("proposal_id", reason),
        frequency=WatchFrequency.IMMEDIATELY.value,
        at=at,
    )
    await activity.record_of_each(
        session, EventKind.WATCH_STARTED, [row.person_id for row in begun], at=at, proposal_id=proposal_id
    )


async def unwatch(session: AsyncSession, subject: Subject, *, by: int, at: datetime) -> None:
    """End the person's watch on the subject, if there is one."""
    await _end(session, _is_on(subject), col(Watch.person_id) == by, at=at)


async def end_watch(session: AsyncSession, watch_id: int, *, at: datetime) -> None:
    """End a watch by its id, as an unsubscribe link does."""
    await _end(session, col(Watch.id) == watch_id, at=at)


async def end_expired(session: AsyncSession, *, at: datetime) -> int:
    """End watches whose time is over, a batch at most; returns how many."""
    expired = (
        sa.select(col(Watch.id))
        .where(col(Watch.expires_at) <= at, col(Watch.ended_at).is_(None))
        .limit(_BATCH)
        .with_for_update(skip_locked=True)
    )
    return await _end(session, col(Watch.id).in_(expired), at=at)


async def resume_watch(session: AsyncSession, watch_id: int, *, at: datetime) -> None:
    """Undo the end of a watch by its id, as the page behind an unsubscribe link offers."""
    statement = select(Watch).where(col(Watch.id) == watch_id).with_for_update()
    ended = (await session.execute(statement)).scalar_one_or_none()
    if ended is not None and _resume(ended, at=at):
        await _record(session, EventKind.WATCH_STARTED, ended, at=at)


async def change_frequency(
    session: AsyncSession, watch_id: int, frequency: WatchFrequency, *, at: datetime
) -> None:
    """Say by a watch's id how often its person hears, as the page behind a mail's link offers."""
    statement = (
        select(Watch).where(col(Watch.id) == watch_id, col(Watch.ended_at).is_(None)).with_for_update()
    )
    found = (await session.execute(statement)).scalar_one_or_none()
    if found is not None and found.frequency is not frequency:
        found.frequency = frequency
        await _record(session, EventKind.WATCH_CHANGED, found, at=at)


async def _begun(
    session: AsyncSession, subject: Subject, *, by: int, at: datetime, reason: WatchReason
) -> tuple[Watch, bool]:
    """The person's watch on the subject, locked, and whether there was none before."""
    events = rules.events_to_begin_with(subject.column, reason)
    row = Watch(person_id=by, reason=reason, events=events, created_at=at)
    setattr(row, subject.column, subject.id)
    begun = {name: getattr(row, name) for name in (*_BEGUN_WITH, subject.column)}
    is_new = await _BEGUN[subject.column].first(session, **begun) is not None
    present = {"subject_id": subject.id, "of_person": by}
    return (await session.execute(_PRESENT[subject.column], present)).scalar_one(), is_new


def _resume(found: Watch, *, at: datetime) -> bool:
    """Let an ended watch begin anew, as loud as at first; whether it had ended."""
    if found.ended_at is None:
        return False
    found.created_at, found.ended_at = at, None
    found.is_muted, found.snoozed_until, found.expires_at = False, None, None
    return True


async def _end(session: AsyncSession, *which: sa.ColumnElement[bool], at: datetime) -> int:
    statement = sa.update(Watch).where(*which, col(Watch.ended_at).is_(None)).values(ended_at=at)
    ended = list((await session.execute(statement.returning(Watch))).scalars())
    for found in ended:
        await _record(session, EventKind.WATCH_ENDED, found, at=at)
    return len(ended)


async def _record(session: AsyncSession, kind: EventKind, found: Watch, *, at: datetime) -> None:
    """The Event, and that the subject's number of watchers looks different."""
    others = {name: getattr(found, name) for name in SUBJECTS if name not in ("skill_id", "proposal_id")}
    await activity.record(
        session,
        kind,
        at=at,
        actor_id=found.person_id,
        skill_id=found.skill_id,
        proposal_id=found.proposal_id,
        **{name: value for name, value in others.items() if value is not None},
    )
    if found.proposal_id is not None:
        touched = await _SKILLS_OF_PROPOSAL.rows(session, id=found.proposal_id)
        await announce(session, [skill_id for (skill_id,) in touched])
    elif found.skill_id is None:
        await announce(session, None)


def _is_on(subject: Subject) -> sa.ColumnElement[bool]:
    column: sa.ColumnElement[int] = getattr(Watch, subject.column)
    return column == subject.id
