"""Reading the catalogue in order to write it. What its readers see comes from `sources.py`."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.catalogue.content import (
    REQUIREMENT_FIELDS,
    SKILL_FIELDS,
    Change,
    ChangeKind,
    Content,
    Fields,
    Place,
    change_from_json,
    undo,
)
from service.catalogue.models import Group, Level, Requirement, Revision, Role, Skill
from service.catalogue.narrowing import OfSlug, skill_of_slug
from service.catalogue.rules import ReferenceGone
from service.catalogue.sources import SKILLS
from service.errors import NotFound
from service.prepared import Prepared

# Statements of every write are made once: to put one together takes longer than to run it.
_IDS = sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger)))
_SKILLS = select(Skill).where(col(Skill.id) == _IDS).order_by(col(Skill.id))
_SKILLS_LOCKED = _SKILLS.with_for_update(key_share=True).execution_options(populate_existing=True)
# Columns and not objects: a set of large skills has thousands.
_REQUIREMENTS = Prepared(
    sa.select(
        col(Requirement.skill_id),
        col(Requirement.level_id),
        col(Requirement.role_id),
        *(getattr(Requirement, name) for name in REQUIREMENT_FIELDS),
    ).where(col(Requirement.skill_id) == _IDS)
)


class SkillNotFound(NotFound):
    """No skill has the id."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such skill. It may have been removed: look it up by its slug.", path=("skillId",)
        )


async def get_skill(session: AsyncSession, skill_id: int, *, lock: bool = False) -> Skill:
    """The skill as a row to write, with its row lock held until the transaction ends where asked.

    Raises:
        SkillNotFound: there is none.
    """
    found = await skills_by_id(session, [skill_id], lock=lock)
    if skill_id not in found:
        raise SkillNotFound
    return found[skill_id]


async def skills_by_id(
    session: AsyncSession, ids: Collection[int], *, lock: bool = False
) -> dict[int, Skill]:
    """The skills with these ids as rows to write, with their row locks held until the transaction ends where asked.

    Locks are taken in the order of the ids, so that two transactions over the same skills wait and never deadlock.
    They hold off other writers of the skills, but nobody who only names one: who watches it, who comments on it.
    """
    found = await session.execute(_SKILLS_LOCKED if lock else _SKILLS, {"ids": list(ids)})
    return {skill.id: skill for skill in found.scalars()}


async def find_skill_id(session: AsyncSession, slug: str) -> int | None:
    """The id of the skill that bears the slug, or else of the one that bore it before."""
    statement = skill_of_slug(SKILLS.rows, OfSlug(slug)).with_only_columns(col(Skill.id))
    found: int | None = (await session.execute(statement)).scalar_one_or_none()
    return found


async def content_of(session: AsyncSession, skill: Skill) -> Content:
    """The skill's content now."""
    return (await contents_by_skill(session, [skill]))[skill.id]


async def content_before(session: AsyncSession, skill: Skill, content: Content, revision: int) -> Content:
    """The content of the skill at a revision, out of that of now."""
    if revision == skill.revision:
        return content
    later = (
        select(Revision.changes)
        .where(col(Revision.skill_id) == skill.id, col(Revision.number) > revision)
        .order_by(col(Revision.number))
    )
    documents = [item for changes in (await session.execute(later)).scalars() for item in changes]
    return undo(content, [change_from_json(document) for document in documents])


async def contents_by_skill(session: AsyncSession, skills: Collection[Skill]) -> dict[int, Content]:
    """The present content of each skill, by one statement for all."""
    found: dict[int, dict[Place, Fields]] = {skill.id: {} for skill in skills}
    for skill_id, level_id, role_id, *values in await _REQUIREMENTS.rows(session, ids=list(found)):
        found[skill_id][Place(level_id, role_id)] = dict(zip(REQUIREMENT_FIELDS, values, strict=True))
    return {
        skill.id: Content({name: getattr(skill, name) for name in SKILL_FIELDS}, found[skill.id])
        for skill in skills
    }


async def ensure_references(session: AsyncSession, changes: Sequence[Change]) -> None:
    """Raise ReferenceGone where the changes bring in a role, level, group or skill that is no more."""
    places = [
        change.place for change in changes if change.place and change.kind is ChangeKind.ADD_REQUIREMENT
    ]
    after = {edit.field: edit.after for change in changes for edit in change.fields if not change.place}
    for kind, model, ids in (
        ("role", Role, {place.role_id for place in places}),
        ("level", Level, {place.level_id for place in places}),
        ("group", Group, {after.get("group_id")} - {None}),
        ("skill", Skill, {after.get("replaced_by_id")} - {None}),
    ):
        if ids:
            found = await session.execute(sa.select(sa.func.count()).where(col(model.id).in_(ids)))
            if found.scalar_one() < len(ids):
                raise ReferenceGone(kind)


async def names_of_places(session: AsyncSession, places: Collection[Place | None]) -> dict[Place | None, str]:
    """“Release Engineer, Senior” for each place, “Skill” for the skill itself.

    What has been taken out of the catalogue since is called so.
    """
    named = [place for place in places if place is not None]
    levels = await _names(session, Level, {place.level_id for place in named}) if named else {}
    roles = await _names(session, Role, {place.role_id for place in named}) if named else {}
    return {
        place: f"{roles.get(place.role_id, 'a former role')}, {levels.get(place.level_id, 'a former level')}"
        if place
        else "Skill"
        for place in places
    }


async def _names(
    session: AsyncSession, model: type[Level] | type[Role], ids: Collection[int]
) -> dict[int, str]:
    rows = await session.execute(sa.select(col(model.id), col(model.name)).where(col(model.id).in_(ids)))
    return dict(rows.all())
