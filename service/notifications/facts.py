"""All that mails tell, read anew from the rows that they name; for many mails at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from service.activity.models import Event, EventKind
from service.catalogue.content import Place
from service.catalogue.models import Domain, Group, Role, Skill
from service.catalogue.queries import names_of_places, skills_by_id
from service.comments.models import Comment
from service.comments.queries import is_public, text_of
from service.database import Select
from service.notifications.kinds import KINDS
from service.notifications.models import Impact, Mail, MailSettings, MailState, Notification, Silence
from service.notifications.queries import changes_by_skill
from service.notifications.rules import ToldChange
from service.people.models import Person
from service.proposals.models import Proposal, Verdict
from service.watches.models import SUBJECTS, Watch, WatchEvent, WatchFrequency, WatchReason

# Of whoever has never said how they want mail.
_DEFAULTS = MailSettings(person_id=0)
_WAITING = (MailState.QUEUED, MailState.DEFERRED)
_EDITED = "The reviewer changed the text before accepting it; the author's own stays readable."
_VERDICTS = {Verdict.APPROVE: "Approved.", Verdict.REQUEST_CHANGES: "Changes requested."}
# What a mail shows at most; a collapsed one is read whole for its net effect.
_SHOWN_MAX = 200


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


@dataclass(frozen=True)
class Outgoing:
    """A mail that is due, with what it tells event by event in their order, or why it must not go any more."""

    mail: Mail
    silence: Silence | None
    facts: Sequence[MailFacts]
    settings: MailSettingsFacts


@dataclass(frozen=True)
class _Told:
    """What an event says, the same to all who hear of it."""

    title: str
    note: str
    changes: tuple[ToldChange, ...]


async def outgoing(session: AsyncSession, ids: Sequence[int], *, at: datetime) -> list[Outgoing]:
    """Those of the mails that are still due. The number of statements goes by the events, not by the mails.

    Watches that have ended or been muted since are left out, comments that not everybody may read any more, and more
    than a mail can show.
    """
    lasting = (
        sa.select(sa.literal(1))
        .select_from(Notification)
        .join(Watch, col(Watch.id) == col(Notification.watch_id))
    )
    lasting = lasting.where(col(Notification.mail_id) == col(Mail.id), _lasts())
    statement = (
        sa.select(Mail, MailSettings, sa.exists(lasting))
        .outerjoin(MailSettings, col(MailSettings.person_id) == col(Mail.person_id))
        .where(col(Mail.id).in_(ids), col(Mail.state).in_(_WAITING), col(Mail.due_at) <= at)
        .order_by(col(Mail.due_at), col(Mail.id))
    )
    due = (await session.execute(statement)).all()
    going = [
        mail.id
        for mail, settings, is_lasting in due
        if _silence(mail, settings, is_lasting=is_lasting) is None
    ]
    facts, counts = await _facts_by_mail(session, going)
    found = []
    for mail, settings, is_lasting in due:
        chosen = settings or _DEFAULTS
        form = MailSettingsFacts(chosen.time_zone, chosen.locale, counts.get(mail.id, 0))
        silence = _silence(mail, settings, is_lasting=is_lasting)
        found.append(Outgoing(mail, silence, facts.get(mail.id, ()), form))
    return found


def _silence(mail: Mail, settings: MailSettings | None, *, is_lasting: bool) -> Silence | None:
    """What it tells is of no watch that lasts, or its person gets no mail."""
    if settings is not None and settings.suppressed_at is not None:
        return Silence.ADDRESS_SUPPRESSED
    if not is_lasting:
        return Silence.WATCH_ENDED
    is_digest = mail.frequency is not WatchFrequency.IMMEDIATELY
    return Silence.DIGESTS_OFF if is_digest and settings is not None and not settings.has_digests else None


async def _facts_by_mail(
    session: AsyncSession, ids: Sequence[int]
) -> tuple[Mapping[int, list[MailFacts]], Mapping[int, int]]:
    """What each mail tells, and how many notifications it carries in all."""
    facts: dict[int, list[MailFacts]] = {}
    counts: dict[int, int] = {}
    told: dict[int, _Told] = {}
    rows = (await session.execute(_statement(ids))).all() if ids else []
    for row in rows:
        event, skill, proposal, comment = row.Event, row.Skill, row.Proposal, row.Comment
        if event.id not in told:
            told[event.id] = await _told(session, event, proposal, comment)
        counts[row.mail_id] = row.carried
        facts.setdefault(row.mail_id, []).append(_facts(row, told[event.id], event, skill, proposal))
    return facts, counts


def _facts(row: Any, told: _Told, event: Event, skill: Skill, proposal: Proposal | None) -> MailFacts:
    return MailFacts(
        kind=KINDS[event.kind].template,
        event_id=event.id,
        happened_at=event.happened_at,
        recipient_id=row.recipient_id,
        recipient_name=row.recipient_name,
        recipient_address=row.recipient_address,
        reason=row.reason,
        impact=row.impact,
        watch_id=row.watch_id,
        watched=next(subject for subject in SUBJECTS if getattr(row, subject) is not None),
        watched_name=row.watched_name or "",
        domain_name=row.domain_name,
        is_applied=WatchEvent.APPLIED in KINDS[event.kind].topics,
        skill_id=skill.id,
        skill_name=skill.name,
        skill_slug=skill.slug,
        number=None if proposal is None else proposal.id,
        title=told.title,
        author_name=row.author_name or "somebody",
        actor_name=row.actor_name or "somebody",
        note=told.note,
        changes=told.changes,
    )


def _statement(ids: Sequence[int]) -> Select:
    """A row for each notification that a mail shows, the first of each mail, in the order of their events."""
    of_mail = col(Notification.mail_id)
    shown = (
        sa.select(
            col(Notification.id),
            sa.func.count().over(partition_by=of_mail).label("carried"),
            sa.func.row_number().over(partition_by=of_mail, order_by=col(Notification.event_id)).label("nth"),
        )
        .join(Watch, col(Watch.id) == col(Notification.watch_id))
        .where(col(Notification.mail_id).in_(ids), _lasts(), _is_readable())
        .subquery()
    )
    author, actor = aliased(Person), aliased(Person)
    return (
        sa.select(
            col(Notification.mail_id),
            shown.c.carried,
            col(Notification.reason),
            col(Notification.impact),
            col(Person.id).label("recipient_id"),
            col(Person.name).label("recipient_name"),
            col(Person.email).label("recipient_address"),
            col(Watch.id).label("watch_id"),
            *(getattr(Watch, subject) for subject in SUBJECTS),
            *(Event, Skill, Proposal, Comment),
            col(author.name).label("author_name"),
            col(actor.name).label("actor_name"),
            col(Domain.name).label("domain_name"),
            _watched_name().label("watched_name"),
        )
        .join_from(shown, Notification, col(Notification.id) == shown.c.id)
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
        .where(shown.c.nth <= _SHOWN_MAX)
        .order_by(col(Event.id))
    )


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


async def _told(
    session: AsyncSession, event: Event, proposal: Proposal | None, comment: Comment | None
) -> _Told:
    return _Told(
        title=await _title(session, event, proposal, comment),
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
