"""From what a contributor wishes to the changes of each skill, with every fault found named."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from service.catalogue import queries as catalogue_queries
from service.catalogue import rules as catalogue_rules
from service.catalogue.content import Content, Place, Value, diff
from service.catalogue.models import Level, Requirement, Role, Skill
from service.errors import Conflict, DomainError, InvalidInput, NotFound, Rejected, below, reject_all
from service.proposals.changes import (
    AddRequirement,
    EditRequirement,
    EditSkill,
    Part,
    RemoveRequirement,
    RequestedChange,
    SkillWish,
)
from service.proposals.merging import Prospect
from service.proposals.models import CHANGES_MAX, SKILLS_MAX


class RequirementExists(Conflict):
    """A requirement stands in the place already."""

    code = "REQUIREMENT_EXISTS"


class RequirementGone(NotFound):
    """The skill has no such requirement, or had none at the base revision."""

    def __init__(self) -> None:
        super().__init__(
            "This skill has no such requirement. It may have been removed: load the skill anew.",
            path=("requirementId",),
        )


async def draft(session: AsyncSession, wishes: Sequence[SkillWish], *, lock: bool = True) -> list[Prospect]:
    """What the wishes change in their skills, which are locked until the transaction ends where asked.

    Each part beside its skill's present content.

    Raises:
        DomainError: the fault of a wish, its path led by that of the wish.
        Rejected: several of them.
    """
    _ensure_size(wishes)
    ids = [wish.skill_id for wish in wishes if wish.skill_id is not None]
    skills = await catalogue_queries.skills_by_id(session, ids, lock=lock)
    contents = await catalogue_queries.contents_by_skill(session, skills.values())
    found: list[Prospect] = []
    errors: list[DomainError] = []
    for wish in wishes:
        try:
            with below(*wish.path):
                if wish.skill_id not in skills:
                    raise catalogue_queries.SkillNotFound
                skill, current = skills[wish.skill_id], contents[wish.skill_id]
                found.append(Prospect(skill, await _part(session, skill, current, wish), current))
        except DomainError as error:
            errors.append(error)
    reject_all(errors)
    return found


async def _part(session: AsyncSession, skill: Skill, current: Content, wish: SkillWish) -> Part:
    if not 1 <= wish.base_revision <= skill.revision:
        raise InvalidInput(
            f"The skill is at revision {skill.revision}: give the revision that the change was written against.",
            path=("baseRevision",),
        )
    base = await catalogue_queries.content_before(session, skill, current, wish.base_revision)
    wanted = await _wanted_content(session, skill, base, wish.changes)
    return Part(skill.id, wish.base_revision, diff(base, wanted))


def _ensure_size(wishes: Sequence[SkillWish]) -> None:
    if not 1 <= len(wishes) <= SKILLS_MAX:
        raise InvalidInput(f"A proposal touches 1 to {SKILLS_MAX} skills.", path=("skills",))
    ids = [wish.skill_id for wish in wishes if wish.skill_id is not None]
    if len(set(ids)) < len(ids):
        raise InvalidInput("A skill stands there twice: put its changes together.", path=("skills",))
    for wish in wishes:
        if not wish.changes or sum(len(each.changes) for each in wishes) > CHANGES_MAX:
            raise InvalidInput(f"A proposal holds 1 to {CHANGES_MAX} changes.", path=(*wish.path, "changes"))


async def _wanted_content(
    session: AsyncSession, skill: Skill, base: Content, wishes: Sequence[RequestedChange]
) -> Content:
    """The content that the wishes lead to from the base.

    Raises:
        DomainError: the fault of a wish, its path beginning with `changes`, the wish's index and its kind.
        Rejected: several of them.
    """
    draft = _Draft(session, skill, base)
    errors: list[DomainError] = []
    for index, wish in enumerate(wishes):
        try:
            with below("changes", str(index), _kind(wish)):
                await draft.take(wish)
        except DomainError as error:
            errors += error.errors if isinstance(error, Rejected) else (error,)
    reject_all(errors)
    return draft.content


class _Draft:
    """The content so far, and what has been touched: two wishes for one field would leave one of them out."""

    def __init__(self, session: AsyncSession, skill: Skill, base: Content) -> None:
        self._session, self._skill = session, skill
        self._fields = dict(base.fields)
        self._requirements = {place: dict(fields) for place, fields in base.requirements.items()}
        self._touched: set[tuple[Place | None, str]] = set()

    @property
    def content(self) -> Content:
        return Content(self._fields, self._requirements)

    async def take(self, wish: RequestedChange) -> None:
        match wish:
            case EditSkill():
                await self._edit_skill(wish)
            case AddRequirement():
                await self._add(wish)
            case EditRequirement():
                await self._edit(wish)
            case RemoveRequirement():
                await self._remove(wish)

    async def _edit_skill(self, wish: EditSkill) -> None:
        fields: dict[str, Any] = dict(wish.fields)
        if "replaced_by" in fields:
            fields["replaced_by_id"] = await self._replacement(fields.pop("replaced_by"))
        self._ensure_some(fields)
        catalogue_rules.ensure_fields(fields)
        self._touch(None, fields)
        self._fields |= fields

    async def _add(self, wish: AddRequirement) -> None:
        place = await self._place(wish.role, wish.level)
        if place in self._requirements:
            raise RequirementExists(
                f"The role “{wish.role}” has a requirement at “{wish.level}” already: edit that one.",
                path=("level",),
            )
        fields: dict[str, Value] = {
            "necessity": wish.necessity.value,
            "proficiency": wish.proficiency and wish.proficiency.value,
            "description": wish.description,
        }
        catalogue_rules.ensure_fields(fields)
        self._touch(place, fields)
        self._requirements[place] = fields

    async def _edit(self, wish: EditRequirement) -> None:
        place = await self._place_of(wish.requirement_id)
        self._ensure_some(wish.fields)
        catalogue_rules.ensure_fields(wish.fields)
        self._touch(place, wish.fields)
        self._requirements[place] |= wish.fields

    async def _remove(self, wish: RemoveRequirement) -> None:
        place = await self._place_of(wish.requirement_id)
        self._touch(place, self._requirements[place])
        del self._requirements[place]

    async def _replacement(self, slug: Any) -> int | None:
        if slug is None:
            return None
        found = await catalogue_queries.find_skill_id(self._session, slug)
        if found is None or found == self._skill.id:
            raise NotFound(f"No other skill has the slug “{slug[:100]}”.", path=("replacedBy",))
        return found

    async def _place(self, role: str, level: str) -> Place:
        found = {}
        for model, slug, name in ((Role, role, "role"), (Level, level, "level")):
            statement = select(model.id).where(
                col(model.framework_id) == self._skill.framework_id, col(model.slug) == slug
            )
            key = (await self._session.execute(statement)).scalar_one_or_none()
            if key is None:
                raise NotFound(
                    f"The skill's framework has no {name} with the slug “{slug[:100]}”.", path=(name,)
                )
            found[name] = key
        return Place(level_id=found["level"], role_id=found["role"])

    async def _place_of(self, requirement_id: int | None) -> Place:
        if requirement_id is None:
            raise RequirementGone
        row = await self._session.get(Requirement, requirement_id)
        place = row and row.skill_id == self._skill.id and Place(row.level_id, row.role_id)
        if not place or place not in self._requirements:
            raise RequirementGone
        return place

    def _ensure_some(self, fields: Any) -> None:
        if not fields:
            raise InvalidInput("Name at least one field to change.")

    def _touch(self, place: Place | None, fields: Any) -> None:
        touched = {(place, name) for name in fields}
        if touched & self._touched:
            raise InvalidInput("Two changes of this proposal touch the same field: keep one of them.")
        self._touched |= touched


def _kind(wish: RequestedChange) -> str:
    name = type(wish).__name__
    return name[0].lower() + name[1:]
