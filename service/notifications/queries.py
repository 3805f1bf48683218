"""Reading notifications: what waits, and what a mail has to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.activity.models import Event, EventKind
from service.activity.queries import act_of
from service.catalogue.content import Change, Place, change_from_json
from service.catalogue.models import Skill
from service.catalogue.queries import names_of_places, skills_by_id
from service.database import Select
from service.notifications.kinds import KINDS
from service.notifications.models import Mail, MailState, Notification
from service.people.models import Person
from service.proposals import queries as proposal_queries
from service.proposals.models import Proposal, Verdict
from service.watches.models import Watch, WatchReason

_EDITED = "The reviewer changed the text before accepting it; the author's own stays readable."
_VERDICTS = {Verdict.APPROVE: "Approved.", Verdict.REQUEST_CHANGES: "Changes requested."}
_WAITING = (MailState.QUEUED, MailState.DEFERRED)


@dataclass(frozen=True)
class ToldChange:
    """One field, old and new, in the words of the page; None where it was not there, or is not any more."""

    place: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class MailFacts:
    """All that the mail of a notification tells. `kind` names the mail's templates, `number` the proposal, if any."""

    kind: str
    event_id: int
    happened_at: datetime
    recipient_id: int
    recipient_name: str
    recipient_address: str
    reason: WatchReason
    watch_id: int
    watches_proposal: bool
    skill_id: int
    skill_name: str
    skill_slug: str
    number: int | None
    title: str
    author_name: str
    actor_name: str
    note: str
    changes: tuple[ToldChange, ...]


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


async def mail_facts(session: AsyncSession, mail: Mail) -> MailFacts:
    """What the mail tells, read anew from the event and the rows that it names."""
    author, actor = aliased(Person), aliased(Person)
    statement: Select = (
        sa.select(Notification, Event, Person, Watch, Skill, Proposal, col(author.name), col(actor.name))
        .join(Event, col(Event.id) == col(Notification.event_id))
        .join(Person, col(Person.id) == col(Notification.person_id))
        .join(Watch, col(Watch.id) == col(Notification.watch_id))
        .join(Skill, col(Skill.id) == col(Event.skill_id))
        .outerjoin(Proposal, col(Proposal.id) == col(Event.proposal_id))
        .outerjoin(author, col(author.id) == col(Proposal.author_id))
        .outerjoin(actor, col(actor.id) == col(Event.actor_id))
        .where(col(Notification.id) == mail.notification_id)
    )
    row = (await session.execute(statement)).one()
    notification, event, person, watch, skill, proposal, author_name, actor_name = row
    return MailFacts(
        kind=KINDS[event.kind].template,
        event_id=event.id,
        happened_at=event.happened_at,
        recipient_id=person.id,
        recipient_name=person.name,
        recipient_address=person.email,
        reason=notification.reason,
        watch_id=watch.id,
        watches_proposal=watch.proposal_id is not None,
        skill_id=skill.id,
        skill_name=skill.name,
        skill_slug=skill.slug,
        number=None if proposal is None else proposal.id,
        title=_title(event, proposal),
        author_name=author_name or "somebody",
        actor_name=actor_name or "somebody",
        note=_note(event, proposal),
        changes=await _told_changes(session, event, proposal),
    )


def _title(event: Event, proposal: Proposal | None) -> str:
    """What the mail is about, in a line: the proposal, or else the revision that was taken back."""
    return f"Revision {event.payload['reverts']}" if proposal is None else proposal.title


def _note(event: Event, proposal: Proposal | None) -> str:
    """The words that go with the event: of whoever took it back, reviewed, declined or else proposed it."""
    if proposal is None or event.kind is EventKind.REVISION_REVERTED:
        return str(event.payload["reason"])
    if event.payload.get("is_edited"):
        return f"{_EDITED} {proposal.reason}".strip()
    if event.kind is EventKind.PROPOSAL_REVIEWED:
        return f"{_VERDICTS[event.payload['verdict']]} {event.payload['text']}".strip()
    return (proposal.decision_reason if event.kind is EventKind.PROPOSAL_DECLINED else proposal.reason) or ""


async def _told_changes(
    session: AsyncSession, event: Event, proposal: Proposal | None
) -> tuple[ToldChange, ...]:
    """What was applied, where the event says so; else what was proposed. Of several skills, each is named."""
    by_skill = await _changes_by_skill(session, event, proposal)
    skills = await skills_by_id(session, by_skill.keys())
    places = [change.place for changes in by_skill.values() for change in changes]
    names = await names_of_places(session, places)
    return tuple(
        ToldChange(
            place=_told_place(skills[skill_id].name if len(skills) > 1 else "", names, change.place),
            field=edit.field.removesuffix("_id").replace("_", " "),
            before=_as_line(edit.before),
            after=_as_line(edit.after),
        )
        for skill_id, changes in by_skill.items()
        for change in changes
        for edit in change.fields
    )


async def _changes_by_skill(
    session: AsyncSession, event: Event, proposal: Proposal | None
) -> dict[int, Sequence[Change]]:
    if "changes" not in event.payload and proposal is not None:
        parts = await proposal_queries.parts_of(session, proposal)
        return {part.skill_id: part.changes for part in parts}
    return {
        each.skill_id: [change_from_json(document) for document in each.payload["changes"]]
        for each in await act_of(session, event)
        if each.skill_id is not None
    }


def _told_place(skill_name: str, names: Mapping[Place | None, str], place: Place | None) -> str:
    """Role and level, nothing for the skill itself; after the skill's name where one is given."""
    return ": ".join(part for part in (skill_name, "" if place is None else names[place]) if part)


def _as_line(value: Any) -> str | None:
    if value is None:
        return None
    return ", ".join(value) if isinstance(value, list) else str(value)
