"""Writing the catalogue: the one way in which a skill's content changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service import jobs
from service.activity import actions as activity
from service.activity.announcements import announce
from service.activity.models import EventKind
from service.catalogue import rules
from service.catalogue.content import Change, ChangeKind, Place, change_to_json
from service.catalogue.models import (
    Domain,
    FormerSlug,
    Group,
    Requirement,
    ReviewRule,
    Revision,
    Skill,
)
from service.catalogue.search import index_texts
from service.errors import NotFound

# The column by which a rule names each kind of subject.
_RULED: dict[type[Skill | Group | Domain], str] = {
    Skill: "skill_id",
    Group: "group_id",
    Domain: "domain_id",
}


async def revise_skill(
    session: AsyncSession,
    skill: Skill,
    changes: Sequence[Change],
    *,
    at: datetime,
    by: int | None,
    edited_by: int | None = None,
    reason: str = "",
    proposal_id: int | None = None,
    reverts_id: int | None = None,
) -> Revision:
    """Apply changes that fit the skill's present content, as its next revision.

    The caller holds the skill's row lock and has settled the changes against the content under that lock, so that
    nothing is overwritten. `by` is the person's id, None for an import; `edited_by` that of the reviewer who changed
    the text. What stands behind it is a proposal, an earlier revision that is taken back, or neither.

    Raises:
        SlugTaken: a new slug that another skill bears or once bore.
    """
    skill.revision = number = skill.revision + 1
    skill.last_updated_at = at
    skill.last_updated_by_id = by
    # The skill's own fields come first, so that its row is written once.
    for change in sorted(changes, key=lambda change: change.place is not None):
        await _apply(session, skill, change, number)
    revision = Revision(
        skill_id=skill.id,
        number=number,
        changed_at=at,
        person_id=by,
        edited_by_id=edited_by,
        reason=reason,
        changes=[change_to_json(change) for change in changes],
        proposal_id=proposal_id,
        reverts_id=reverts_id,
    )
    session.add_all([skill, revision])
    await index_texts(session, [skill.id])
    jobs.later(session, jobs.RECOUNT, skill.id)
    return revision


async def set_review_rule(
    session: AsyncSession,
    subject: type[Skill | Group | Domain],
    subject_id: int | None,
    approvals: int | None,
    *,
    by: int,
    at: datetime,
) -> None:
    """Say how many people must stand behind changes below the subject; None leaves it to the wider rule, or to one.

    Raises:
        NotFound: there is no such subject.
        InvalidInput: no number that may be.
    """
    rules.ensure_approvals(approvals)
    column = _RULED[subject]
    if subject_id is None or await session.get(subject, subject_id) is None:
        raise NotFound("There is no such skill, group or domain: look it up by its slug.", path=(column,))
    if approvals is None:
        await session.execute(sa.delete(ReviewRule).where(getattr(ReviewRule, column) == subject_id))
    else:
        rule = insert(ReviewRule).values({column: subject_id, "approvals": approvals})
        numbered = {"approvals": approvals}
        await session.execute(rule.on_conflict_do_update(index_elements=[column], set_=numbered))
    await activity.record(
        session,
        EventKind.REVIEW_RULE_SET,
        at=at,
        actor_id=by,
        skill_id=subject_id if subject is Skill else None,
        subject=column,
        subject_id=subject_id,
        approvals=approvals,
    )
    await announce(session, None)


async def _apply(session: AsyncSession, skill: Skill, change: Change, number: int) -> None:
    values: dict[str, Any] = {edit.field: edit.after for edit in change.fields}
    match change.kind:
        case ChangeKind.EDIT_SKILL:
            if "slug" in values:
                await _rename(session, skill, str(values["slug"]))
            if values.get("replaced_by_id") is not None:
                await _hold(session, values["replaced_by_id"])
            for name, value in values.items():
                setattr(skill, name, value)
        case ChangeKind.ADD_REQUIREMENT:
            assert change.place is not None
            session.add(
                Requirement(
                    framework_id=skill.framework_id,
                    skill_id=skill.id,
                    role_id=change.place.role_id,
                    level_id=change.place.level_id,
                    revision=number,
                    **values,
                )
            )
        case ChangeKind.EDIT_REQUIREMENT:
            assert change.place is not None
            await session.execute(
                sa.update(Requirement).where(*_at(skill, change.place)).values(revision=number, **values)
            )
        case ChangeKind.REMOVE_REQUIREMENT:
            assert change.place is not None
            await session.execute(sa.delete(Requirement).where(*_at(skill, change.place)))


async def _hold(session: AsyncSession, skill_id: int) -> None:
    """Let nobody change the skill from now on: who does announces it for those that it replaces, and must see them."""
    held = sa.select(col(Skill.id)).where(col(Skill.id) == skill_id)
    await session.execute(held.with_for_update(read=True))


async def _rename(session: AsyncSession, skill: Skill, slug: str) -> None:
    """Keep the old slug, so that it still leads here; a skill may take a former slug of its own back."""
    await ensure_slug_is_free(session, slug, skill_id=skill.id)
    await session.execute(sa.delete(FormerSlug).where(col(FormerSlug.slug) == slug))
    session.add(FormerSlug(slug=skill.slug, skill_id=skill.id))


async def ensure_slug_is_free(session: AsyncSession, slug: str, *, skill_id: int | None) -> None:
    """Raise SlugTaken where another skill bears the slug, or bore it before."""
    bearers: sa.CompoundSelect[Any] = sa.union_all(
        sa.select(col(Skill.id)).where(col(Skill.slug) == slug),
        sa.select(col(FormerSlug.skill_id)).where(col(FormerSlug.slug) == slug),
    )
    others = [bearer for bearer in (await session.execute(bearers)).scalars() if bearer != skill_id]
    if others:
        raise rules.SlugTaken(slug)


def _at(skill: Skill, place: Place) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Requirement.skill_id) == skill.id,
        col(Requirement.role_id) == place.role_id,
        col(Requirement.level_id) == place.level_id,
    )
