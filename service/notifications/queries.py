"""Reading notifications: what waits, and what a mail has to say."""

from collections.abc import Collection, Mapping, Sequence
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
from service.catalogue.models import Domain, Group, Role, Skill
from service.catalogue.queries import names_of_places, skills_by_id
from service.comments.models import Comment
from service.comments.queries import is_public, text_of
from service.database import Select
from service.notifications.kinds import KINDS
from service.notifications.models import Impact, Mail, MailSettings, MailState, Notification, Silence
from service.notifications.rules import ToldChange
from service.people.models import Person
from service.proposals import queries as proposal_queries
from service.proposals.models import Proposal, Verdict
from service.watches.models import SUBJECTS, Watch, WatchEvent, WatchFrequency, WatchReason

_EDITED = "The reviewer changed the text before accepting it; the author's own stays readable."
_VERDICTS = {Verdict.APPROVE: "Approved.", Verdict.REQUEST_CHANGES: "Changes requested."}
# What a mail shows at most; a collapsed one is read whole for its net effect.
_SHOWN_MAX = 200
_WAITING = (MailState.QUEUED, MailState.DEFERRED)


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
    impact: Impact | None
    watch_id: int
    watched: str
    """One of `service.watches.models.SUBJECTS`."""
    watched_name: str
    """Of a group, a domain or a role; else empty."""
    domain_name: str
    is_applied: bool
    skill_id: int
    skill_name: str
    skill_slug: str
    number: int | None
    title: str
    author_name: str
    actor_name: str
    note: str
    changes: tuple[ToldChange, ...]


@dataclass(frozen=True)
class MailSettingsFacts:
    """What a mail's form depends on: its person's time zone and locale, and how many notifications it carries."""

    time_zone: str
    locale: str
    notifications: int


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


async def find_silence(session: AsyncSession, mail: Mail) -> Silence | None:
    """Why the mail must not go any more, if so: what it tells is of no watch that lasts, or its person gets no mail."""
    lasting = (
        sa.select(sa.literal(1))
        .select_from(Notification)
        .join(Watch, col(Watch.id) == col(Notification.watch_id))
        .where(col(Notification.mail_id) == mail.id, _lasts())
    )
    settings = (
        sa.select(col(MailSettings.suppressed_at), col(MailSettings.has_digests))
        .where(col(MailSettings.person_id) == mail.person_id)
        .subquery()
    )
    statement = sa.select(sa.exists(lasting), settings.c.suppressed_at, settings.c.has_digests)
    row = (
        await session.execute(statement.select_from(sa.select(1).subquery()).outerjoin(settings, sa.true()))
    ).one()
    is_lasting, suppressed_at, has_digests = row
    if suppressed_at is not None:
        return Silence.ADDRESS_SUPPRESSED
    if not is_lasting:
        return Silence.WATCH_ENDED
    return (
        Silence.DIGESTS_OFF
        if mail.frequency is not WatchFrequency.IMMEDIATELY and has_digests is False
        else None
    )


async def settings_by_person(session: AsyncSession, ids: Collection[int]) -> dict[int, MailSettings]:
    """How each of the people wants mail; the defaults for those who have never said."""
    rows = await session.execute(sa.select(MailSettings).where(col(MailSettings.person_id).in_(ids)))
    found = {settings.person_id: settings for settings in rows.scalars()}
    return {key: found.get(key) or MailSettings(person_id=key) for key in ids}


async def knows_time_zone(session: AsyncSession, name: str) -> bool:
    """Whether PostgreSQL, by whose clock digests go, knows the time zone."""
    zones = sa.table("pg_timezone_names", sa.column("name"))
    return bool((await session.execute(sa.select(sa.exists().where(zones.c.name == name)))).scalar_one())


async def mail_facts(session: AsyncSession, mail: Mail) -> list[MailFacts]:
    """What the mail tells, event by event in their order, read anew from the rows that it names.

    Watches that have ended or been muted since are left out, comments that not everybody may read any more, and more
    than a mail can show.
    """
    author, actor = aliased(Person), aliased(Person)
    names = (col(author.name), col(actor.name), col(Domain.name), _watched_name())
    statement: Select = (
        sa.select(Notification, Event, Person, Watch, Skill, Proposal, Comment, *names)
        .join(Event, col(Event.id) == col(Notification.event_id))
        .join(Person, col(Person.id) == col(Notification.person_id))
        .join(Watch, col(Watch.id) == col(Notification.watch_id))
        .join(Skill, col(Skill.id) == col(Event.skill_id))
        .join(Group, col(Group.id) == col(Skill.group_id))
        .join(Domain, col(Domain.id) == col(Group.domain_id))
        .outerjoin(Proposal, col(Proposal.id) == col(Event.proposal_id))
        .outerjoin(Comment, col(Comment.id) == col(Event.comment_id))
        .outerjoin(author, col(author.id) == col(Proposal.author_id))
        .outerjoin(actor, col(actor.id) == col(Event.actor_id))
        .where(col(Notification.mail_id) == mail.id, _lasts(), _is_readable())
        .order_by(col(Event.id))
        .limit(_SHOWN_MAX)
    )
    return [
        MailFacts(
            kind=KINDS[event.kind].template,
            event_id=event.id,
            happened_at=event.happened_at,
            recipient_id=person.id,
            recipient_name=person.name,
            recipient_address=person.email,
            reason=notification.reason,
            impact=notification.impact,
            watch_id=watch.id,
            watched=next(subject for subject in SUBJECTS if getattr(watch, subject) is not None),
            watched_name=watched_name or "",
            domain_name=domain_name,
            is_applied=WatchEvent.APPLIED in KINDS[event.kind].topics,
            skill_id=skill.id,
            skill_name=skill.name,
            skill_slug=skill.slug,
            number=None if proposal is None else proposal.id,
            title=await _title(session, event, proposal, comment),
            author_name=author_name or "somebody",
            actor_name=actor_name or "somebody",
            note=_note(event, proposal) if comment is None else await text_of(session, comment),
            changes=await _told_changes(session, event, proposal),
        )
        for notification, event, person, watch, skill, proposal, comment, *told in (
            await session.execute(statement)
        ).all()
        for author_name, actor_name, domain_name, watched_name in [told]
    ]


async def settings_of_mail(session: AsyncSession, mail: Mail) -> MailSettingsFacts:
    """The person's settings, or the defaults."""
    settings = (await settings_by_person(session, [mail.person_id]))[mail.person_id]
    carried = (
        sa.select(sa.func.count())
        .select_from(Notification)
        .join(Watch, col(Watch.id) == col(Notification.watch_id))
        .where(col(Notification.mail_id) == mail.id, _lasts(), _is_readable())
    )
    count = int((await session.execute(carried)).scalar_one())
    return MailSettingsFacts(settings.time_zone, settings.locale, count)


def _watched_name() -> sa.ScalarSelect[str]:
    """The name of the group, the domain or the role that a row's watch is on."""
    named = (
        sa.select(col(table.name)).where(col(table.id) == column).correlate(Watch).scalar_subquery()
        for table, column in (
            (Group, col(Watch.group_id)),
            (Domain, col(Watch.domain_id)),
            (Role, col(Watch.role_id)),
        )
    )
    return sa.func.coalesce(*named)  # type: ignore[return-value]


def _lasts() -> sa.ColumnElement[bool]:
    return sa.and_(col(Watch.ended_at).is_(None), sa.not_(col(Watch.is_muted)))


def _is_readable() -> sa.ColumnElement[bool]:
    """That everybody may read what a row of notifications tells: all but comments that are withheld."""
    withheld = (
        sa.select(sa.literal(1))
        .select_from(Event)
        .join(Comment, col(Comment.id) == col(Event.comment_id))
        .where(col(Event.id) == col(Notification.event_id), sa.not_(is_public()))
        .correlate(Notification)
    )
    return sa.not_(sa.exists(withheld))


async def is_withheld(session: AsyncSession, event: Event) -> bool:
    """Whether the event is about a comment that not everybody may read any more."""
    comment = sa.select(sa.not_(is_public())).where(col(Comment.id) == event.comment_id)
    return bool((await session.execute(comment)).scalar_one_or_none())


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
    if event.kind is EventKind.COMMENT_WRITTEN:
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


async def changes_by_skill(
    session: AsyncSession, event: Event, proposal: Proposal | None
) -> dict[int, Sequence[Change]]:
    """What the event's act changes in each skill; of a proposal that nothing was done with yet, what it wishes."""
    if "changes" not in event.payload and proposal is not None:
        parts = await proposal_queries.parts_of(session, proposal)
        return {part.skill_id: part.changes for part in parts}
    return {
        each.skill_id: [change_from_json(document) for document in each.payload.get("changes", [])]
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
