"""Keeping order. Each action checks, changes, writes it into the log, and returns; the caller's transaction commits."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.activity.announcements import announce_person
from service.credentials.actions import end_sessions
from service.moderation import content, queries, rules
from service.moderation.content import Content, Subject
from service.moderation.log import log
from service.moderation.models import AuditAction, Report, ReportKind
from service.people import trust
from service.people.models import Person, PersonRole, ReviewerDomain
from service.people.queries import domains_by_reviewer, lock_person
from service.people.trust import Gate


async def report(
    session: AsyncSession, subject: Subject, *, by: Person, kind: ReportKind, note: str, at: datetime
) -> Content:
    """Tell moderators that a comment or a proposal is out of order; once, while they have not looked at it.

    Raises:
        NotFound, InvalidInput, RateLimited: see `service.moderation.rules` and `service.people.trust`.
    """
    cleaned = rules.clean_note(note)
    await lock_person(session, by.id)
    found = await content.get_content(session, subject, by=by)
    made = await queries.reports_since(session, at - trust.HOUR, person_id=by.id)
    trust.ensure_not_too_often(trust.REPORTS, by, *made, at=at)
    row = insert(Report).values(**vars(subject), reporter_id=by.id, kind=kind, note=cleaned, created_at=at)
    await session.execute(row.on_conflict_do_nothing())
    return found


async def dismiss_report(
    session: AsyncSession, report_id: int | None, *, by: Person, reason: str, at: datetime
) -> Report:
    """Close a report, and leave what it is about as it is.

    Raises:
        NotFound, InvalidInput: see `service.moderation.rules`.
    """
    cleaned = rules.clean_reason(reason)
    found = await queries.get_open_report(session, report_id)
    found.settled_at = at
    subject = Subject(found.comment_id, found.proposal_id)
    log(session, AuditAction.REPORT_DISMISSED, by=by.id, reason=cleaned, at=at, **vars(subject))
    return found


async def hide_content(
    session: AsyncSession, subject: Subject, *, by: Person, reason: str, at: datetime
) -> Content:
    """Take a text from everybody's eyes but moderators', and close the reports about it.

    Raises:
        NotFound, InvalidInput: see `service.moderation.rules`.
    """
    return await _put(session, subject, is_hidden=True, by=by, reason=reason, at=at)


async def show_content(
    session: AsyncSession, subject: Subject, *, by: Person, reason: str, at: datetime
) -> Content:
    """Show a text again that was hidden.

    Raises:
        NotFound, InvalidInput: see `service.moderation.rules`.
    """
    return await _put(session, subject, is_hidden=False, by=by, reason=reason, at=at)


async def approve_content(
    session: AsyncSession, subject: Subject, *, by: Person, reason: str, at: datetime
) -> Content:
    """Let everybody see what waited; only now is it told.

    Raises:
        NotFound, InvalidInput, Conflict: see `service.moderation.rules`.
    """
    found = await _decided(session, subject, Gate.OPEN, by=by, reason=reason, at=at)
    await content.tell(session, found, at=at)
    return found


async def reject_content(
    session: AsyncSession, subject: Subject, *, by: Person, reason: str, at: datetime
) -> Content:
    """Never let anybody but its author and moderators see what waited.

    Raises:
        NotFound, InvalidInput, Conflict: see `service.moderation.rules`.
    """
    return await _decided(session, subject, Gate.REJECTED, by=by, reason=reason, at=at)


async def suspend_person(
    session: AsyncSession, person_id: int | None, *, by: Person, reason: str, at: datetime
) -> Person:
    """Let the person read and do nothing else; who is signed in anywhere is so no longer.

    Raises:
        NotFound, NotAllowed, InvalidInput: see `service.moderation.rules`.
    """
    cleaned = rules.clean_reason(reason)
    person = await queries.get_person(session, person_id)
    rules.ensure_can_suspend(person, by=by)
    if person.suspended_at is None:
        person.suspended_at = at
        await end_sessions(session, person.id)
        await announce_person(session, person.id)
        log(session, AuditAction.PERSON_SUSPENDED, by=by.id, reason=cleaned, at=at, person_id=person.id)
    return person


async def resume_person(
    session: AsyncSession, person_id: int | None, *, by: Person, reason: str, at: datetime
) -> Person:
    """End a suspension.

    Raises:
        NotFound, NotAllowed, InvalidInput: see `service.moderation.rules`.
    """
    cleaned = rules.clean_reason(reason)
    person = await queries.get_person(session, person_id)
    rules.ensure_can_look_after(person, by)
    if person.suspended_at is not None:
        person.suspended_at = None
        await announce_person(session, person.id)
        log(session, AuditAction.PERSON_RESUMED, by=by.id, reason=cleaned, at=at, person_id=person.id)
    return person


async def set_role(
    session: AsyncSession,
    person_id: int | None,
    role: PersonRole,
    *,
    domains: Collection[int],
    by: Person,
    reason: str,
    at: datetime,
) -> Person:
    """Give the person a role, and limit a reviewer to domains where any are named.

    Raises:
        NotFound, NotAllowed, InvalidInput, Conflict: see `service.moderation.rules`.
    """
    cleaned = rules.clean_reason(reason)
    admins = await queries.number_of_admins(session)
    person = await queries.get_person(session, person_id)
    rules.ensure_can_set_role(person, role, domains, by=by, admins=admins)
    if await queries.number_of_domains(session, domains) < len(set(domains)):
        raise rules.DomainNotFound
    limited_to = (await domains_by_reviewer(session, [person.id]))[person.id]
    before = {"role": person.role.value, "domains": sorted(limited_to)}
    after = {"role": role.value, "domains": sorted(set(domains))}
    if before == after:
        return person
    person.role = role
    await session.execute(sa.delete(ReviewerDomain).where(col(ReviewerDomain.person_id) == person.id))
    session.add_all(ReviewerDomain(person_id=person.id, domain_id=key) for key in set(domains))
    await session.flush()
    await announce_person(session, person.id)
    details = {"before": before, "after": after}
    log(session, AuditAction.ROLE_SET, by=by.id, reason=cleaned, at=at, person_id=person.id, details=details)
    return person


async def _put(
    session: AsyncSession, subject: Subject, *, is_hidden: bool, by: Person, reason: str, at: datetime
) -> Content:
    """Out of sight, or back into it; without effect where it is there."""
    cleaned = rules.clean_reason(reason)
    found = await content.get_content(session, subject, by=by)
    if (found.hidden_at is not None) is is_hidden:
        return found
    found.hidden_at = at if is_hidden else None
    if is_hidden:
        await content.settle_reports(session, subject, at=at)
    action = AuditAction.CONTENT_HIDDEN if is_hidden else AuditAction.CONTENT_SHOWN
    log(session, action, by=by.id, reason=cleaned, at=at, **vars(subject))
    await content.announce_content(session, found)
    return found


async def _decided(
    session: AsyncSession, subject: Subject, gate: Gate, *, by: Person, reason: str, at: datetime
) -> Content:
    cleaned = rules.clean_reason(reason)
    found = await content.get_content(session, subject, by=by)
    if found.gate is not Gate.HELD:
        raise rules.NotHeld
    found.gate = gate
    await content.settle_reports(session, subject, at=at)
    action = AuditAction.CONTENT_APPROVED if gate is Gate.OPEN else AuditAction.CONTENT_REJECTED
    log(session, action, by=by.id, reason=cleaned, at=at, **vars(subject))
    await content.announce_content(session, found)
    return found
