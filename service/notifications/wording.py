"""What an event says, read anew from the rows that it names: the same to all who hear of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.activity.models import Event, EventKind
from service.catalogue.content import Place
from service.catalogue.models import Domain, Group, Skill
from service.catalogue.queries import names_of_places, skills_by_id
from service.comments.models import Comment
from service.comments.queries import text_of
from service.database import Select
from service.notifications.kinds import KINDS
from service.notifications.queries import changes_by_skill
from service.notifications.rules import ToldChange
from service.people.models import Person
from service.proposals.models import Proposal, Verdict
from service.watches.models import WatchEvent

_EDITED = "The reviewer changed the text before accepting it; the author's own stays readable."
_VERDICTS = {Verdict.APPROVE: "Approved.", Verdict.REQUEST_CHANGES: "Changes requested."}


@dataclass(frozen=True)
class EventFacts:
    """An event in words. `kind` names the mail's templates, `number` the proposal, if any."""

    kind: str
    event_id: int
    happened_at: datetime
    is_applied: bool
    domain_name: str
    skill_id: int
    skill_name: str
    skill_slug: str
    number: int | None
    title: str
    author_name: str
    actor_name: str
    note: str
    changes: tuple[ToldChange, ...]


async def events_in_words(session: AsyncSession, ids: Collection[int]) -> dict[int, EventFacts]:
    """Each of the events."""
    author, actor = aliased(Person), aliased(Person)
    statement: Select = (
        sa.select(
            *(Event, Skill, Proposal, Comment),
            col(author.name).label("author_name"),
            col(actor.name).label("actor_name"),
            col(Domain.name).label("domain_name"),
        )
        .join(Skill, col(Skill.id) == col(Event.skill_id))
        .join(Group, col(Group.id) == col(Skill.group_id))
        .join(Domain, col(Domain.id) == col(Group.domain_id))
        .outerjoin(Proposal, col(Proposal.id) == col(Event.proposal_id))
        .outerjoin(Comment, col(Comment.id) == col(Event.comment_id))
        .outerjoin(author, col(author.id) == col(Proposal.author_id))
        .outerjoin(actor, col(actor.id) == col(Event.actor_id))
        .where(col(Event.id).in_(ids))
    )
    rows = (await session.execute(statement)).all() if ids else []
    return {row.Event.id: await _in_words(session, row) for row in rows}


async def _in_words(session: AsyncSession, row: Any) -> EventFacts:
    event, skill, proposal, comment = row.Event, row.Skill, row.Proposal, row.Comment
    return EventFacts(
        kind=KINDS[event.kind].template,
        event_id=event.id,
        happened_at=event.happened_at,
        is_applied=WatchEvent.APPLIED in KINDS[event.kind].topics,
        domain_name=row.domain_name,
        skill_id=skill.id,
        skill_name=skill.name,
        skill_slug=skill.slug,
        number=None if proposal is None else proposal.id,
        title=await _title(session, event, proposal, comment),
        author_name=row.author_name or "somebody",
        actor_name=row.actor_name or "somebody",
        note=_note(event, proposal) if comment is None else await text_of(session, comment),
        changes=await _told_changes(session, event, proposal),
    )


async def _title(
    session: AsyncSession, event: Event, proposal: Proposal | None, comment: Comment | None
) -> str:
    """What the mail is about, in a line: the proposal, what is spoken about, or the revision that was taken back."""
    if proposal is not None:
        return proposal.title
    if comment is None:
        return f"Revision {event.payload['reverts']}"
    if comment.role_id is None or comment.level_id is None:
        return "Discussion"
    place = Place(comment.level_id, comment.role_id)
    return f"Discussion of {(await names_of_places(session, [place]))[place]}"


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
    """What was applied, where the event says so; else what was proposed. Of several skills, each is named.

    A comment tells its own words alone.
    """
    if event.comment_id is not None:
        return ()
    by_skill = await changes_by_skill(session, event, proposal)
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


def _told_place(skill_name: str, names: Mapping[Place | None, str], place: Place | None) -> str:
    """Role and level, nothing for the skill itself; after the skill's name where one is given."""
    return ": ".join(part for part in (skill_name, "" if place is None else names[place]) if part)


def _as_line(value: Any) -> str | None:
    if value is None:
        return None
    return ", ".join(value) if isinstance(value, list) else str(value)
